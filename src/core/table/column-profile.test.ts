import { describe, expect, it } from 'vitest';
import type { ColumnProfile } from './column-profile.ts';
import { profileColumn, profileTable } from './column-profile.ts';
import { readCsv } from './read-csv.ts';
import { takeSite } from './split-by-site.ts';

function profile(values: readonly string[]): ColumnProfile {
  const dictionary = [...new Set(values)];
  return profileColumn({
    name: 'x',
    dictionary,
    codes: Uint32Array.from(values, (value) => dictionary.indexOf(value)),
  });
}
const numbers = (count: number, f: (i: number) => number = (i) => i) =>
  Array.from({ length: count }, (_, i) => String(f(i)));

describe('profileColumn', () => {
  it.each<[string, string[], ColumnProfile['kind']]>([
    ['blanks', ['', ''], 'empty'],
    ['one value', ['a', 'a', ''], 'constant'],
    ['two values', ['0', '1', '1', ''], 'binary'],
    ['two values and a missing code', ['Yes', 'No', '?', 'No'], 'binary'],
    ['a few texts', ['a', 'b', 'c'], 'categorical'],
    ['a few whole numbers', numbers(12), 'categorical'],
    ['many numbers', [...numbers(90), ...numbers(90)], 'numeric'],
    ['numbers with a few misspellings', [...numbers(60), ...numbers(60), 'old'], 'numeric'],
    ['decimal commas', numbers(50, (i) => i + 0.5).map((x) => x.replace('.', ',')), 'numeric'],
    ['a running number', numbers(500), 'identifier'],
    ['names', numbers(40).map((x) => `person ${x}`), 'identifier'],
  ])('guesses %s', (_, values, kind) => expect(profile(values).kind).toBe(kind));

  it('counts values in natural order, blanks aside', () => {
    expect(profile(['10', '9', '', '10'])).toMatchObject({
      distinctCount: 2,
      emptyCount: 1,
      values: [
        { value: '9', count: 1 },
        { value: '10', count: 2 },
      ],
      numeric: { minimum: 9, maximum: 10, integer: true },
    });
  });

  it('proposes missing codes but keeps ordinary numbers', () => {
    expect(profile([...numbers(80), '999', 'NA', '-', 'Ignorado']).likelyMissingCodes).toEqual([
      '999',
      'NA',
      '-',
      'Ignorado',
    ]);
    expect(profile(numbers(120)).likelyMissingCodes).toEqual([]);
    expect(profile(['0', '1', '9']).likelyMissingCodes).toEqual(['9']);
    expect(profile(['1', '2', '-9']).likelyMissingCodes).toEqual(['-9']);
    expect(profile([...numbers(80), '999']).numeric).toEqual({ minimum: 0, maximum: 79, integer: true });
  });

  it('proposes spellings to merge and merges nothing', () => {
    const found = profile(['1', '1.0', 'Yes', 'yes', 'a  b', 'a b', 'c']);
    expect(found.spellings).toEqual([
      ['1', '1.0'],
      ['Yes', 'yes'],
      ['a  b', 'a b'],
    ]);
    expect(found.distinctCount).toBe(7);
  });

  it('lists at most 256 values, the most frequent', () => {
    const found = profile([...numbers(400).map((x) => `v${x}`), 'v399', 'v398']);
    expect(found.values).toHaveLength(256);
    expect(found.values.map(({ value }) => value)).toEqual(expect.arrayContaining(['v398', 'v399']));
    expect(found.distinctCount).toBe(400);
  });

  it('sees only the rows of the table at hand', () => {
    const raw = readCsv('site,x\nA,1\nB,2\nB,3\n');
    if (!raw.ok) throw new Error(raw.failure.kind);
    const own = takeSite(raw.value, { column: 'site', value: 'B' });
    if (!own.ok) throw new Error(own.failure.kind);
    expect(profileTable(own.value)[1]).toMatchObject({
      distinctCount: 2,
      values: [{ value: '2' }, { value: '3' }],
    });
  });
});
