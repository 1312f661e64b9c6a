import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortNaturally } from './natural-order.ts';

describe('sortNaturally', () => {
  it.each([
    [['10', '9', '1']],
    [['[70, 200)', '[40, 45)', '[45, 50)']],
    [['75+', '0-24', '25-34']],
    [['3+', '0', '2', '1']],
    [['65 and over', '<18', '18-64']],
    [['5', '>5', '<5']],
    [['-10', '-2', '0', '3']],
    [['4th', '1st', '3rd', '2nd']],
    [['Yes', 'No']],
    [['True', 'False']],
    [['Positive', 'Negative']],
    [['high', 'low', 'medium']],
    [['White', 'Other', 'Asian']],
    [['2020-W18', '2020-W02']],
  ])('orders %j whatever the order given', (values) => {
    const expected: Record<string, string> = {
      '10': '1 9 10',
      '[70, 200)': '[40, 45) [45, 50) [70, 200)',
      '75+': '0-24 25-34 75+',
      '3+': '0 1 2 3+',
      '65 and over': '<18 18-64 65 and over',
      '5': '<5 5 >5',
      '-10': '-10 -2 0 3',
      '4th': '1st 2nd 3rd 4th',
      Yes: 'No Yes',
      True: 'False True',
      Positive: 'Negative Positive',
      high: 'low medium high',
      White: 'Asian White Other',
      '2020-W18': '2020-W02 2020-W18',
    };
    expect(sortNaturally(values).join(' ')).toBe(expected[values[0]!]);
  });

  it('depends on the set of values only', () => {
    const value = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom('1', '1+', '<1', '01', 'a', 'A', 'Other', 'b 2', '-1'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(value, { maxLength: 8 }), (values) => {
        expect(sortNaturally([...values].reverse())).toEqual(sortNaturally(values));
      }),
    );
  });
});
