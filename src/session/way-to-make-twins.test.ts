import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../core/cohort/simulated-cohort.ts';
import type { PrivacyForm } from './records.ts';
import { declaredRows, lacksPublicFacts, wayToMakeTwins } from './way-to-make-twins.ts';

const codebook = cohortCodebook();
const counts = { ...codebook, outcome: { ...codebook.outcome, kind: 'count' as const, maximum: 9 } };
const form: PrivacyForm = {
  epsilon: '1',
  delta: '1e-6',
  preset: null,
  eventRateGuess: '',
  declaredRowCount: 40,
};
const table = { codebook, coded: { table: { rowCount: 40 } } };

describe('the way to make twins', () => {
  it('is the recommended one for the outcome until a person chooses', () => {
    expect(wayToMakeTwins(form, codebook)).toBe('noisy-marginals');
    expect(wayToMakeTwins(form, counts)).toBe('short');
    expect(wayToMakeTwins({ preset: 'paper' }, codebook)).toBe('paper');
  });

  it('lets a plan be made once all that is public was declared', () => {
    expect(lacksPublicFacts(form, table)).toBe(false);
    expect(lacksPublicFacts({ ...form, declaredRowCount: null }, table)).toBe(true);
    expect(lacksPublicFacts({ ...form, declaredRowCount: 41 }, table)).toBe(true);
    expect(lacksPublicFacts(form, { ...table, coded: null })).toBe(true);
  });

  it('lets a number of rows be a secret where tables are counted, and nowhere else', () => {
    const secret = { ...form, declaredRowCount: 'noisy' as const };
    expect(declaredRows(secret, table)).toBe('noisy');
    expect(lacksPublicFacts(secret, table)).toBe(false);
    const trained = { ...secret, preset: 'short' as const, eventRateGuess: '0.1' };
    expect(declaredRows(trained, table)).toBeNull();
    expect(lacksPublicFacts(trained, table)).toBe(true);
  });

  it('waits for a guess of the rate where a training starts from it', () => {
    for (const preset of ['short', 'paper'] as const) {
      expect(lacksPublicFacts({ ...form, preset }, table)).toBe(true);
      expect(lacksPublicFacts({ ...form, preset, eventRateGuess: '0.1' }, table)).toBe(false);
    }
    expect(lacksPublicFacts(form, { ...table, codebook: counts })).toBe(true);
  });
});
