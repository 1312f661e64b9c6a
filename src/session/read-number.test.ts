import { describe, expect, it } from 'vitest';
import { readNumber } from './read-number.ts';

describe('readNumber', () => {
  it.each([
    ['1', 1],
    [' 0.5 ', 0.5],
    ['0,5', 0.5],
    ['1e-6', 1e-6],
    ['.25', 0.25],
  ])('reads %j', (typed, value) => {
    expect(readNumber('epsilon', typed, { above: 0 })).toEqual({ ok: true, value });
  });

  it.each(['', 'NaN', 'Infinity', '0x10', '1 2', 'one', '1e999x', '--1'])(
    'refuses %j as no number',
    (typed) => {
      expect(readNumber('epsilon', typed, { above: 0 })).toMatchObject({
        ok: false,
        failure: { kind: 'field-not-a-number' },
      });
    },
  );

  it.each([
    ['0', { above: 0 }],
    ['-1', { above: 0 }],
    ['1e999', { above: 0 }],
    ['1', { below: 1 }],
    ['51', { atMost: 50 }],
    ['2.5', { whole: true }],
  ])('refuses %j as out of range', (typed, range) => {
    expect(readNumber('epsilon', typed, range)).toMatchObject({
      ok: false,
      failure: { kind: 'field-out-of-range', field: 'epsilon', typed },
    });
  });
});
