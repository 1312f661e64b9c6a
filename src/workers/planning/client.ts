import { proxy } from 'comlink';
import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { PlanningContract } from './contract.ts';
import PlanningWorker from './planning.worker.ts?worker&inline';

const run = workerJob<PlanningContract>(() => new PlanningWorker());

export const plan: Jobs['plan'] = (request, watch) =>
  run((remote) => remote.plan(request, proxy(watch.onForecast)), watch);

export const largestNext: Jobs['largestNext'] = (before, cap, watch) =>
  run((remote) => remote.largestNext(before, cap), watch);

export const readLedger: Jobs['readLedger'] = (text, watch) =>
  run((remote) => remote.readLedger(text), watch);

export const totalCost: Jobs['totalCost'] = (mechanisms, delta, watch) =>
  run((remote) => remote.totalCost(mechanisms, delta), watch);
