import { describe, expect, it } from 'vitest';
import { oddsSentence, rightPercent, strengthOf } from './privacy-odds.ts';
import { percent, timeLeftMs } from './progress.ts';

const at = (epsilonUpper: number) => ({ epsilonUpper, delta: 1e-6 });

describe('ε as odds', () => {
  it('is a coin toss at ε = 0 and certainty without bound', () => {
    expect(rightPercent(at(0))).toBe(50);
    expect(rightPercent(at(700))).toBe(100);
    expect(oddsSentence(at(1), 'this training releases')).toContain('at most about 73 times in 100');
  });

  it('never calls near certainty less than it is', () => {
    expect(rightPercent(at(5))).toBe(99.4);
    expect(rightPercent(at(20))).toBe(100);
  });

  it('has weaker words for larger ε', () => {
    expect([0.5, 1, 2, 5, 20].map(strengthOf)).toEqual(['strong', 'strong', 'moderate', 'weak', 'very weak']);
  });
});

describe('progress', () => {
  it('is 100 only at the end', () => {
    expect(percent(0, 0)).toBe(0);
    expect(percent(999, 1000)).toBe(99);
    expect(percent(1000, 1000)).toBe(100);
  });

  it('knows no time left before there is a rate', () => {
    expect(timeLeftMs(0, 100, 0)).toBeNull();
    expect(timeLeftMs(50, 100, 25)).toBe(2000);
  });
});
