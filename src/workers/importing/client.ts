import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { ImportingContract } from './contract.ts';
import ImportingWorker from './importing.worker.ts?worker&inline';

const run = workerJob<ImportingContract>(() => new ImportingWorker());

export const readBundle: Jobs['readBundle'] = (bytes, watch) =>
  run((remote) => remote.readBundle(bytes), watch);
