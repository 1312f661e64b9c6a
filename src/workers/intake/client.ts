import { transfer } from 'comlink';
import type { Jobs, Watch } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { IntakeContract, SpreadsheetContract } from './contract.ts';
import IntakeWorker from './intake.worker.ts?worker&inline';

const run = workerJob<IntakeContract>(() => new IntakeWorker());

/** A spreadsheet says so in its first bytes: it is a zip. Everything else is text or is refused as no text. */
export const readTable: Jobs['readTable'] = async (file, watch) => {
  const { blob } = file;
  const head = blob === undefined ? await file.bytes() : new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  if (isZip(head)) return readSpreadsheet(await file.bytes(), watch);
  return run((remote, report) => remote.readTable(blob ?? head, report), watch);
};

/** The bytes are transferred: the caller's view is empty afterwards. */
async function readSpreadsheet(bytes: Uint8Array, watch: Watch) {
  const { default: SpreadsheetWorker } = await import('./spreadsheet.worker.ts?worker&inline');
  const runSpreadsheet = workerJob<SpreadsheetContract>(() => new SpreadsheetWorker());
  return runSpreadsheet((remote) => remote.readSpreadsheet(transfer(bytes, [bytes.buffer])), watch);
}

function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;
}

export const simulateCohort: Jobs['simulateCohort'] = (watch) =>
  run((remote) => remote.simulateCohort(), watch);
