import { expose } from 'comlink';
import { planTraining } from '../../core/inference/plan.ts';
import { certifyComposition } from '../../core/privacy/certify.ts';
import { tradeOffCurve } from '../../core/privacy/meaning.ts';
import { fail, succeed } from '../../core/result.ts';
import { chooseMachine } from '../../kernels/choose-machine.ts';
import { expectedTrainingMs } from '../../kernels/expected-time.ts';
import type { PlanningContract } from './contract.ts';

const contract: PlanningContract = {
  async plan(request, reportForecast) {
    const planned = planTraining(request);
    if (!planned.ok) return planned;
    const { machine, name, because } = await chooseMachine(planned.value);
    const expectedMs = await expectedTrainingMs(machine, planned.value);
    if (expectedMs === null) throw new Error('the rehearsal was refused for a plan that passed its checks');
    const forecast = { plan: planned.value, expectedMs, machine: { name, because } };
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
};

expose(contract);
