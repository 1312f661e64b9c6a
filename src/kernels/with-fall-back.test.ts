import { describe, expect, it } from 'vitest';
import { inventedTable, publicKey, uncertifiedPlan } from '../core/inference/check-problem.ts';
import { fail } from '../core/result.ts';
import { type Machine, MachineLost, type NoiseKey } from './kernel.ts';
import { referenceMachine } from './reference/reference-machine.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';
import { type FallBack, withFallBack } from './with-fall-back.ts';

const levelCounts = [3, 2];
const table = inventedTable({ levelCounts, rowCount: 40, meanOutcome: 0.3, binary: true, number: 3 });
const planWith = (steps: number) =>
  uncertifiedPlan({
    levelCounts,
    rowCount: 40,
    noiseMultiplier: 1,
    settings: { components: 4, steps, averagedFraction: 0.5 },
  });

/** The reference, lost once it has done `until` steps in all. */
const lostAfter = (until: number, keys: NoiseKey[]): Machine => ({
  name: 'webgpu',
  async open(problem, key, from) {
    keys.push(key.slice());
    const opened = await referenceMachine.open(problem, key, from);
    if (!opened.ok) return opened;
    const { value } = opened;
    return {
      ok: true,
      value: {
        state: () => value.state(),
        posterior: () => value.posterior(),
        close: () => value.close(),
        async advance(steps) {
          const room = until - value.state().step;
          const done = await value.advance(Math.min(room, steps));
          if (steps > room) throw new MachineLost('the driver was reset');
          return done;
        },
      },
    };
  },
});

function watched(first: Machine) {
  const notices: FallBack[] = [];
  const fresh: NoiseKey[] = [];
  const given: NoiseKey[] = [];
  let number = 50;
  const second: Machine = {
    name: 'wasm',
    open(problem, key, from) {
      given.push(key.slice());
      return wasmMachine.open(problem, key, from);
    },
  };
  const machine = withFallBack(
    first,
    second,
    () => {
      number += 1;
      const key = publicKey(number);
      fresh.push(key);
      return key;
    },
    (fallBack) => notices.push(fallBack),
  );
  return { machine, notices, fresh, given };
}

describe('a machine with another one to go on with', () => {
  it('goes on from the last state, under a fresh key, to the same number of steps, and says why', async () => {
    const firstKeys: NoiseKey[] = [];
    const { machine, notices, fresh, given } = watched(lostAfter(13, firstKeys));
    const plan = planWith(30);
    const opened = await machine.open({ table, plan }, publicKey(1));
    if (!opened.ok) throw new Error(opened.failure.kind);
    const run = opened.value;
    expect(await run.advance(10)).toBe(10);
    expect(notices).toEqual([]);
    expect(await run.advance(10)).toBe(20);
    expect(notices).toEqual([{ reason: 'the driver was reset', afterSteps: 13 }]);
    expect(await run.advance(100)).toBe(30);
    expect(run.state()).toMatchObject({ step: 30, averagedSteps: 15 });
    expect(given).toEqual([publicKey(51)]);
    expect(given[0]).not.toEqual(firstKeys[0]);
    // Not even this thread keeps it.
    expect(fresh[0]?.every((byte) => byte === 0)).toBe(true);
    run.close();
  });

  it('starts on the second where the first is not available', async () => {
    const absent: Machine = {
      name: 'webgpu',
      open: async () => fail({ kind: 'machine-unavailable', machine: 'webgpu', reason: 'no adapter' }),
    };
    const { machine, notices } = watched(absent);
    const opened = await machine.open({ table, plan: planWith(5) }, publicKey(1));
    if (!opened.ok) throw new Error(opened.failure.kind);
    expect(await opened.value.advance(5)).toBe(5);
    expect(notices).toEqual([{ reason: 'no adapter', afterSteps: 0 }]);
  });

  it('lets a refusal stand, and an error that is no loss of the machine', async () => {
    const { machine, notices } = watched(referenceMachine);
    const refused = await machine.open({ table, plan: { ...planWith(5), rowCount: 39 } }, publicKey(1));
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'table-does-not-match' } });
    const opened = await machine.open({ table, plan: planWith(5) }, publicKey(1));
    if (!opened.ok) throw new Error(opened.failure.kind);
    await expect(opened.value.advance(-1)).rejects.toThrow('whole number');
    expect(notices).toEqual([]);
  });
});
