import { proxy } from 'comlink';
import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { PlanningContract } from './contract.ts';
import PlanningWorker from './planning.worker.ts?worker&inline';

const run = workerJob<PlanningContract>(() => new PlanningWorker());

export const plan: Jobs['plan'] = (request, { signal, onForecast }) =>
  run((remote) => remote.plan(request, proxy(onForecast)), signal);

export const totalCost: Jobs['totalCost'] = (mechanisms, delta, { signal }) =>
  run((remote) => remote.totalCost(mechanisms, delta), signal);
