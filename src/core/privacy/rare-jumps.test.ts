import { describe, expect, it } from 'vitest';
import { normalForm, type SubsampledRun } from './composition.ts';
import { saddleForEpsilon } from './contour-integral.ts';
import { GridBound } from './delta-bound.ts';
import { planGrid } from './grid-plan.ts';
import { deltaValue, epsilonValue } from './privacy-value.ts';
import { bulkShape, type JumpSplit, splitRareJumps } from './rare-jumps.ts';

const SIZE = 2 ** 14;

/** A plan of the usual kind whose run is taken apart, whether or not that pays. */
function plans(run: Omit<SubsampledRun, 'kind'>, epsilon: number, delta: number) {
  const components = normalForm([run]);
  const saddle = saddleForEpsilon(components, 'remove', epsilon);
  const plan = planGrid(components, 'remove', saddle, epsilon, delta, 1e-9, SIZE, SIZE);
  const only = components[0];
  if (only?.kind !== 'subsampled') throw new Error('not subsampled');
  const bulk = bulkShape(only, plan.tilt, delta);
  if (bulk === null) throw new Error('no bulk');
  const split = (refinement: number): JumpSplit => ({
    threshold: bulk.threshold,
    windowStart: bulk.windowStart,
    size: 2 ** Math.ceil(Math.log2((bulk.width * refinement) / plan.mesh)),
    refinement,
    tilts: bulk.tilts,
  });
  return {
    components,
    only,
    whole: { ...plan, splits: [null] },
    apart: (refinement: number) => ({ ...plan, splits: [split(refinement)] }),
  };
}

describe('a run with its rare jumps taken apart', () => {
  it.each([
    { noiseMultiplier: 0.5, samplingRate: 1e-3, steps: 100_000 },
    { noiseMultiplier: 0.45, samplingRate: 1e-4, steps: 1_000_000 },
  ])(
    'is bounded from above, and closer than as a whole: σ=$noiseMultiplier q=$samplingRate T=$steps',
    (run) => {
      const delta = 1e-6;
      const value = epsilonValue(normalForm([run]), 'remove', delta)?.epsilon ?? Number.NaN;
      const { components, whole, apart } = plans(run, value, delta);
      for (const epsilon of [0.9 * value, value, 1.1 * value]) {
        const exact = deltaValue(components, 'remove', epsilon);
        const bound = new GridBound(components, 'remove', apart(16)).at(epsilon);
        // the contour integral's own error is below 1e-8 of δ here
        expect(bound.delta).toBeGreaterThan((exact?.delta ?? Number.NaN) * (1 - 1e-8));
        expect(bound.delta).toBeLessThan(new GridBound(components, 'remove', whole).at(epsilon).delta);
      }
    },
  );

  it('is closer the finer the grid of its bulk', () => {
    const run = { noiseMultiplier: 0.62, samplingRate: 2.7e-6, steps: 954_520 };
    const { components, apart } = plans(run, 0.041, 1.6e-7);
    const at = (refinement: number) => new GridBound(components, 'remove', apart(refinement)).at(0.041).delta;
    const [coarse, middle, fine] = [32, 64, 128].map(at) as [number, number, number];
    expect(middle).toBeLessThan(coarse);
    expect(fine).toBeLessThan(middle);
    // what splitting to cells adds goes with the square of their width
    expect((middle - fine) / (coarse - middle)).toBeLessThan(0.5);
  });

  it('has bulk and jumps that are as noisy a pair as they may be: neither ε = 0 nor E e^−L < 1 by more than rounding', () => {
    const run = { noiseMultiplier: 0.7, samplingRate: 1e-4, steps: 50_000 };
    const { only, apart } = plans(run, 2, 1e-6);
    const plan = apart(16);
    const { steps } = splitRareJumps(only, plan, plan.splits[0]!);
    expect(steps.map((step) => step.steps)).toEqual([1, run.steps]);
    for (const { mass, offset, position, infinity, steps: times } of steps) {
      let upper = infinity;
      let lower = 0;
      mass.forEach((each, j) => {
        upper += each;
        lower += each * Math.exp(-(offset + position[j]! * plan.mesh));
      });
      // masses are bounds: they add up to no less than one, and to little more
      expect(times * (upper - 1)).toBeGreaterThan(-1e-9);
      expect(times * (upper - 1)).toBeLessThan(1e-4);
      expect(times * (lower - 1)).toBeGreaterThan(-1e-4);
    }
  });
});
