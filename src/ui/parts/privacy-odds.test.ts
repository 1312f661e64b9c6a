import { describe, expect, it } from 'vitest';
import { mostSure, mostSurePercent, oddsSentence, strengthOf } from './privacy-odds.ts';
import { percent, timeLeftMs } from './progress.ts';

describe('ε as odds', () => {
  it('is a coin toss at ε = 0 and certainty without bound', () => {
    expect(mostSure(0)).toBe(0.5);
    expect(mostSure(700)).toBe(1);
  });

  it('is the odds e^ε to 1', () => {
    for (const epsilon of [0.1, 1, 4]) {
      const sure = mostSure(epsilon);
      // Two floating-point operations apart.
      expect(sure / (1 - sure)).toBeCloseTo(Math.exp(epsilon), 10);
    }
    expect(oddsSentence(1)).toContain('at most about 73 % sure');
  });

  it('never calls near certainty less than it is', () => {
    expect(mostSurePercent(5)).toBe(99.4);
    expect(mostSurePercent(20)).toBe(100);
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
