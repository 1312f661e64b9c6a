import { describe, expect, it } from 'vitest';
import { parseNumbers } from './parse-number.ts';

const parse = (...cells: string[]) => Array.from(parseNumbers(cells));

describe('parseNumbers', () => {
  it('reads points, commas, signs and exponents', () => {
    expect(parse('1', '-2.5', '+3', '.5', '4.', '1e3', '12,5', '0,125')).toEqual([
      1, -2.5, 3, 0.5, 4, 1000, 12.5, 0.125,
    ]);
  });

  it('takes no text, unit, percentage, hexadecimal, infinity or blank for a number', () => {
    for (const text of [
      '',
      'x',
      '12 kg',
      '5%',
      '0x10',
      'Infinity',
      'NaN',
      '1e999',
      '1 000',
      '--1',
      '1.2.3',
      '²',
    ]) {
      expect(parse(text)).toEqual([Number.NaN]);
    }
  });

  it('does not guess whether 1,234 is a thousand', () => {
    expect(parse('1,234', '2,500')).toEqual([Number.NaN, Number.NaN]);
    expect(parse('1,234', '2,5')).toEqual([1.234, 2.5]);
    expect(parse('1,234,567')).toEqual([Number.NaN]);
  });
});
