import { certifyComposition } from './certify.ts';
import type { Tally } from './check-tally.check.ts';
import type { SubsampledGaussian } from './mechanism.ts';

/** A seeded stream of uniform numbers for choosing cases (mulberry32); nothing private is drawn from it. */
export function caseStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One to three runs: σ from 0.3 to 1000, q from 1e-6 to 1, T from 1 to a million, δ from 1e-12 to 0.1. */
export function randomCase(uniform: () => number): {
  readonly mechanisms: readonly SubsampledGaussian[];
  readonly delta: number;
} {
  const between = (low: number, high: number) => low * (high / low) ** uniform();
  const count = uniform() < 0.7 ? 1 : 1 + Math.floor(uniform() * 3);
  const mechanisms = Array.from({ length: count }, () => {
    const shape = uniform();
    return {
      noiseMultiplier: between(0.3, uniform() < 0.5 ? 5 : 1000),
      samplingRate: uniform() < 0.12 ? 1 : Math.min(1, between(1e-6, 1)),
      steps: shape < 0.15 ? 1 : Math.ceil(shape < 0.3 ? between(1, 20) : between(1, 1e6)),
    };
  });
  return { mechanisms, delta: between(1e-12, 0.1) };
}

/** Every n-th of the cases, from the i-th on: so that one run can be spread over machines. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** The certificate against the value on random cases: never below, and not far above. */
export function checkRandomCases(
  count: number,
  seed: number,
  tally: Tally,
  shard: Shard = { index: 0, of: 1 },
): void {
  const uniform = caseStream(seed);
  for (let i = 0; i < count; i += 1) {
    const { mechanisms, delta } = randomCase(uniform);
    if (i % shard.of !== shard.index) continue;
    const name = `${i} δ=${delta} ${JSON.stringify(mechanisms.map((m) => [m.noiseMultiplier, m.samplingRate, m.steps]))}`;
    const start = performance.now();
    const result = certifyComposition(mechanisms, delta);
    const elapsed = performance.now() - start;
    if (!result.ok) {
      tally.add('refused', `${name} ${JSON.stringify(result.failure)}`, 1, 0, elapsed);
      continue;
    }
    for (const direction of ['remove', 'add'] as const) {
      const side = result.value[direction];
      if (side === undefined) throw new Error('a certificate without its directions');
      const kind = `${side.method} ${direction}`;
      const of = `${name} ${direction}`;
      if (side.method === 'grid') {
        // the value is taken between the two grids' bounds: what is tested here is that those, which share no
        // masses, do not contradict each other (that is refused, and so a miss above)
        const gap = side.epsilonLower - side.epsilonUpper;
        tally.add(`${kind}: lower grid not above the upper`, of, gap, 0, elapsed);
      } else {
        const gap = side.epsilonValue - side.epsilonUpper;
        tally.add(`${kind}: value not above the certificate`, of, gap, 0, elapsed);
        tally.add(
          `${kind}: lower not above the value`,
          of,
          side.epsilonLower - side.epsilonValue,
          0,
          elapsed,
        );
      }
      const gap = side.epsilonUpper - side.epsilonValue;
      // the tolerance is stated from δ = 1e-8 on; below it rounding adds more where rare jumps and a long run meet: README, limits
      const tolerance = 1e-3 + 1e-3 * side.epsilonValue;
      if (delta >= 1e-8) tally.add(`${kind}: certificate tight`, of, gap, tolerance, elapsed);
      else tally.add(`${kind}: δ < 1e-8, within 1 + ε`, of, gap, 1 + side.epsilonValue, elapsed);
    }
  }
}
