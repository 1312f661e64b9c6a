import type { SubsampledGaussian } from './mechanism.ts';

export const LEDGER_FORMAT = 'twinpool-ledger';
export const LEDGER_VERSION = 1;

/** A release as a ledger file tells it: enough to compose its cost, and nothing that came from rows. */
export interface LedgerRelease {
  readonly id: string;
  /** YYYY-MM-DD */
  readonly startedOn: string;
  /** The keyed fingerprint of the table, in the browser that made it. */
  readonly table: string;
  readonly label: string;
  readonly site: string | null;
  readonly mechanism: SubsampledGaussian;
  readonly delta: number;
  /** Certified ε at δ, computed anew by whoever reads the file. */
  readonly epsilonUpper: number;
  /** What a person wrote beside it; absent where nothing. */
  readonly note?: string;
}

/** The most that may be spent on one table. */
export interface LedgerCap {
  readonly epsilon: number;
  readonly delta: number;
}

export interface LedgerFile {
  readonly releases: readonly LedgerRelease[];
  readonly caps: Readonly<Record<string, LedgerCap>>;
}

/** The ledger as a file: JSON, readable by a person. Apart from the reader, which brings the accountant. */
export function writeLedgerFile({ releases, caps }: LedgerFile, exportedOn: string): string {
  return `${JSON.stringify({ format: LEDGER_FORMAT, version: LEDGER_VERSION, exportedOn, caps, releases }, null, 2)}\n`;
}
