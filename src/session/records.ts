import type { ErrorKind } from '../core/analysis/glm-covariance.ts';
import type { FamilyName } from '../core/analysis/glm-family.ts';
import type { BundleSigner } from '../core/bundle/signature.ts';
import type { Codebook } from '../core/codebook/codebook.ts';
import type { CodebookDraft } from '../core/codebook/codebook-draft.ts';
import type { CodebookMapping } from '../core/codebook/map-codebook.ts';
import type { FitDiagnostics } from '../core/marginals/fit-tables.ts';
import type { RowCountPolicy } from '../core/marginals/workload.ts';
import type { LedgerCap, LedgerRelease } from '../core/privacy/ledger-format.ts';
import type { WayToMakeTwins } from '../core/synthesis/recommended.ts';
import type { SynthesisPlan, SynthesisPosterior } from '../core/synthesis/synthesizer.ts';
import type { MachineNote } from './machine-note.ts';
import type { PartyKey } from './party-key.ts';
import type { StepName } from './steps.ts';

/** Where a table came from. The name stays in this browser and enters no bundle. */
export interface TableSource {
  readonly kind: 'file' | 'simulated';
  readonly label: string;
}

/** What a person typed on the Privacy step, as typed. */
export interface PrivacyForm {
  readonly epsilon: string;
  readonly delta: string;
  /** Null: the recommended way for the outcome, until a person chooses one. */
  readonly preset: WayToMakeTwins | null;
  readonly eventRateGuess: string;
  /** N as the person declared it public; any other number of rows has to be declared anew. Or that it is a secret too. */
  readonly declaredRowCount: RowCountPolicy | null;
  /** Pairs of variables that noisy tables count too; names that the codebook does not have count for nothing. */
  readonly pairs?: readonly (readonly [string, string])[];
  /** How many more pairs the mechanism chooses; none when absent. */
  readonly selectedPairs?: number;
  /** How precise noisy tables count a variable, w_j by name, of those that differ from the usual 1; names that the codebook does not have count for nothing. */
  readonly weights?: readonly (readonly [string, number])[];
}

/** How the regression is made; variables by their codebook name. */
export interface AnalysisChoice {
  readonly errors: ErrorKind;
  /** Variables that are left out; names that the codebook does not have count for nothing. */
  readonly switchedOff: readonly string[];
  /** The binomial ones are for 0/1 outcomes only. */
  readonly family: FamilyName;
  /** Reference levels other than the codebook's, by variable. */
  readonly references: Readonly<Record<string, string>>;
  /** Pairs of variables whose effects may depend on each other. */
  readonly interactions: readonly (readonly [string, string])[];
  /** Only rows that meet all of these are analysed, own and synthetic ones. */
  readonly subgroup: readonly { readonly variable: string; readonly levels: readonly string[] }[];
  /** A variable in place of the codebook's outcome: the event is to have one of these levels. */
  readonly outcome: { readonly variable: string; readonly events: readonly string[] } | null;
  /** A base rate of its own for every centre. */
  readonly siteEffect: boolean;
  /** Reference distribution of the pooled intervals: normal as in METHOD §7, or Student's t. */
  readonly interval: 'normal' | 't';
  /** What stands for the own centre in the pooled fits. */
  readonly ownPart: 'real-rows' | 'own-twins';
}

/** A bundle as an analysis used it: which bytes, and how they were read where another codebook was behind them. */
export interface UsedBundle {
  /** The SHA-256 of the file. */
  readonly id: string;
  readonly partyName: string;
  readonly createdOn: string;
  readonly mapping?: ConfirmedMapping | undefined;
}

/** What it takes to make an analysis again, and none of its results, which hold real rows. */
export interface AnalysisRecord {
  readonly id: string;
  readonly madeOn: string;
  readonly codebookId: string;
  readonly choice: AnalysisChoice;
  /** Those in use, the ones that lacked a variable among them. */
  readonly bundles: readonly UsedBundle[];
}

/** What this page uses of a directory of the File System Access API, which not every browser has. */
export interface FolderHandle {
  readonly name: string;
  values(): AsyncIterable<
    | { readonly kind: 'directory' }
    | { readonly kind: 'file'; readonly name: string; getFile(): Promise<File> }
  >;
  /** Absent where a browser asks for nothing. */
  queryPermission?(what: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(what: { mode: 'read' }): Promise<PermissionState>;
}

/** A folder that a person opened for bundles, with marks of the files that were already taken from it or refused. */
export interface KeptFolder {
  readonly handle: FolderHandle;
  readonly seen: readonly string[];
}

/** What this browser still keeps of the page: records, offline copies, and settings such as the colours. */
export interface Remains {
  readonly records: number;
  readonly copies: number;
  readonly settings: number;
}

/** What names a project: one question asked of one table, with the bundles of those who help to answer it. */
export interface ProjectHead {
  readonly id: string;
  /** As typed; empty until somebody names it, and then the page shows the table's name. */
  readonly name: string;
  readonly createdOn: string;
}

/** Everything typed and chosen in one project; survives a reload. No rows. */
export interface StoredProject extends ProjectHead {
  readonly step: StepName;
  readonly source: TableSource | null;
  readonly siteColumn: string | null;
  readonly site: string | null;
  readonly partyName: string;
  /** Columns by name; absent in what an earlier version kept. */
  readonly blanksIgnored?: readonly string[];
  readonly draft: CodebookDraft | null;
  readonly codebook: Codebook | null;
  readonly privacyForm: PrivacyForm;
  readonly setCount: string;
  /** Absent in what an earlier version kept. */
  readonly analysisChoice?: Partial<AnalysisChoice>;
  /** The newest first; absent in what an earlier version kept. */
  readonly analyses?: readonly AnalysisRecord[];
}

/**
 * Small things that this browser keeps once, whatever the project: a line here is all that a new one needs. What grows
 * with use gets a table of its own in `storage/database.ts` instead.
 */
export interface KeptValues {
  /** The project that a reload opens. */
  readonly openProject: string;
  /** By the key of a table: the most that its releases may cost together. */
  readonly ledgerCaps: Readonly<Record<string, LedgerCap>>;
  /** By the identity of a release: what a person wrote beside it. */
  readonly ledgerNotes: Readonly<Record<string, string>>;
  /** Entries of other ledgers, which count as this browser's own do. */
  readonly importedReleases: readonly LedgerRelease[];
  /** Cannot be exported, not even by this page. */
  readonly fingerprintKey: CryptoKey;
  /** What bundles made in this browser are signed with; its private half cannot be exported either. */
  readonly partyKey: PartyKey;
}

/**
 * How far a training came. `queued`: nothing was drawn. `started`: it runs in some tab, or its tab died. `paused`: a
 * person paused it. Then one of three ends, of which `cancelled` alone costs nothing, because nobody saw anything.
 */
export type ReleaseStatus = 'queued' | 'started' | 'paused' | 'finished' | 'cancelled' | 'failed';

/**
 * One training as the ledger knows it: of a table, not of a project, so that deleting a project forgets no spending.
 * Written before any noise is drawn, so that a crash costs budget, not privacy; what came out is written before it is
 * shown, so that what is not written was seen by nobody.
 */
export interface ReleaseRecord {
  readonly id: string;
  readonly startedOn: string;
  /** Counts on in this browser, so that the newest is known whatever the clock says. */
  readonly sequence: number;
  readonly status: ReleaseStatus;
  /**
   * How often the training was begun or gone on with. Only the newest attempt may write anything, so that of two tabs
   * that go on from one checkpoint only one leaves a trace.
   */
  readonly attempt: number;
  /** Steps done at the last checkpoint. */
  readonly stepsDone: number;
  /** Which machine, as planned and then as it was; null where an old entry did not say. */
  readonly machine: MachineNote | null;
  readonly source: TableSource;
  readonly site: string | null;
  /** The keyed fingerprint of the rows; null for entries from before there was one, or where the browser has none. */
  readonly table: string | null;
  readonly codebook: Codebook;
  readonly codebookId: string;
  readonly plan: SynthesisPlan;
  /** Present when `finished`. */
  readonly posterior: SynthesisPosterior | null;
}

/** How a bundle under another codebook is read under ours: confirmed by a person, for that codebook of ours only. */
export interface ConfirmedMapping {
  readonly ownCodebookId: string;
  readonly mapping: CodebookMapping;
}

/** What the page knows of a bundle without opening it again. The identity is the SHA-256 of the file. */
export interface BundleSummary {
  readonly id: string;
  readonly origin: 'own' | 'peer';
  readonly fileName: string;
  readonly byteLength: number;
  readonly partyName: string;
  readonly createdOn: string;
  readonly codebookId: string;
  readonly codebook: Codebook;
  readonly rowCount: number;
  /** σ_N where the number of rows was counted with noise. */
  readonly rowCountNoise?: number | undefined;
  readonly setCount: number;
  readonly epsilon: number;
  readonly delta: number;
  readonly simulated: boolean;
  /** Who signed it; absent: nobody did. */
  readonly signer?: BundleSigner | undefined;
  /** Of an own one from noisy tables: whether the chains that its sets were drawn by agree. */
  readonly fit?: FitDiagnostics | undefined;
  /** Whether the analysis uses it. */
  readonly included: boolean;
  /** Where it was made under another codebook and a person has said how to read it. */
  readonly mapping?: ConfirmedMapping | undefined;
}
