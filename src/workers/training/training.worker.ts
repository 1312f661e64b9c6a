import { expose } from 'comlink';
import { succeed } from '../../core/result.ts';
import { chooseMachine } from '../../kernels/choose-machine.ts';
import type { TrainingContract } from './contract.ts';
import { runTraining } from './run-training.ts';

let pauseAsked = false;

/** A message to itself comes after those that wait already. Timers would be slowed down in a hidden tab. */
const { port1, port2 } = new MessageChannel();
const turn = () =>
  new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });

const contract: TrainingContract = {
  async train(table, plan, from, report, checkpoint) {
    const { machine, name, because } = await chooseMachine(plan);
    const ended = await runTraining(machine, { table, plan }, from, {
      nowMs: () => performance.now(),
      turn,
      pauseAsked: () => pauseAsked,
      report,
      checkpoint,
    });
    return ended.ok ? succeed({ posterior: ended.value, machine: { name, because } }) : ended;
  },
  pause() {
    pauseAsked = true;
  },
};

expose(contract);
