import { expose } from 'comlink';
import { KEY_BYTES } from '../../core/random/chacha20.ts';
import { fail, succeed } from '../../core/result.ts';
import { chooseMachine } from '../../kernels/choose-machine.ts';
import type { TrainingContract } from './contract.ts';

/** Progress comes about this often. */
const REPORT_EVERY_MS = 100;

const contract: TrainingContract = {
  async train(table, plan, report) {
    const { machine, name, because } = await chooseMachine(plan);
    const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    const opened = await machine.open({ table, plan }, key);
    key.fill(0);
    if (!opened.ok) {
      const { kind } = opened.failure;
      return fail({
        kind: 'training-refused',
        reason: 'reason' in opened.failure ? `${kind}: ${opened.failure.reason}` : kind,
      });
    }
    const run = opened.value;
    const { steps } = plan.settings;
    let done = 0;
    let stepsACall = 1;
    while (done < steps) {
      const startedMs = performance.now();
      done = await run.advance(stepsACall);
      const tookMs = Math.max(performance.now() - startedMs, 0.1);
      stepsACall = Math.max(1, Math.min(2 * stepsACall, Math.round((stepsACall * REPORT_EVERY_MS) / tookMs)));
      report(done, steps);
    }
    const posterior = run.posterior();
    run.close();
    // Never a bundle of NaN: the budget counts as spent, since noise was drawn.
    if (![...posterior.location, ...posterior.scale].every(Number.isFinite)) {
      throw new Error('the training ended in numbers that are not finite');
    }
    return succeed({ posterior, machine: { name, because } });
  },
};

expose(contract);
