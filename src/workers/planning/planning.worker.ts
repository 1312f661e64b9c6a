import { expose } from 'comlink';
import { planTraining } from '../../core/inference/plan.ts';
import { certifyComposition } from '../../core/privacy/certify.ts';
import { fail, succeed } from '../../core/result.ts';
import { chooseMachine } from '../../kernels/choose-machine.ts';
import type { PlanningContract } from './contract.ts';
import { expectedTrainingMs } from './expected-time.ts';

const contract: PlanningContract = {
  async plan(request) {
    const planned = planTraining(request);
    if (!planned.ok) return planned;
    const { machine, name, because } = await chooseMachine(planned.value);
    const expectedMs = await expectedTrainingMs(machine, planned.value);
    if (expectedMs === null) throw new Error('the rehearsal was refused for a plan that passed its checks');
    return succeed({ plan: planned.value, expectedMs, machine: { name, because } });
  },
  totalCost(mechanisms, delta) {
    const total = certifyComposition(mechanisms, delta);
    return total.ok ? total : fail({ kind: 'total-not-certified' });
  },
};

expose(contract);
