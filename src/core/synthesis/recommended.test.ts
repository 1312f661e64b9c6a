import { expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { needsRateGuess, recommendedWay, WAYS } from './recommended.ts';
import { planSynthesis } from './synthesizer.ts';

it('recommends what can be planned for the outcome', () => {
  const codebook = cohortCodebook();
  const request = { codebook, rowCount: 500, epsilon: 1, delta: 1e-6 };
  expect(recommendedWay(codebook.outcome)).toBe('noisy-marginals');
  expect(planSynthesis({ method: 'noisy-marginals', ...request }).ok).toBe(true);
  const counted = { ...codebook, outcome: { ...codebook.outcome, kind: 'count' as const, maximum: 9 } };
  expect(recommendedWay(counted.outcome)).toBe('short');
  expect(planSynthesis({ method: 'noisy-marginals', ...request, codebook: counted }).ok).toBe(false);
});

it('asks for a guess of the rate only where a training starts from it', () => {
  expect(WAYS.filter(needsRateGuess)).toEqual(['short', 'paper']);
});
