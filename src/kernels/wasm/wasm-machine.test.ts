import { describe, expect, it } from 'vitest';
import { publicKey } from '../../core/inference/check-problem.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { checkProblem, contractChecks, largestDifference, stateAfter } from '../conformance.ts';
import { agreementChecks } from '../conformance-gradient.ts';
import { plainChecks } from '../conformance-plain.ts';
import { randomnessChecks } from '../conformance-randomness.ts';
import { referenceMachine } from '../reference/reference-machine.ts';
import { wasmMachine } from './wasm-machine.ts';

describe('the wasm machine', () => {
  it.each([...contractChecks, ...agreementChecks, ...randomnessChecks])('$name', async (check) => {
    const outcome = await check.run(wasmMachine, referenceMachine);
    expect(outcome).toMatchObject({ passed: true });
  });

  it.each(plainChecks)('with plain gradients: $name', async (check) => {
    expect(await check.run(wasmMachine, referenceMachine)).toMatchObject({ passed: true });
  });

  it.each([1, 0.2])('runs the plain variant of the reference under the same key, q = %d', async (q) => {
    const settings = { samplingRate: q, steps: 60, averagedFraction: 0.4, components: 8 };
    const problem = checkProblem({ ...settings, gradients: 'plain' }, { noiseMultiplier: 2 });
    const mine = await stateAfter(wasmMachine, problem, 35, 60);
    const theirs = await stateAfter(referenceMachine, problem, 35, 60);
    const aligned = checkProblem(settings, { noiseMultiplier: 2 });
    const other = await stateAfter(referenceMachine, aligned, 35, 60);
    expect(largestDifference(mine.location, theirs.location)).toBeLessThan(2e-5);
    expect(largestDifference(mine.rawScale, theirs.rawScale)).toBeLessThan(2e-5);
    expect(largestDifference(other.rawScale, theirs.rawScale)).toBeGreaterThan(0.01);
  });

  it.each<[OutcomeFamily, number, number]>([
    ['poisson', 1, 2],
    ['poisson', 0.1, 1.5],
    ['bernoulli-log', 0.2, 3],
    ['bernoulli-logit', 0.5, 1],
  ])(
    'runs, noise and all, the training of the reference under the same key: %s, q = %d',
    async (family, q, sigma) => {
      const problem = checkProblem(
        { samplingRate: q, steps: 60, averagedFraction: 0.4, components: 8 },
        { noiseMultiplier: sigma, family },
      );
      const mine = await stateAfter(wasmMachine, problem, 31, 60);
      const theirs = await stateAfter(referenceMachine, problem, 31, 60);
      // Batches and noise are the same to the bit; rows, η and Adam are float32 here: 6e-8 of numbers up to 5, sixty
      // times, and now and then a contribution one step of the grid apart.
      expect(largestDifference(mine.location, theirs.location)).toBeLessThan(2e-5);
      expect(largestDifference(mine.rawScale, theirs.rawScale)).toBeLessThan(2e-5);
      expect(largestDifference(mine.locationSum, theirs.locationSum)).toBeLessThan(24 * 2e-5);
      expect(mine.averagedSteps).toBe(theirs.averagedSteps);
    },
  );

  it.each([4, 12, 20, 36, 64, 128])('runs %d components as the reference does', async (components) => {
    const problem = checkProblem({ components, samplingRate: 0.3, steps: 5 }, { noiseMultiplier: 1 });
    const mine = await stateAfter(wasmMachine, problem, 32, 5);
    const theirs = await stateAfter(referenceMachine, problem, 32, 5);
    expect(largestDifference(mine.location, theirs.location)).toBeLessThan(5e-6);
  });

  it('runs 64 variables of up to 256 levels as the reference does', async () => {
    const levels = Array.from({ length: 64 }, (_, j) => (j === 5 ? 256 : 2 + (j % 7)));
    const problem = checkProblem(
      { components: 8, samplingRate: 0.5, steps: 3 },
      { noiseMultiplier: 1, levels, rowCount: 300 },
    );
    const mine = await stateAfter(wasmMachine, problem, 33, 3);
    const theirs = await stateAfter(referenceMachine, problem, 33, 3);
    // Products of 64 float32 probabilities: 64 times 6e-8 in γ.
    expect(largestDifference(mine.location, theirs.location)).toBeLessThan(5e-5);
  });

  it('finds the patterns of a table that is too large to look each row up', async () => {
    const problem = checkProblem(
      { samplingRate: 0.002, steps: 3 },
      { noiseMultiplier: 1, rowCount: 300_000, levels: [7, 2, 8] },
    );
    const mine = await stateAfter(wasmMachine, problem, 34, 3);
    const theirs = await stateAfter(referenceMachine, problem, 34, 3);
    expect(largestDifference(mine.location, theirs.location)).toBeLessThan(5e-6);
  });

  it('says so where the number of components is no multiple of four', async () => {
    const run = await wasmMachine.open(checkProblem({ components: 6 }), publicKey(1));
    expect(run.ok ? 'opened' : run.failure.kind).toBe('plan-not-runnable');
  });

  it('leaves neither key nor rows in its memory after it was closed', async () => {
    const run = await wasmMachine.open(checkProblem({ steps: 5 }), publicKey(1));
    if (!run.ok) throw new Error(run.failure.kind);
    await run.value.advance(5);
    run.value.close();
    expect(run.value.state().location.every((m) => m === 0)).toBe(true);
    expect(() => run.value.advance(1)).toThrow('closed');
  });
});
