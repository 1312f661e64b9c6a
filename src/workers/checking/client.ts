import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import CheckingWorker from './checking.worker.ts?worker&inline';
import type { CheckingContract } from './contract.ts';

const run = workerJob<CheckingContract>(() => new CheckingWorker());

export const check: Jobs['check'] = (request, watch) => run((remote) => remote.check(request), watch);
