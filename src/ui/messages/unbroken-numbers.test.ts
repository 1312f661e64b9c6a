import { expect, it } from 'vitest';

const SOURCES = import.meta.glob<string>(
  ['../**/*.{ts,tsx}', '!../**/*.test.ts', '../../core/study/findings.ts'],
  { query: '?raw', import: 'default', eager: true },
);

/**
 * A number or an inserted value, then a plain space, then the per cent sign (a remainder has a digit or a bracket behind it); or ε
 * and δ a plain space away from what they are.
 */
const BREAKS = /[0-9}] (?:%(?=[^0-9( ]| [^0-9(]|$)|±)|± (?=[0-9$])|[εδ] =|[εδ][^ ]*= /;

it('no text lets “%”, “±”, “ε =” or “δ =” break off its number at a line’s end', () => {
  expect(BREAKS.test('a 95 % interval')).toBe(true);
  expect(BREAKS.test('a 95\\u00a0% interval')).toBe(false);
  expect(BREAKS.test('i % 3')).toBe(false);
  expect(BREAKS.test('at ε = 1')).toBe(true);
  expect(BREAKS.test('at ε\\u00a0=\\u00a01')).toBe(false);
  const broken = Object.entries(SOURCES).flatMap(([file, text]) =>
    text
      .split('\n')
      .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line) && BREAKS.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(Object.keys(SOURCES).length).toBeGreaterThan(100);
  expect(broken).toEqual([]);
});
