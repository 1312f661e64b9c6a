import { describe, expect, it } from 'vitest';
import { inventedTable, publicKey, uncertifiedPlan } from '../core/inference/check-problem.ts';
import type { Machine } from './kernel.ts';
import { referenceMachine } from './reference/reference-machine.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';

const levelCounts = [3, 2];
const table = inventedTable({ levelCounts, rowCount: 40, meanOutcome: 0.3, binary: true, number: 3 });
const plan = uncertifiedPlan({
  levelCounts,
  rowCount: 40,
  noiseMultiplier: 2,
  settings: { components: 4, samplingRate: 0.5, steps: 10 },
});

async function locationAfter(machine: Machine, spoil: (key: Uint8Array) => void): Promise<Float64Array> {
  const key = publicKey(9);
  const opened = await machine.open({ table, plan }, key);
  if (!opened.ok) throw new Error(opened.failure.kind);
  spoil(key);
  await opened.value.advance(10);
  return opened.value.posterior().location;
}

describe.each([referenceMachine, wasmMachine])('the $name machine', (machine) => {
  it('takes its own copy of the key: its owner may overwrite it, and the noise stays secret', async () => {
    const untouched = await locationAfter(machine, () => {});
    const overwritten = await locationAfter(machine, (key) => key.fill(0));
    expect(overwritten).toEqual(untouched);
  });
});
