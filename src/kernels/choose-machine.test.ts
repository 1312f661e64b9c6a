import { describe, expect, it } from 'vitest';
import { uncertifiedPlan } from '../core/inference/check-problem.ts';
import type { TrainingPlan } from '../core/inference/plan.ts';
import { fail, succeed } from '../core/result.ts';
import { checkBatchGap, chooseMachine } from './choose-machine.ts';
import type { Machine } from './kernel.ts';
import { referenceMachine } from './reference/reference-machine.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';

const planWith = (components: number): TrainingPlan =>
  uncertifiedPlan({ levelCounts: [3, 2], rowCount: 50, noiseMultiplier: 1, settings: { components } });

/** The reference, but with its clip norm or noise changed by the given factor: what a broken build could do. */
const spoiled = (change: (plan: TrainingPlan) => TrainingPlan): Machine => ({
  name: 'wasm',
  open: ({ table, plan }, key, from) => referenceMachine.open({ table, plan: change(plan) }, key, from),
});

describe('the choice of the machine', () => {
  it('is WebAssembly where it computes the check batch as the reference does', async () => {
    expect(await chooseMachine(planWith(16))).toMatchObject({ name: 'wasm', because: 'fastest' });
    // Rounding only: the same noise and batches to the bit, float32 rows; a fifth of what would be refused.
    expect(await checkBatchGap(wasmMachine)).toBeLessThan(2e-6);
  });

  it('is the reference for numbers of components that WebAssembly cannot run', async () => {
    expect(await chooseMachine(planWith(6))).toMatchObject({ name: 'reference' });
  });

  it('is the reference where WebAssembly does not start', async () => {
    const absent: Machine = {
      name: 'wasm',
      open: async () => fail({ kind: 'machine-unavailable', machine: 'wasm', reason: 'no SIMD' }),
    };
    expect(await chooseMachine(planWith(16), absent)).toMatchObject({ because: 'wasm-unavailable' });
  });

  it.each([
    ['one per cent less noise', (sigma: number) => 0.99 * sigma],
    ['no noise', () => 1e-9],
  ])('refuses a machine with %s', async (_, noise) => {
    const wrong = spoiled((plan) => {
      const { parameters } = plan.mechanism;
      const changed = { ...parameters, noiseMultiplier: noise(parameters.noiseMultiplier) };
      return { ...plan, mechanism: { ...plan.mechanism, parameters: changed } };
    });
    expect(await chooseMachine(planWith(16), wrong)).toMatchObject({
      name: 'reference',
      because: 'wasm-differs',
    });
  });

  it('refuses a machine whose numbers are not numbers', async () => {
    const silent: Machine = {
      name: 'wasm',
      async open(problem, key, from) {
        const run = await referenceMachine.open(problem, key, from);
        if (!run.ok) return run;
        const { value } = run;
        return succeed({
          advance: (steps) => value.advance(steps),
          state: () => value.state(),
          close: () => value.close(),
          posterior: () => ({
            ...value.posterior(),
            location: value.posterior().location.map(() => Number.NaN),
          }),
        });
      },
    };
    expect(await chooseMachine(planWith(16), silent)).toMatchObject({ because: 'wasm-differs' });
  });
});

describe('the choice with a graphics engine', () => {
  /** The reference under another name, held up for so long a step. */
  const engine = (name: Machine['name'], stepMs: number): Machine => ({
    name,
    async open(problem, key, from) {
      const opened = await referenceMachine.open(problem, key, from);
      if (!opened.ok) return opened;
      const { value } = opened;
      return succeed({
        state: () => value.state(),
        posterior: () => value.posterior(),
        close: () => value.close(),
        async advance(steps: number) {
          await new Promise((resolve) => setTimeout(resolve, stepMs * steps));
          return value.advance(steps);
        },
      });
    },
  });
  const graphics = (machine: Machine, gap: number | null) => async () =>
    succeed({ machine, checkGap: async () => gap });
  const plan = planWith(16);

  it('does not look for one unless asked', async () => {
    expect((await chooseMachine(plan)).graphics).toBeUndefined();
  });

  it('says why there is none', async () => {
    const choice = await chooseMachine(plan, wasmMachine, async () => fail('no graphics adapter'));
    expect(choice).toMatchObject({
      name: 'wasm',
      graphics: { kind: 'unavailable', reason: 'no graphics adapter' },
    });
  });

  it.each([[Number.NaN], [0.01], [1e-3 + 1e-9]])(
    'refuses one that is %d off on the check batch',
    async (gap) => {
      const choice = await chooseMachine(plan, wasmMachine, graphics(engine('webgpu', 0), gap));
      expect(choice).toMatchObject({ name: 'wasm', graphics: { kind: 'differs' } });
    },
  );

  it('leaves aside one whose check did not run', async () => {
    const choice = await chooseMachine(plan, wasmMachine, graphics(engine('webgpu', 0), null));
    expect(choice).toMatchObject({ name: 'wasm', graphics: { kind: 'unavailable' } });
  });

  it('prefers the processor where it is faster, and says by how much', async () => {
    const choice = await chooseMachine(plan, wasmMachine, graphics(engine('webgpu', 5), 0));
    expect(choice).toMatchObject({ name: 'wasm', because: 'fastest', graphics: { kind: 'slower' } });
    if (choice.graphics?.kind !== 'slower') throw new Error('no times');
    expect(choice.graphics.expectedMs).toBeGreaterThan(choice.graphics.otherMs);
  });

  it('takes the graphics engine where that is faster', async () => {
    const choice = await chooseMachine(plan, engine('wasm', 5), graphics(engine('webgpu', 0), 0));
    expect(choice).toMatchObject({ name: 'webgpu', graphics: { kind: 'faster' } });
  });
});
