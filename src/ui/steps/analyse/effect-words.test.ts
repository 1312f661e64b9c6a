import { describe, expect, it } from 'vitest';
import type { ForestRow } from '../../plots/forest-rows.ts';
import {
  effectSentence,
  formatEffect,
  formatInterval,
  formatLogP,
  formatP,
  NO_INTERVAL,
} from './effect-words.ts';

const row: ForestRow = {
  variable: 'smoking',
  variableLabel: 'Smoking',
  level: 'yes',
  levelLabel: 'smokes',
  kind: 'comparison',
  against: 'never smoked',
  local: null,
  pooled: null,
};
const effect = (value: number) => ({ value, lower: value, upper: value });

describe('an effect in words', () => {
  it('is what a clinician would say, risk only of events, rate only of counts', () => {
    expect(effectSentence(row, effect(2.1), 'risk ratio')).toBe('risk 2.10 times that of never smoked');
    expect(effectSentence(row, effect(2.1), 'rate ratio')).toBe('rate 2.10 times that of never smoked');
    expect(effectSentence(row, effect(2.1), 'odds ratio')).toBe('odds 2.10 times those of never smoked');
    expect(effectSentence(row, effect(1.001), 'risk ratio')).toBe('risk like that of never smoked');
    expect(effectSentence(row, effect(-0.032), 'risk difference')).toBe(
      'risk 3.2 percentage points lower than that of never smoked',
    );
    expect(effectSentence(row, effect(0.4), 'difference of means')).toBe(
      'mean 0.40 higher than that of never smoked',
    );
    const both = { ...row, kind: 'interaction' as const };
    expect(effectSentence(both, effect(1.3), 'risk ratio')).toBe(
      'risk 1.30 times what both effects multiply to',
    );
  });

  it('has no interval where the interval says nothing', () => {
    expect(formatInterval({ lower: 0.5, upper: 2 }, 'risk ratio')).toBe('0.50 to 2.00');
    expect(formatInterval({ lower: 0, upper: Number.POSITIVE_INFINITY }, 'risk ratio')).toBe(NO_INTERVAL);
    expect(formatInterval({ lower: 1e-40, upper: 1e40 }, 'odds ratio')).toBe(NO_INTERVAL);
    expect(formatInterval({ lower: 1e-5, upper: 1e5 }, 'odds ratio')).toBe('< 0.001 to > 1000');
    expect(formatInterval({ lower: -1e9, upper: 1e9 }, 'risk difference')).toBe(NO_INTERVAL);
    expect(formatInterval({ lower: -0.05, upper: 0.2 }, 'risk difference')).toBe('−5.0 to +20');
  });

  it('is signed where it is a difference, and zero has no sign', () => {
    expect(formatEffect(0, 'risk difference')).toBe('0.0');
    expect(formatEffect(-0.0001, 'risk difference')).toBe('0.0');
    expect(formatEffect(1.5, 'difference of means')).toBe('+1.50');
  });

  it('has p-values that never read as zero', () => {
    expect([formatP(0.2), formatP(0.0123), formatP(1e-9), formatP(Number.NaN)]).toEqual([
      '0.20',
      '0.012',
      '< 0.001',
      '–',
    ]);
    expect(formatLogP(-5000)).toBe('< 0.001');
  });
});
