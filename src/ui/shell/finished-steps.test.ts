import { expect, it } from 'vitest';
import { initialState } from '../../session/initial-state.ts';
import type { SessionState } from '../../session/state.ts';
import { finishedSteps } from './finished-steps.ts';

const START = initialState({ id: 'p', name: '', createdOn: '2026-01-01' });
const withData = (data: Partial<SessionState['data']>) => ({ ...START, data: { ...START.data, ...data } });
const raw = { columns: [], rowCount: 0 } as unknown as SessionState['data']['raw'];

it('Data is finished once a table is open, its centre chosen, and named', () => {
  const named = { raw, partyName: 'North' };
  expect(finishedSteps(START)).toEqual(new Set());
  expect(finishedSteps(withData({ raw })).has('data')).toBe(false);
  expect(finishedSteps(withData({ raw, partyName: ' ' })).has('data')).toBe(false);
  expect(finishedSteps(withData({ ...named, siteColumn: 'hospital' })).has('data')).toBe(false);
  expect(finishedSteps(withData(named)).has('data')).toBe(true);
  expect(finishedSteps(withData({ ...named, siteColumn: 'hospital', site: 'N' })).has('data')).toBe(true);
});

it('Share is finished by a bundle of the codebook at hand, made here', () => {
  const bundle = { origin: 'own', codebookId: 'a' } as SessionState['bundles'][number];
  const shown = (bundles: SessionState['bundles']) =>
    finishedSteps({ ...START, codebook: { ...START.codebook, codebookId: 'a' }, bundles }).has('share');
  expect(shown([bundle])).toBe(true);
  expect(shown([{ ...bundle, origin: 'peer' }])).toBe(false);
  expect(shown([{ ...bundle, codebookId: 'b' }])).toBe(false);
});
