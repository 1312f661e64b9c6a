import type { HeldOutFailure } from '../core/analysis/held-out.ts';
import type { PooledAnalysisFailure } from '../core/analysis/pooled-analysis.ts';
import type { TwinComparison } from '../core/analysis/twin-comparison.ts';
import type { BundleFailure } from '../core/bundle/read-bundle.ts';
import type { DpviState } from '../core/inference/dpvi-state.ts';
import type { CalibrationTarget } from '../core/privacy/certify.ts';
import type { LedgerFileFailure, ReadLedger } from '../core/privacy/ledger-file.ts';
import type { TradeOffPoint } from '../core/privacy/meaning.ts';
import type { CertifiedCost, CertifiedMechanism, SubsampledGaussian } from '../core/privacy/mechanism.ts';
import type { Result } from '../core/result.ts';
import type { PartResult } from '../core/study/part-results.ts';
import type { StudyDataFailure } from '../core/study/study-data.ts';
import type {
  SynthesisPlan,
  SynthesisPlanFailure,
  SynthesisPosterior,
  SynthesisRequest,
} from '../core/synthesis/synthesizer.ts';
import type { CodingFailure, CodingReport, SiteFilter } from '../core/table/code-table.ts';
import type { CodedTable, RawTable } from '../core/table/coded-table.ts';
import type { OpenedTable, TableFailure } from '../core/table/opened-table.ts';
import type { MachineNote } from './machine-note.ts';
import type { PartyKey } from './party-key.ts';
import type {
  BundleSummary,
  KeptFolder,
  KeptValues,
  ReleaseRecord,
  Remains,
  StoredProject,
} from './records.ts';
import type {
  AnalysisAnswer,
  AnalysisRequest,
  BundleRequest,
  CheckRequest,
  CodingRequest,
  ProfiledTable,
  StudyCrew,
  StudyGraphics,
  StudyRequest,
} from './requests.ts';

export type { MachineNote } from './machine-note.ts';

/** How a job can end without an answer of its own. */
export type JobEnd =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'worker-crashed'; readonly detail: string };

/** A file that a person chose; read only when its turn comes. */
export interface PickedFile {
  readonly name: string;
  readonly bytes: () => Promise<Uint8Array>;
  /** The file itself where there is one: what can be read in pieces need not be in memory whole. */
  readonly blob?: Blob;
  /** By which the browser finds it again; not every browser, and not every way of choosing, gives one. */
  readonly handle?: FindableFile;
}

/** What this page uses of a file handle, which only the browser can make and keep. */
export interface FindableFile {
  readonly name: string;
  getFile(): Promise<File>;
  requestPermission?(wanted: { readonly mode: 'read' }): Promise<PermissionState>;
}

/** Why a file that was to be opened again, or that was being read, is not at hand. */
export type FileFailure =
  /** Moved, renamed or deleted. */
  | { readonly kind: 'file-gone' }
  /** The person, or a rule of the browser, said no. */
  | { readonly kind: 'file-not-allowed' }
  /** Changed or locked while it was read. */
  | { readonly kind: 'file-changed' };

/** Where the files of projects are. What is in them is not kept; where a browser cannot keep a place, it knows none. */
export interface FileMemory {
  /** One that cannot be found again takes the place of what was remembered, and nothing is. */
  remember(projectId: string, file: PickedFile): Promise<void>;
  /** The name of the file that could be opened again. */
  known(projectId: string): Promise<string | null>;
  /** Only from a click: the browser may ask the person. `isChanged`: on the disk, since it was remembered. */
  reopen(
    projectId: string,
  ): Promise<Result<{ readonly file: PickedFile; readonly isChanged: boolean }, FileFailure>>;
}

/** Given to every long job: a signal that ends it, and where progress goes. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a plan looks like on this device. */
export interface Forecast {
  readonly plan: SynthesisPlan;
  readonly expectedMs: number;
  readonly machine: MachineNote;
}

/** A forecast with what its noise means for people. */
export interface ExplainedForecast {
  readonly forecast: Forecast;
  /** Error rates of the best attacker, from the composed loss of the plan's mechanism. */
  readonly tradeOff: readonly TradeOffPoint[];
}

/** The forecast is there well before its explanation: it is handed over as soon as it is known. */
export interface PlanWatch extends Watch {
  readonly onForecast: (forecast: Forecast) => void;
}

/** The training could not run: the machine says why, before anything was drawn. */
export interface TrainingRefused {
  readonly kind: 'training-refused';
  readonly reason: string;
}

/** The training was told to pause: `state` is where it stopped, at a whole step, and what it resumes from. */
export interface TrainingPaused {
  readonly kind: 'paused';
  readonly state: DpviState;
}

/** A training can also be paused, and hands out its iterates on the way. */
export interface TrainingWatch extends Watch {
  /** Aborted to pause: the training ends within 200 ms with `TrainingPaused`, or finishes if it was that close. */
  readonly pause?: AbortSignal;
  /**
   * The iterates, every few seconds: functions of what the mechanism released and of public things, never rows or keys,
   * so that they may be stored, and a training that lost its tab goes on from them. Going on from one checkpoint twice and
   * showing both ends would be two releases.
   */
  readonly onCheckpoint?: (state: DpviState) => void;
}

export interface StudyWatching extends Watch {
  readonly onGraphics?: (graphics: StudyGraphics) => void;
}

/** Jobs that compute off the page's thread. */
export interface Jobs {
  /** Text or a spreadsheet; a file that can be read in pieces is. */
  readTable(
    file: PickedFile,
    watch: Watch,
  ): Promise<Result<ProfiledTable<OpenedTable>, TableFailure | JobEnd>>;
  simulateCohort(watch: Watch): Promise<Result<ProfiledTable<RawTable>, JobEnd>>;
  /** A raw table under a codebook. */
  codeTable(
    request: CodingRequest,
    watch: Watch,
  ): Promise<Result<{ readonly table: CodedTable; readonly report: CodingReport }, CodingFailure | JobEnd>>;
  /** What the table's fingerprint is taken of; null where the filter's column is not there. */
  tableBytes(
    raw: RawTable,
    filter: SiteFilter | null,
    watch: Watch,
  ): Promise<Result<Uint8Array<ArrayBuffer> | null, JobEnd>>;
  /**
   * Calibrates σ and estimates how long the training takes here, from made-up rows of the same shape; then works
   * out what the best attacker could tell.
   */
  plan(
    request: SynthesisRequest,
    watch: PlanWatch,
  ): Promise<Result<ExplainedForecast, SynthesisPlanFailure | JobEnd>>;
  /** The certified total of several releases from one table. */
  totalCost(
    mechanisms: readonly SubsampledGaussian[],
    delta: number,
    watch: Watch,
  ): Promise<Result<CertifiedCost, JobEnd | { readonly kind: 'total-not-certified' }>>;
  /** The largest training of this rate and length that still fits under the cap, with its cost; null where none does. */
  largestNext(
    before: readonly SubsampledGaussian[],
    cap: CalibrationTarget,
    watch: Watch,
  ): Promise<Result<CertifiedMechanism | null, JobEnd>>;
  /** Reads a ledger file and computes every cost in it anew. */
  readLedger(text: string, watch: Watch): Promise<Result<ReadLedger, LedgerFileFailure | JobEnd>>;
  /** Draws a fresh key inside the job, also when it goes on from a state; the key never leaves it. */
  train(
    problem: {
      readonly table: CodedTable;
      readonly plan: SynthesisPlan;
      /** Goes on from here (`state.step` steps are done) under a fresh key; absent or null: from the start. */
      readonly from?: DpviState | null;
    },
    watch: TrainingWatch,
  ): Promise<
    Result<
      { readonly posterior: SynthesisPosterior; readonly machine: MachineNote },
      TrainingRefused | TrainingPaused | JobEnd
    >
  >;
  /** Twins beside rows, for the screen only. */
  check(request: CheckRequest, watch: Watch): Promise<Result<TwinComparison, PooledAnalysisFailure | JobEnd>>;
  makeBundle(
    request: BundleRequest,
    watch: Watch,
  ): Promise<Result<{ readonly bytes: Uint8Array; readonly summary: BundleSummary }, JobEnd>>;
  readBundle(bytes: Uint8Array, watch: Watch): Promise<Result<BundleSummary, BundleFailure | JobEnd>>;
  analyse(
    request: AnalysisRequest,
    watch: Watch,
  ): Promise<Result<AnalysisAnswer, HeldOutFailure | BundleFailure | JobEnd>>;
  openStudy(
    request: StudyRequest,
    watch: StudyWatching,
  ): Promise<Result<StudyCrew, StudyDataFailure | JobEnd>>;
}

/** What may change in an entry of the ledger as its training goes on. */
export type ReleaseChange = Partial<
  Pick<ReleaseRecord, 'status' | 'attempt' | 'stepsDone' | 'machine' | 'posterior'>
>;

/**
 * What may be kept in this browser. Raw and coded rows are in no record. Bundles belong to a project; releases belong
 * to nobody's project, and no method removes one but forgetting everything.
 */
export interface Vault {
  /** Also lets go for good of projects that were removed before. */
  load(): Promise<{
    readonly projects: readonly StoredProject[];
    readonly releases: readonly ReleaseRecord[];
  }>;
  project(id: string): Promise<StoredProject | null>;
  saveProject(project: StoredProject): Promise<void>;
  /** A new project with the bundles of another. */
  duplicateProject(from: string, project: StoredProject): Promise<void>;
  /** Hides the project with its bundles until the next load lets go of them. */
  removeProject(id: string): Promise<void>;
  restoreProject(id: string): Promise<void>;
  /** The ledger as it is now, other tabs' entries included, the oldest first. */
  releases(): Promise<readonly ReleaseRecord[]>;
  /** A new entry; an entry that is there is changed by `changeRelease`. */
  addRelease(release: ReleaseRecord): Promise<void>;
  /**
   * Changes an entry and its checkpoint (null: removes it; absent: leaves it) in one transaction, if the entry is at
   * this attempt and has not ended. Else, or where it is gone, nothing changes and the answer is null.
   */
  changeRelease(
    id: string,
    attempt: number,
    change: ReleaseChange,
    checkpoint?: DpviState | null,
  ): Promise<ReleaseRecord | null>;
  /** Where the training can be gone on from; null: at its start. */
  checkpoint(releaseId: string): Promise<DpviState | null>;
  bundles(projectId: string): Promise<readonly BundleSummary[]>;
  putBundle(projectId: string, summary: BundleSummary, bytes: Uint8Array): Promise<void>;
  updateBundle(projectId: string, summary: BundleSummary): Promise<void>;
  /** The file, whichever project it is in. */
  bundleBytes(id: string): Promise<Uint8Array | null>;
  removeBundle(projectId: string, id: string): Promise<void>;
  /** The folder that bundles of this project come from. */
  folder(projectId: string): Promise<KeptFolder | null>;
  keepFolder(projectId: string, folder: KeptFolder): Promise<void>;
  value<K extends keyof KeptValues>(key: K): Promise<KeptValues[K] | null>;
  putValue<K extends keyof KeptValues>(key: K, value: KeptValues[K]): Promise<void>;
  /** Parts of studies of invented or public people, by the study and the part. */
  studyPart(studyId: string, partId: string): Promise<PartResult | null>;
  putStudyPart(studyId: string, partId: string, result: PartResult): Promise<void>;
  /** Lets go of all of them; what it returns brings them back. */
  forgetStudies(): Promise<() => Promise<void>>;
  /** Called when another tab emptied the storage. */
  onForgotten(listener: () => void): void;
  forgetEverything(): Promise<void>;
  /** Looks at what is left. */
  remains(): Promise<Remains>;
}

/** The only way anything leaves: a file that the person saves. */
export interface Exporter {
  download(fileName: string, bytes: Uint8Array, mediaType: string): void;
}

export interface Clock {
  /** Milliseconds, for rates and time left. */
  nowMs(): number;
  /** The day, as YYYY-MM-DD. */
  today(): string;
  /** An identifier nobody can guess, for records. */
  newId(): string;
}

/**
 * What other tabs of this page are at. A courtesy for the eye, not a guard: where the browser has no such thing, everybody
 * is alone, and what must not happen twice is seen to by the vault.
 */
export interface Presence {
  /** Says that this tab is at something; the answer ends it. A closed tab is at nothing. */
  enter(name: string): Promise<() => void>;
  /** Whether any other tab is at it. */
  isTaken(name: string): Promise<boolean>;
}

/**
 * A name for a table that only this browser can give: HMAC-SHA-256 of its cells under a key that cannot be taken out of
 * the browser, so that nobody who sees the name can try tables until one fits. Null where the browser cannot.
 */
export type Fingerprint = (bytes: Uint8Array<ArrayBuffer>) => Promise<string | null>;

export interface Ports {
  /** The key of this browser that signs its bundles, made when first asked for; null where it cannot have one. */
  readonly partyKey: () => Promise<PartyKey | null>;
  readonly fingerprint: Fingerprint;
  readonly files: FileMemory;
  readonly presence: Presence;
  readonly jobs: Jobs;
  readonly vault: Vault;
  readonly exporter: Exporter;
  readonly clock: Clock;
}
