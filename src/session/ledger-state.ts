import type { LedgerFileFailure } from '../core/privacy/ledger-file.ts';
import type { LedgerCap, LedgerRelease } from '../core/privacy/ledger-format.ts';
import type { CertifiedCost, CertifiedMechanism } from '../core/privacy/mechanism.ts';
import type { JobEnd } from './ports.ts';

/** What was released from one table, and what may be. */
export interface TableAccount {
  /** The keyed fingerprint; what the table was called, for entries without one. */
  readonly key: string;
  readonly label: string;
  readonly site: string | null;
  readonly releaseCount: number;
  /** How many of them came with another ledger's file. */
  readonly importedCount: number;
  /** Null while nothing counts, or where it could not be certified. */
  readonly total: CertifiedCost | null;
  readonly cap: LedgerCap | null;
  /** The largest release of noisy tables that still fits under the cap; null without a cap, and where none fits. */
  readonly left: CertifiedMechanism | null;
}

/** Whether the plan at hand fits under the cap of the table at hand. */
export type Admission =
  | { readonly kind: 'not-judged' }
  | { readonly kind: 'judging' }
  | { readonly kind: 'admitted' }
  | {
      readonly kind: 'over-cap';
      readonly cap: LedgerCap;
      /** Everything from this table with this plan; null where it could not be certified, which does not admit either. */
      readonly withPlan: CertifiedCost | null;
      /** The largest training of the same kind that would still fit; null where none does. */
      readonly fits: CertifiedMechanism | null;
    };

export type LedgerFileOutcome =
  | {
      readonly kind: 'imported';
      readonly added: number;
      readonly known: number;
      /** Entries that claimed less than their noise costs; they are there at their real cost. */
      readonly corrected: number;
      /** Entries with the identity of a known one and other contents: not taken. */
      readonly contradicting: number;
    }
  | {
      readonly kind: 'refused';
      readonly failure: LedgerFileFailure | JobEnd | { readonly kind: 'not-stored' };
    };

export interface LedgerState {
  /** Of the rows at hand; null while there are none, or where the browser gives no fingerprints. */
  readonly fingerprint: string | null;
  /** Key of the account of the rows at hand. */
  readonly openTable: string | null;
  readonly accounts: readonly TableAccount[];
  readonly caps: Readonly<Record<string, LedgerCap>>;
  readonly imported: readonly LedgerRelease[];
  /** By the identity of a release made in this browser; an imported one carries its own. */
  readonly notes: Readonly<Record<string, string>>;
  readonly admission: Admission;
  readonly file: LedgerFileOutcome | null;
}

export const EMPTY_LEDGER: LedgerState = {
  fingerprint: null,
  openTable: null,
  accounts: [],
  caps: {},
  imported: [],
  notes: {},
  admission: { kind: 'not-judged' },
  file: null,
};
