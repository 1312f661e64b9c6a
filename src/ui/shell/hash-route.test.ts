import { expect, it } from 'vitest';
import { STEPS } from '../../session/steps.ts';
import { hashOf, pageFromHash, pageOnArrival } from './hash-route.ts';

it('finds every page under its own address, and nothing else', () => {
  for (const page of [...STEPS, 'ledger', 'about'] as const) expect(pageFromHash(hashOf(page))).toBe(page);
  expect(pageFromHash('#data')).toBe('data');
  expect(pageFromHash('')).toBeNull();
  expect(pageFromHash('#/constructor')).toBeNull();
});

it('arrives where a person went while all was read, then where the address says, then where they were last', () => {
  expect(pageOnArrival('#/analyse', 'data', 'peers')).toBe('peers');
  expect(pageOnArrival('#/analyse', 'data', null)).toBe('analyse');
  expect(pageOnArrival('#/nowhere', 'data', null)).toBe('data');
});
