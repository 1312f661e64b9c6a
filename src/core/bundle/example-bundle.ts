import { type Codebook, levelsOf, referenceIndex } from '../codebook/codebook.ts';
import type { TrainingSettings } from '../inference/plan.ts';
import type { Posterior } from '../inference/posterior.ts';
import { parameterLayout } from '../model/layout.ts';
import type { CertifiedMechanism } from '../privacy/mechanism.ts';
import { type RandomSource, uniform, uniformInteger } from '../random/random-source.ts';
import type { Bundle } from './bundle.ts';

/** A made-up mechanism with a made-up cost, for bundles that are examples only; hence the assertion. */
export const EXAMPLE_MECHANISM = {
  kind: 'subsampled-gaussian',
  parameters: { noiseMultiplier: 26.7316, samplingRate: 0.01, steps: 400_000 },
  cost: {
    delta: 1e-6,
    epsilonUpper: 1.0000000000000002,
    epsilonValue: 0.9999,
    epsilonLower: 0.9989,
    neighbours: 'add-remove-one-row',
  },
} as CertifiedMechanism;

/**
 * A well-formed bundle full of noise, for tests, benchmarks and the fuzzer: uniform levels, a posterior of
 * random numbers. It says nothing about anybody, and its mechanism never ran.
 */
export function exampleBundle(
  codebook: Codebook,
  size: { readonly rows: number; readonly sets: number; readonly components: number },
  random: RandomSource,
): Bundle & { readonly settings: TrainingSettings; readonly posterior: Posterior } {
  const levelCounts = codebook.variables.map((variable) => levelsOf(variable).length);
  const referenceLevels = codebook.variables.map(referenceIndex);
  const shape = { levelCounts, referenceLevels, components: size.components, family: 'poisson' } as const;
  const { dimension } = parameterLayout(shape);
  const outcomes = codebook.outcome.kind === 'count' ? codebook.outcome.maximum + 1 : 2;
  const { rows: rowCount } = size;
  return {
    partyName: 'Newcastle',
    createdOn: '2026-11-24',
    softwareVersion: '0.1.0',
    licence: 'CC-BY-4.0',
    codebook,
    rowCount,
    settings: {
      preset: 'paper',
      components: size.components,
      samplingRate: EXAMPLE_MECHANISM.parameters.samplingRate,
      steps: EXAMPLE_MECHANISM.parameters.steps,
      clipNorm: 2,
      learningRate: { initial: 1e-3, final: 1e-3 },
      initialScale: 0.1,
      averagedFraction: 0.1,
      family: 'poisson',
      outcomeDraw: codebook.outcome.kind === 'count' ? 'poisson' : 'bernoulli',
      eventRateGuess: 0.1 + 0.2,
    },
    mechanism: EXAMPLE_MECHANISM,
    simulated: true,
    posterior: {
      shape,
      location: Float64Array.from({ length: dimension }, () => 10 * (uniform(random) - 0.5)),
      scale: Float64Array.from({ length: dimension }, () => uniform(random) + Number.MIN_VALUE),
    },
    sets: Array.from({ length: size.sets }, () => ({
      rowCount,
      columns: levelCounts.map((count) =>
        Uint8Array.from({ length: rowCount }, () => uniformInteger(random, count)),
      ),
      outcome: Uint32Array.from({ length: rowCount }, () => uniformInteger(random, outcomes)),
    })),
  };
}
