import { expect, it } from 'vitest';
import { STEPS } from '../../session/steps.ts';
import { hashOf, pageFromHash } from './hash-route.ts';

it('finds every page under its own address, and nothing else', () => {
  for (const page of [...STEPS, 'ledger', 'about'] as const) expect(pageFromHash(hashOf(page))).toBe(page);
  expect(pageFromHash('#data')).toBe('data');
  expect(pageFromHash('')).toBeNull();
  expect(pageFromHash('#/constructor')).toBeNull();
});
