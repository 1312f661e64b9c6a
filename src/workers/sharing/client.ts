import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { SharingContract } from './contract.ts';
import SharingWorker from './sharing.worker.ts?worker&inline';

declare const __TWINPOOL_VERSION__: string;

const run = workerJob<SharingContract>(() => new SharingWorker());

export const makeBundle: Jobs['makeBundle'] = (request, watch) =>
  run((remote, report) => remote.makeBundle(request, __TWINPOOL_VERSION__, report), watch);
