import { describe, expect, it } from 'vitest';
import {
  formatAlike,
  formatBytes,
  formatCount,
  formatDay,
  formatDelta,
  formatDuration,
  formatEpsilon,
  formatEpsilonsApart,
  formatEpsilonUpper,
  formatRatio,
  listWords,
  plural,
} from './format.ts';

describe('numbers as they read on the page', () => {
  it('gives two compared numbers the same decimals, three digits of the larger', () => {
    expect(formatAlike(0.152, 0.15)).toEqual(['0.152', '0.150']);
    expect(formatAlike(0.0051, 12.3456)).toEqual(['0.0', '12.3']);
    expect(formatAlike(1234.5, 3)).toEqual(['1235', '3']);
    expect(formatAlike(0, 0)).toEqual(['0', '0']);
  });

  it('groups thousands and counts things', () => {
    expect(formatCount(58253)).toBe('58,253');
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(0, 'row')).toBe('0 rows');
    expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  });

  it.each([
    [1, '1.00'],
    [0.0512, '0.051'],
    [12.34, '12.3'],
    [345.6, '346'],
    [1e9, '> 1000'],
    [1e-9, '< 0.001'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('shows a ratio of %d as %s', (ratio, words) => {
    expect(formatRatio(ratio)).toBe(words);
  });

  it('never shows a bound on ε below the bound itself', () => {
    for (const epsilon of [0.9990001, 1, 1.0000001, 0.12345, 7.77711]) {
      expect(Number(formatEpsilonUpper(epsilon))).toBeGreaterThanOrEqual(epsilon);
      // Rounded up to the third decimal, so at most a thousandth above.
      expect(Number(formatEpsilonUpper(epsilon)) - epsilon).toBeLessThan(0.001);
    }
    expect(formatEpsilonUpper(1)).toBe('1.000');
    expect(formatEpsilonUpper(1 + 2 ** -52)).toBe('1.001');
    expect(formatEpsilon(0.99951)).toBe('1.000');
  });

  it.each([
    [1e-6, '1e-6'],
    [0.5, '5e-1'],
    [2.5e-7, '2.5e-7'],
  ])('writes δ = %d as %s', (delta, words) => {
    expect(formatDelta(delta)).toBe(words);
  });

  it.each([
    [300, 'under a second'],
    [59_000, '59 s'],
    [90_000, '1 min 30 s'],
    [1_200_000, '20 min'],
    [3_600_000, '1 h'],
    [5_400_000, '1 h 30 min'],
    [90_061_000, '1 day 1 h'],
    [172_800_000, '2 days'],
  ])('says %d ms as %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  it('says sizes and days', () => {
    expect(formatBytes(12)).toBe('12 bytes');
    expect(formatBytes(1234)).toBe('1.2 kB');
    expect(formatBytes(525_000)).toBe('525 kB');
    expect(formatBytes(12_300_000)).toBe('12.3 MB');
    expect(formatDay('2026-11-24')).toBe('24 November 2026');
    expect(formatDay('yesterday')).toBe('yesterday');
  });

  it('lists words and says how many more there are', () => {
    expect(listWords([])).toBe('');
    expect(listWords(['a'])).toBe('a');
    expect(listWords(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listWords(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  });

  it('shows a bound and its value with the digits that tell them apart', () => {
    expect(formatEpsilonsApart(0.99998, 0.99991)).toEqual({ upper: '1.0000', value: '0.9999' });
    expect(formatEpsilonsApart(1.5, 1.2)).toEqual({ upper: '1.500', value: '1.200' });
    expect(formatEpsilonsApart(0, 0)).toEqual({ upper: '0.00000000', value: '0.00000000' });
  });
});
