import { transfer } from 'comlink';
import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { IntakeContract } from './contract.ts';
import IntakeWorker from './intake.worker.ts?worker&inline';

const run = workerJob<IntakeContract>(() => new IntakeWorker());

/** The bytes are transferred: the caller's view is empty afterwards. */
export const readTable: Jobs['readTable'] = (bytes, { signal }) =>
  run((remote) => remote.readTable(transfer(bytes, [bytes.buffer])), signal);

export const simulateCohort: Jobs['simulateCohort'] = ({ signal }) =>
  run((remote) => remote.simulateCohort(), signal);
