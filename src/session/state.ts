import type { HeldOutEvaluation, HeldOutFailure } from '../core/analysis/held-out.ts';
import type { PartyAnalysis } from '../core/analysis/party-analysis.ts';
import type { PooledAnalysis, PooledAnalysisFailure } from '../core/analysis/pooled-analysis.ts';
import type { TwinComparison } from '../core/analysis/twin-comparison.ts';
import type { BundleFailure } from '../core/bundle/read-bundle.ts';
import type { Codebook } from '../core/codebook/codebook.ts';
import type { CodebookDraft } from '../core/codebook/codebook-draft.ts';
import type { CodebookFileFailure, CodebookFormat } from '../core/codebook/codebook-formats.ts';
import type { CodebookDifference } from '../core/codebook/compare-codebooks.ts';
import type { DraftFailure } from '../core/codebook/finish-draft.ts';
import type { MappingProposal } from '../core/codebook/map-codebook.ts';
import type { TextProblem } from '../core/codebook/safe-text.ts';
import type { TablesOutcome } from '../core/marginals/tables-outcome.ts';
import type { TradeOffPoint } from '../core/privacy/meaning.ts';
import type { SynthesisPlanFailure, SynthesisPosterior } from '../core/synthesis/synthesizer.ts';
import type { CodingFailure, CodingReport } from '../core/table/code-table.ts';
import type { CodedTable, RawTable } from '../core/table/coded-table.ts';
import type { ColumnProfile } from '../core/table/column-profile.ts';
import type { TableFailure } from '../core/table/opened-table.ts';
import type { LedgerState } from './ledger-state.ts';
import type { FileFailure, Forecast, JobEnd, MachineNote, TrainingRefused } from './ports.ts';
import type {
  AnalysisChoice,
  AnalysisRecord,
  BundleSummary,
  PrivacyForm,
  ProjectHead,
  ReleaseRecord,
  Remains,
  TableSource,
} from './records.ts';
import type { SignatureNote } from './signature-note.ts';
import type { PageName, StepName } from './steps.ts';

export interface DataState {
  readonly source: TableSource | null;
  /** Text of the file, in memory only; null after a reload. Blanks at the ends of cells are gone where the person said so. */
  readonly raw: RawTable | null;
  /** The same as it was read, so that what was said of blanks can be taken back. */
  readonly asRead: RawTable | null;
  /** What each column of `raw` holds, in memory only. */
  readonly profiles: readonly ColumnProfile[];
  /** Columns in which texts that differ only in blanks at their ends are one. */
  readonly blanksIgnored: readonly string[];
  readonly siteColumn: string | null;
  readonly site: string | null;
  readonly partyName: string;
  readonly reading: boolean;
  /** Of the file, while it is read. */
  readonly fractionRead: number;
  readonly failure: TableFailure | FileFailure | JobEnd | null;
  /** The name of the file that one click opens again; null where the browser remembers none. */
  readonly remembered: string | null;
  /** The file was another one on the disk than when it was last opened. */
  readonly changedOnDisk: boolean;
}

export interface CodebookState {
  readonly draft: CodebookDraft | null;
  /** Why the draft is not a codebook yet; empty until the person tries to confirm. */
  readonly problems: readonly DraftFailure[];
  /** Why a codebook file was refused. */
  readonly fileFailure: CodebookFileFailure | null;
  /** What was loaded last, and what of it a codebook cannot hold. */
  readonly fileNote: { readonly format: CodebookFormat; readonly skipped: readonly string[] } | null;
  readonly codebook: Codebook | null;
  readonly codebookId: string | null;
  /** The own rows under the codebook, in memory only. */
  readonly coded: { readonly table: CodedTable; readonly report: CodingReport } | null;
  /** How far the rows are coded, while they are. */
  readonly coding: { readonly done: number; readonly total: number } | null;
  readonly codingFailure: CodingFailure | JobEnd | null;
}

/** A number that cannot be read from what was typed. */
export interface FieldFailure {
  readonly kind: 'field-not-a-number' | 'field-out-of-range';
  readonly field: 'epsilon' | 'delta' | 'eventRateGuess' | 'setCount';
  readonly typed: string;
}

/** The party's name goes into the bundle and into peers' tables, so it is plain short text. */
export interface PartyNameFailure {
  readonly kind: 'party-name';
  readonly problem: TextProblem;
}

/** The best attacker's error rates come a moment after the plan; a plan stands without them. */
export type TradeOffState =
  | { readonly kind: 'calculating' }
  | { readonly kind: 'ready'; readonly points: readonly TradeOffPoint[] }
  | { readonly kind: 'not-available' };

export type PlanState =
  | { readonly kind: 'none' }
  | { readonly kind: 'calculating' }
  | ({ readonly kind: 'ready'; readonly tradeOff: TradeOffState } & Forecast)
  | { readonly kind: 'refused'; readonly failure: SynthesisPlanFailure | FieldFailure | JobEnd };

/** The training that runs in this tab, or how the last one ended. */
export type TrainingState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      readonly releaseId: string;
      readonly stepsDone: number;
      readonly steps: number;
      /** Of the last few seconds; 0 while unknown. */
      readonly stepsPerSecond: number;
      readonly pausing: boolean;
    }
  | { readonly kind: 'paused' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'finished'; readonly elapsedMs: number; readonly machine: MachineNote }
  /** It ended, but its result could not be kept and therefore is not shown: it can be kept once there is room. */
  | {
      readonly kind: 'not-kept';
      readonly releaseId: string;
      readonly elapsedMs: number;
      readonly ended: { readonly ok: true; readonly value: TrainedModel };
    }
  | { readonly kind: 'failed'; readonly failure: TrainingFailure };

export interface TrainedModel {
  readonly posterior: SynthesisPosterior;
  readonly machine: MachineNote;
}

export type TrainingFailure =
  | TrainingRefused
  | JobEnd
  /** Another tab went on with it, or everything was forgotten there. */
  | { readonly kind: 'overtaken' }
  /** The browser refused to write the entry without which nothing may be drawn. */
  | { readonly kind: 'not-stored' }
  /** The browser refused to write that it was cancelled. */
  | { readonly kind: 'cancel-not-stored' }
  /** It waited, and by its turn it no longer fits under the cap of its table. */
  | { readonly kind: 'over-cap' };

/** Twins beside rows; in memory only. */
export type CheckState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'ready'; readonly releaseId: string; readonly comparison: TwinComparison }
  | { readonly kind: 'failed'; readonly failure: PooledAnalysisFailure | JobEnd };

/** Another invented centre that is made to join, for the workshop. */
export type TourState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'inviting'; readonly site: string; readonly done: number; readonly total: number }
  | { readonly kind: 'failed'; readonly site: string; readonly failure: TourFailure };

export type TourFailure = JobEnd | { readonly kind: 'tour-not-possible'; readonly detail: string };

/** Mean width of the intervals of the log ratios with so many other centres. */
export interface TourWidth {
  readonly centres: number;
  readonly local: number;
  readonly pooled: number;
}

export type MakingState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly setsDone: number; readonly sets: number }
  | {
      readonly kind: 'failed';
      readonly failure:
        | FieldFailure
        | JobEnd
        | { readonly kind: 'not-stored' }
        | PartyNameFailure
        | BundleGone;
    };

/** What became of one file that a person tried to import. */
export type ImportOutcome =
  | {
      readonly kind: 'imported';
      readonly fileName: string;
      readonly partyName: string;
      readonly signature: SignatureNote;
    }
  | {
      readonly kind: 'imported-newer';
      readonly fileName: string;
      readonly partyName: string;
      readonly signature: SignatureNote;
      readonly setAside: { readonly id: string; readonly createdOn: string };
    }
  /** Made under another codebook: kept, and not used before a person has said how to read it. */
  | {
      readonly kind: 'imported-to-map';
      readonly fileName: string;
      readonly partyName: string;
      readonly signature: SignatureNote;
      readonly id: string;
      readonly differences: readonly CodebookDifference[];
    }
  | { readonly kind: 'refused'; readonly fileName: string; readonly failure: ImportFailure };

export type ImportFailure =
  | BundleFailure
  | JobEnd
  | { readonly kind: 'already-imported'; readonly partyName: string }
  | { readonly kind: 'own-bundle' }
  | { readonly kind: 'same-name-as-yours'; readonly partyName: string }
  | {
      readonly kind: 'other-codebook';
      readonly partyName: string;
      readonly reason: Extract<MappingProposal, { kind: 'refused' }>['reason'];
      readonly differences: readonly CodebookDifference[];
    }
  | { readonly kind: 'no-codebook-yet' }
  | { readonly kind: 'not-stored' };

/** Every centre on its own, beside the pooled result; only when asked for. */
export type ByPartyState =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'running'; readonly analysesDone: number; readonly analyses: number }
  | { readonly kind: 'ready'; readonly parties: PartyAnalysis }
  | { readonly kind: 'failed'; readonly failure: AnalysisFailure };

/** How well the fits predict rows they have not seen; only when asked for. */
export type HeldOutState =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'running'; readonly fitsDone: number; readonly fits: number }
  | { readonly kind: 'ready'; readonly evaluation: HeldOutEvaluation; readonly from: HeldOutLabel }
  | { readonly kind: 'failed'; readonly failure: AnalysisFailure };

/** What the rows were: a share of the own ones, or a file by its name. */
export type HeldOutLabel =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'file'; readonly fileName: string };

/** A table of other people to test on, in memory only. */
export type TestTableState =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading' }
  | {
      readonly kind: 'ready';
      readonly fileName: string;
      readonly table: CodedTable;
      /** The codebook that its rows are coded under. */
      readonly codebookId: string;
    }
  | { readonly kind: 'failed'; readonly failure: TableFailure | JobEnd | CodingFailure };

export type AnalysisFailure =
  | HeldOutFailure
  | BundleFailure
  | JobEnd
  /** Every variable is switched off. */
  | { readonly kind: 'no-variables' }
  /** Own twins are to stand for the own rows, and there is no bundle of these rows. */
  | { readonly kind: 'no-own-bundle' }
  | BundleGone;

/** A bundle in the list whose file this browser has no more: another tab removed it. */
export interface BundleGone {
  readonly kind: 'bundle-gone';
  readonly partyName: string;
}

/** A centre in use whose bundle lacks variables of this analysis. */
export interface LeftOutParty {
  readonly bundle: BundleSummary;
  readonly lacks: readonly string[];
}

export type AnalysisState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly fitsDone: number; readonly fits: number }
  | {
      readonly kind: 'ready';
      readonly analysis: PooledAnalysis;
      /** The estimate from own rows and the parties' noisy tables, where they sent some. */
      readonly tables: TablesOutcome;
      readonly usedBundles: readonly BundleSummary[];
      readonly leftOut: readonly LeftOutParty[];
      /** What it was made with, whatever is chosen since. */
      readonly choice: AnalysisChoice;
      readonly byParty: ByPartyState;
      readonly heldOut: HeldOutState;
      /** False once bundles, choices or rows changed after it was made. */
      readonly upToDate: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: AnalysisFailure };

/** A project as the list of them shows it. */
export interface ProjectSummary extends ProjectHead {
  readonly source: TableSource | null;
}

export type Undo =
  | { readonly kind: 'peer-removed'; readonly partyName: string }
  | { readonly kind: 'mapping-changed'; readonly partyName: string }
  | { readonly kind: 'table-replaced'; readonly label: string }
  | { readonly kind: 'project-deleted'; readonly project: ProjectSummary };

export interface SessionState {
  /** False until what was stored has been read. */
  readonly loaded: boolean;
  readonly page: PageName;
  /** The step that a reload opens: the last one that was shown. */
  readonly step: StepName;
  /** The project that is open; everything below up to `analysis` is its own, the releases apart. */
  readonly project: ProjectHead;
  /** All that are stored, the open one among them once something was entered. */
  readonly projects: readonly ProjectSummary[];
  readonly data: DataState;
  readonly codebook: CodebookState;
  readonly privacyForm: PrivacyForm;
  readonly plan: PlanState;
  readonly training: TrainingState;
  /** Trainings that run in this tab when those before them have ended, by the release's id. */
  readonly queue: readonly string[];
  /** Trainings that another tab is at. */
  readonly elsewhere: readonly string[];
  readonly releases: readonly ReleaseRecord[];
  /** By table: what was released, what may be, and whether the plan at hand fits. */
  readonly ledger: LedgerState;
  readonly check: CheckState;
  readonly tour: TourState;
  readonly tourWidths: readonly TourWidth[];
  readonly setCount: string;
  readonly making: MakingState;
  readonly bundles: readonly BundleSummary[];
  readonly importing: boolean;
  /** Files of the import that runs, or ran last. */
  readonly importCount: number;
  readonly imports: readonly ImportOutcome[];
  readonly analysisChoice: AnalysisChoice;
  readonly analysis: AnalysisState;
  /** What the analyses of this project were made with, the newest first. */
  readonly analyses: readonly AnalysisRecord[];
  readonly testTable: TestTableState;
  /** Another tab has the same project open. */
  readonly isOpenElsewhere: boolean;
  /** Another tab emptied the storage; what this one shows is kept nowhere. */
  readonly isForgottenElsewhere: boolean;
  /** What was left after everything was forgotten in this tab; null before. */
  readonly remains: Remains | null;
  /** False when this browser refuses to store: everything is lost with the tab, and the page says so. */
  readonly storageWorks: boolean;
  /** What one click can bring back. */
  readonly undo: Undo | null;
}
