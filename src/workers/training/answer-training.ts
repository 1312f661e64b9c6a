import { releaseTables } from '../../core/marginals/noisy-tables.ts';
import type { MarginalsPlan } from '../../core/marginals/plan-marginals.ts';
import { chacha20Source, KEY_BYTES } from '../../core/random/chacha20.ts';
import { fail, succeed } from '../../core/result.ts';
import { isMarginalsPlan } from '../../core/synthesis/synthesizer.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { chooseMachine, type OpenGraphics } from '../../kernels/choose-machine.ts';
import { type FallBack, withFallBack } from '../../kernels/with-fall-back.ts';
import type { MachineNote } from '../../session/ports.ts';
import type { TrainingContract } from './contract.ts';
import { runTraining } from './run-training.ts';

/** A message to itself comes after those that wait already. Timers would be slowed down in a hidden tab. */
function turnTaker(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return () =>
    new Promise<void>((resolve) => {
      port1.onmessage = () => resolve();
      port2.postMessage(null);
    });
}

const freshKey = () => crypto.getRandomValues(new Uint8Array(KEY_BYTES));

/** One release of noisy tables; the key is drawn here, for this call alone. */
function measure(plan: MarginalsPlan, table: CodedTable) {
  const random = chacha20Source(freshKey(), 'mechanismNoise');
  try {
    const posterior = releaseTables(plan, table, random);
    return succeed({ posterior, machine: { name: 'counting', because: 'one-count' } as const });
  } finally {
    random.forget();
  }
}

/** The training job of a worker; with `openGraphics` the graphics engine is among the machines to choose from. */
export function trainingJob(openGraphics?: OpenGraphics): TrainingContract {
  let pauseAsked = false;
  const turn = turnTaker();
  return {
    async train(table, plan, from, withoutGraphics, report, checkpoint) {
      if (isMarginalsPlan(plan)) return measure(plan, table);
      const absent = withoutGraphics === null ? undefined : async () => fail(withoutGraphics);
      const choice = await chooseMachine(plan, undefined, openGraphics ?? absent);
      let fallBack: FallBack | undefined;
      const machine =
        choice.name === 'webgpu'
          ? withFallBack(choice.machine, choice.otherwise, freshKey, (happened) => {
              fallBack = happened;
            })
          : choice.machine;
      const ended = await runTraining(machine, { table, plan }, from, {
        nowMs: () => performance.now(),
        turn,
        pauseAsked: () => pauseAsked,
        report,
        checkpoint,
      });
      if (!ended.ok) return ended;
      const { name, because, graphics } = choice;
      const note: MachineNote =
        fallBack === undefined
          ? { name, because, ...(graphics && { graphics }) }
          : { name: choice.otherwise.name, because, graphics: { kind: 'lost', ...fallBack } };
      return succeed({ posterior: ended.value, machine: note });
    },
    pause() {
      pauseAsked = true;
    },
  };
}
