import { transfer } from 'comlink';
import { type Result, succeed } from '../../core/result.ts';
import type { RawTable } from '../../core/table/coded-table.ts';
import { packTable, unpackTable } from '../../core/table/packed-texts.ts';
import type { Jobs, Watch } from '../../session/ports.ts';
import type { ProfiledTable } from '../../session/requests.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { IntakeContract, PackedRows, SpreadsheetContract } from './contract.ts';
import IntakeWorker from './intake.worker.ts?worker&inline';

const run = workerJob<IntakeContract>(() => new IntakeWorker());

/** A spreadsheet says so in its first bytes: it is a zip. Everything else is text or is refused as no text. */
export const readTable: Jobs['readTable'] = async (file, watch) => {
  const { blob } = file;
  const head = blob === undefined ? await file.bytes() : new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  if (isZip(head)) return readSpreadsheet(await file.bytes(), watch);
  return unpacked(await run((remote, report) => remote.readTable(blob ?? head, report), watch));
};

/** The bytes are transferred: the caller's view is empty afterwards. */
async function readSpreadsheet(bytes: Uint8Array, watch: Watch) {
  const { default: SpreadsheetWorker } = await import('./spreadsheet.worker.ts?worker&inline');
  const runSpreadsheet = workerJob<SpreadsheetContract>(() => new SpreadsheetWorker());
  return unpacked(
    await runSpreadsheet((remote) => remote.readSpreadsheet(transfer(bytes, [bytes.buffer])), watch),
  );
}

function isZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;
}

export const simulateCohort: Jobs['simulateCohort'] = async (watch) =>
  unpacked(await run((remote) => remote.simulateCohort(), watch));

/** Sends what the codebook asks for: the texts of an unused column, one a row perhaps, stay where they are. */
export const codeTable: Jobs['codeTable'] = ({ raw, codebook, site }, watch) => {
  const names = new Set([...codebook.variables, codebook.outcome].map(({ name }) => name));
  if (site !== undefined) names.add(site.column);
  const used = { ...raw, columns: raw.columns.filter(({ name }) => names.has(name)) };
  return run((remote, report) => remote.codeTable({ raw: packTable(used), codebook, site }, report), watch);
};

export const tableBytes: Jobs['tableBytes'] = (raw, filter, watch) =>
  run((remote) => remote.tableBytes(packTable(raw), filter), watch);

function unpacked<T extends RawTable, F>(read: Result<PackedRows<T>, F>): Result<ProfiledTable<T>, F> {
  if (!read.ok) return read;
  const { table, profiles } = read.value;
  return succeed({ table: unpackTable(table), profiles });
}
