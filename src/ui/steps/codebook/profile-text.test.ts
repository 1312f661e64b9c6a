import { describe, expect, it } from 'vitest';
import { profileColumn } from '../../../core/table/column-profile.ts';
import { readCsv } from '../../../core/table/read-csv.ts';
import { spacedText, visibleBlanks } from './codebook-text.ts';
import { distribution, restSentence } from './profile-text.ts';

const profileOf = (cells: readonly (string | number)[]) => {
  const read = readCsv(`x\n${cells.join('\n')}\n`, { delimiter: 'comma' });
  if (!read.ok) throw new Error(read.failure.kind);
  return profileColumn(read.value.columns[0]!);
};

describe('the distribution of a column', () => {
  it('of a number counts every cell, also where more values differ than are listed', () => {
    const bars = distribution(profileOf([...Array.from({ length: 4000 }, (_, i) => (i % 1000) / 10), 999]));
    expect(bars).toHaveLength(8);
    expect(bars.map(({ count }) => count)).toEqual([500, 500, 500, 500, 500, 500, 500, 500]);
    expect(bars[0]?.text).toBe('0 to 12.5');
  });
});

describe('the distribution of texts', () => {
  it('tells two bars apart that differ only in blanks', () => {
    expect(distribution(profileOf(['F', 'F ', 'M'])).map(({ text }) => text)).toEqual(['F', 'F␣', 'M']);
  });
});

describe('values beyond the bars', () => {
  it('are counted in words, and nothing is said where every value has its bar', () => {
    const levels = (n: number) => profileOf(Array.from({ length: 400 }, (_, i) => `level ${i % n}`));
    expect(restSentence(levels(8))).toBeNull();
    expect(restSentence(levels(40))).toBe('These are the 8 most common of the 40.');
  });
});

describe('blanks at the ends', () => {
  it('are made visible, those within are not', () => {
    expect(visibleBlanks(' a b\t')).toBe('␣a b␣');
    expect(spacedText(['F '])).toBe('“F␣” and “F” differ only in blanks at the ends. Are they the same?');
  });
});
