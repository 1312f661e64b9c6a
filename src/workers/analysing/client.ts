import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import AnalysingWorker from './analysing.worker.ts?worker&inline';
import type { AnalysingContract } from './contract.ts';

const run = workerJob<AnalysingContract>(() => new AnalysingWorker());

export const analyse: Jobs['analyse'] = (request, watch) =>
  run((remote, report) => remote.analyse(request, report), watch);
