import { expect, it } from 'vitest';
import type { ForestRow } from '../../plots/forest-rows.ts';
import { fallbackShareWords } from './fallback-share.ts';

const row = (usedFallback: boolean): Pick<ForestRow, 'pooled'> => ({
  pooled: { kind: 'estimated', usedFallback } as ForestRow['pooled'],
});
const rows = (fallen: number, of: number) => Array.from({ length: of }, (_, k) => row(k < fallen));

it('is a sign of quality, in words', () => {
  expect(fallbackShareWords([{ pooled: null }])).toBeNull();
  expect(fallbackShareWords(rows(0, 21))).toContain('In none of 21 pooled coefficients');
  expect(fallbackShareWords([...rows(2, 20), { pooled: null }])).toMatch(/in 2 of 20 pooled coefficients\.$/);
  expect(fallbackShareWords(rows(12, 20))).toContain('12 of 20 pooled coefficients. That is many');
});
