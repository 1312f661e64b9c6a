import { transfer } from 'comlink';
import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { IntakeContract } from './contract.ts';
import IntakeWorker from './intake.worker.ts?worker&inline';

const run = workerJob<IntakeContract>(() => new IntakeWorker());

/** The bytes are transferred: the caller's view is empty afterwards. */
export const readTable: Jobs['readTable'] = (bytes, watch) =>
  run((remote) => remote.readTable(transfer(bytes, [bytes.buffer])), watch);

export const simulateCohort: Jobs['simulateCohort'] = (watch) =>
  run((remote) => remote.simulateCohort(), watch);
