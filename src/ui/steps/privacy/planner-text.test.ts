import { describe, expect, it } from 'vitest';
import {
  affordableSentence,
  gainSentence,
  outsideSentence,
  recommendationSentence,
  timesWider,
  widthSentence,
} from './planner-text.ts';

const answer = {
  localWidth: Math.log(4),
  combinedWidth: Math.log(2),
  covered: 0.8,
  gain: 0.01,
  gainError: 0.001,
  idealGain: 0.02,
};

describe('the planner in words', () => {
  it('says widths as ratios, and what share held the truth', () => {
    expect(timesWider(Math.log(3.14))).toBe('3.1');
    expect(timesWider(Math.log(31.4))).toBe('31');
    const twins = widthSentence(answer, { method: 'short', repeats: 7 });
    expect(twins).toMatch(
      /4\.0 times.*twins.*2\.0 times.*7 simulations 80\u00a0% of these held the truth, fewer/,
    );
    const tables = widthSentence({ ...answer, covered: 0.96 }, { method: 'noisy-marginals', repeats: 40 });
    // 93 % of sixty intervals is no finding, 80 % is.
    expect(widthSentence({ ...answer, covered: 0.93 }, { method: 'short', repeats: 3 })).not.toContain(
      'fewer',
    );
    expect(tables).toMatch(/noisy tables 2\.0 times.*96\u00a0% of these held the truth\.$/);
  });

  it('says gain, loss, or neither, and never more than all of it', () => {
    expect(gainSentence(answer)).toContain('about 50\u00a0%');
    expect(gainSentence({ ...answer, gain: 0.03 })).toContain('about 100\u00a0%');
    expect(gainSentence({ ...answer, gain: -0.01 })).toContain('harm');
    expect(gainSentence({ ...answer, gainError: 0.02 })).toContain('no clear gain and no clear loss');
  });

  it('recommends for these numbers, with the reason, and says where the other way predicts better', () => {
    const tables = { ...answer, covered: 0.96 };
    const twins = { ...answer, covered: 0.71, gain: -0.001 };
    const usual = recommendationSentence(tables, twins);
    expect(usual).toContain('in 96\u00a0% of cases, those from twins of the short training in 71\u00a0%');
    expect(usual).toContain('they bring about 50\u00a0% of what sharing the rows would, the twins nothing');
    expect(usual).not.toContain('do better');
    expect(recommendationSentence(tables, { ...twins, gain: 0.013 })).toContain('the twins do better here');
    // Within the errors of both there is no better one.
    expect(recommendationSentence(tables, { ...twins, gain: 0.011 })).not.toContain('do better');
  });

  it('answers how small an ε can be, and where it cannot answer', () => {
    expect(affordableSentence({ kind: 'any', smallest: 0.5 })).toContain('down to 0.5');
    expect(affordableSentence({ kind: 'from', epsilon: 1.19 })).toContain('ε\u00a0=\u00a01.2');
    expect(affordableSentence({ kind: 'none', largest: 4 })).toContain('did not clearly help');
    const outside = {
      kind: 'outside-of-simulations',
      what: 'rowCount',
      value: 9,
      smallest: 150,
      largest: 5000,
    } as const;
    expect(outsideSentence(outside)).toContain('150 to 5000 people');
  });
});
