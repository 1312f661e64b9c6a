import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { TrainingContract } from './contract.ts';
import TrainingWorker from './training.worker.ts?worker&inline';

const run = workerJob<TrainingContract>(() => new TrainingWorker());

/** The table is copied, since the page goes on using it. */
export const train: Jobs['train'] = ({ table, plan }, watch) =>
  run((remote, report) => remote.train(table, plan, report), watch);
