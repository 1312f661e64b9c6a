import type { TrainTwin } from '../core/study/twin-maker.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';

/** Trains on this thread with the compiled kernel, which runs the steps of core (conformance suite) many times as fast. */
export const trainByKernel: TrainTwin = async (plan, table, key) => {
  const opened = await wasmMachine.open({ plan, table }, key);
  if (!opened.ok) throw new Error(`the kernel refuses: ${opened.failure.kind}`);
  const run = opened.value;
  await run.advance(plan.mechanism.parameters.steps);
  const posterior = run.posterior();
  run.close();
  return posterior;
};
