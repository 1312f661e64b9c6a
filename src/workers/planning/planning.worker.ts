import { expose } from 'comlink';
import { certifyComposition, nextRelease } from '../../core/privacy/certify.ts';
import { readLedgerFile } from '../../core/privacy/ledger-file.ts';
import { tradeOffCurve } from '../../core/privacy/meaning.ts';
import { fail, succeed } from '../../core/result.ts';
import { isMarginalsPlan, planSynthesis, type SynthesisPlan } from '../../core/synthesis/synthesizer.ts';
import { chooseMachine } from '../../kernels/choose-machine.ts';
import { expectedTrainingMs } from '../../kernels/expected-time.ts';
import type { Forecast } from '../../session/ports.ts';
import type { PlanningContract } from './contract.ts';

/** Counting takes a moment whatever the table. */
const COUNTING_MS = 20;

async function forecastOf(plan: SynthesisPlan): Promise<Forecast> {
  if (isMarginalsPlan(plan)) {
    return { plan, expectedMs: COUNTING_MS, machine: { name: 'counting', because: 'one-count' } };
  }
  const { machine, name, because } = await chooseMachine(plan);
  const expectedMs = await expectedTrainingMs(machine, plan);
  if (expectedMs === null) throw new Error('the rehearsal was refused for a plan that passed its checks');
  return { plan, expectedMs, machine: { name, because } };
}

const contract: PlanningContract = {
  async plan(request, reportForecast) {
    const planned = planSynthesis(request);
    if (!planned.ok) return planned;
    const forecast = await forecastOf(planned.value);
    // Waits until the page has it: what follows keeps this thread busy.
    await reportForecast(forecast);
    const tradeOff = tradeOffCurve([planned.value.mechanism.parameters]);
    if (!tradeOff.ok) throw new Error('no trade-off curve for a mechanism that was certified');
    return succeed({ forecast, tradeOff: tradeOff.value });
  },
  totalCost(mechanisms, delta) {
    const total = certifyComposition(mechanisms, delta);
    return total.ok ? total : fail({ kind: 'total-not-certified' });
  },
  largestNext(before, cap) {
    const next = nextRelease(before, [], cap);
    return succeed(next.ok ? next.value.mechanism : null);
  },
  readLedger: readLedgerFile,
};

expose(contract);
