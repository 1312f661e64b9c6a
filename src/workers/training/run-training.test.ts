import { describe, expect, it } from 'vitest';
import { inventedTable, uncertifiedPlan } from '../../core/inference/check-problem.ts';
import type { DpviState } from '../../core/inference/dpvi-state.ts';
import { referenceMachine } from '../../kernels/reference/reference-machine.ts';
import { wasmMachine } from '../../kernels/wasm/wasm-machine.ts';
import { runTraining, type TrainingSurroundings } from './run-training.ts';

const levelCounts = [7, 2, 8, 4, 5];
const rowCount = 2000;
const table = inventedTable({ levelCounts, rowCount, meanOutcome: 0.2, binary: true, number: 3 });
const planOf = (steps: number) =>
  uncertifiedPlan({
    levelCounts,
    rowCount,
    noiseMultiplier: 5,
    settings: { steps, samplingRate: 0.01, averagedFraction: 0.5 },
  });

function watched(change: Partial<TrainingSurroundings> = {}) {
  const times: number[] = [performance.now()];
  const steps: number[] = [];
  const checkpoints: DpviState[] = [];
  const surroundings: TrainingSurroundings = {
    nowMs: () => performance.now(),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    pauseAsked: () => false,
    report(done) {
      times.push(performance.now());
      steps.push(done);
    },
    checkpoint: (state) => checkpoints.push(state),
    ...change,
  };
  return { surroundings, times, steps, checkpoints };
}

describe.each([wasmMachine, referenceMachine])('a training on the $name machine', (machine) => {
  it('reports progress at least every 200 ms and ends at its last step', async () => {
    const steps = machine.name === 'wasm' ? 30_000 : 3000;
    const seen = watched();
    const ended = await runTraining(machine, { table, plan: planOf(steps) }, null, seen.surroundings);
    expect(ended.ok).toBe(true);
    expect(seen.steps.at(-1)).toBe(steps);
    const gaps = seen.times.slice(1).map((time, i) => time - (seen.times[i] as number));
    // The median: one gap on a busy machine measures its neighbours.
    expect(gaps.sort((a, b) => a - b)[gaps.length >> 1]).toBeLessThan(200);
  });

  it('pauses within one portion and goes on from there to its end, under another key', async () => {
    const plan = planOf(4000);
    let asked = false;
    const seen = watched({ pauseAsked: () => asked });
    const { report } = seen.surroundings;
    const paused = await runTraining(machine, { table, plan }, null, {
      ...seen.surroundings,
      report(done, total) {
        report(done, total);
        asked = seen.steps.length === 4;
      },
    });
    if (paused.ok || paused.failure.kind !== 'paused') throw new Error('it did not pause');
    const { state } = paused.failure;
    expect(state.step).toBe(seen.steps[3]);
    // What a browser's database makes of it.
    const stored = structuredClone(state);
    const rest = watched();
    const ended = await runTraining(machine, { table, plan }, stored, rest.surroundings);
    expect(ended.ok).toBe(true);
    expect(rest.steps[0]).toBeGreaterThan(state.step);
    expect(rest.steps.at(-1)).toBe(4000);
  });
});

describe('the checkpoints of a training', () => {
  it('come every few seconds, hold the iterates and nothing else, and can be gone on from', async () => {
    // A clock on which every portion takes a second.
    let nowMs = 0;
    const seen = watched({ nowMs: () => (nowMs += 500) });
    const plan = planOf(40);
    await runTraining(wasmMachine, { table, plan }, null, seen.surroundings);
    expect(seen.checkpoints.length).toBeGreaterThan(5);
    expect(seen.checkpoints.length).toBeLessThan(40 / 2);
    const last = seen.checkpoints.at(-1) as DpviState;
    expect(Object.keys(last).sort()).toEqual(
      [
        ...['step', 'location', 'rawScale', 'firstMoment', 'secondMoment'],
        ...['locationSum', 'rawScaleSum', 'averagedSteps'],
      ].sort(),
    );
    const ended = await runTraining(wasmMachine, { table, plan }, last, watched().surroundings);
    expect(ended.ok).toBe(true);
  });

  it('are refused where they are spoilt, before anything is drawn', async () => {
    const seen = watched({ nowMs: () => 0 });
    const plan = planOf(40);
    const run = await wasmMachine.open({ table, plan }, new Uint8Array(32));
    if (!run.ok) throw new Error(run.failure.kind);
    const state = run.value.state();
    run.value.close();
    state.rawScale[3] = Number.NaN;
    const ended = await runTraining(wasmMachine, { table, plan }, state, seen.surroundings);
    expect(ended.ok ? null : ended.failure).toEqual({
      kind: 'training-refused',
      reason: 'state-not-finite',
    });
    expect(seen.steps).toEqual([]);
  });
});
