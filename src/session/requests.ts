import type { HeldOutEvaluation } from '../core/analysis/held-out.ts';
import type { PartyAnalysis } from '../core/analysis/party-analysis.ts';
import type { PooledAnalysis } from '../core/analysis/pooled-analysis.ts';
import type { Codebook } from '../core/codebook/codebook.ts';
import type { CodebookMapping } from '../core/codebook/map-codebook.ts';
import type { TablesOutcome } from '../core/marginals/tables-outcome.ts';
import type { StudySettings } from '../core/study/experiments.ts';
import type { CentreSize } from '../core/study/study-data.ts';
import type { PartRunner, TogetherTrainer } from '../core/study/study-run.ts';
import type { SynthesisPosterior } from '../core/synthesis/synthesizer.ts';
import type { SiteFilter } from '../core/table/code-table.ts';
import type { CodedTable, RawTable } from '../core/table/coded-table.ts';
import type { ColumnProfile } from '../core/table/column-profile.ts';
import type { PartyKey } from './party-key.ts';
import type { AnalysisChoice, ReleaseRecord } from './records.ts';

/** A party's file, and how it is read where it was made under another codebook. */
export interface RequestedParty {
  readonly id: string;
  readonly label: string;
  readonly bytes: Uint8Array;
  readonly mapping: CodebookMapping | null;
}

/** Rows that no fit sees: a random share of the own rows, or a table of other people. */
export type HeldOutFrom =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'table'; readonly table: CodedTable };

/**
 * Pooled: the own rows alone and with every party's sets. By party: each party alone, and their estimates combined. Held
 * out: how well each predicts rows that it has not seen; own rows stand for themselves there, whatever was chosen, since
 * twins were made from all of them.
 */
export interface AnalysisRequest {
  readonly question: 'pooled' | 'by-party' | 'held-out';
  /** For the question of that name only. */
  readonly heldOut?: HeldOutFrom;
  readonly codebook: Codebook;
  readonly local: CodedTable;
  readonly parties: readonly RequestedParty[];
  /** The file whose twins stand for the own rows in the pooled fits; null where the rows themselves do. */
  readonly ownBundle: Uint8Array | null;
  readonly choice: AnalysisChoice;
}

export type AnalysisAnswer =
  | { readonly kind: 'pooled'; readonly analysis: PooledAnalysis; readonly tables: TablesOutcome }
  | { readonly kind: 'by-party'; readonly parties: PartyAnalysis }
  | { readonly kind: 'held-out'; readonly evaluation: HeldOutEvaluation };

export interface CheckRequest {
  readonly release: ReleaseRecord & { readonly posterior: SynthesisPosterior };
  readonly real: CodedTable;
  readonly family: AnalysisChoice['family'];
  readonly errors: AnalysisChoice['errors'];
  readonly setCount: number;
}

export interface BundleRequest {
  readonly release: ReleaseRecord & { readonly posterior: SynthesisPosterior };
  readonly partyName: string;
  readonly createdOn: string;
  readonly setCount: number;
  /** What it is signed with; null where this browser has no such key. */
  readonly partyKey: PartyKey | null;
}

/** What a study is made of. Everything made from it is public: the seed is known. */
export interface StudyRequest {
  readonly source:
    | { readonly kind: 'simulated' }
    /** Rows that a person declared to be public, with the column that tells centres apart. */
    | {
        readonly kind: 'public-table';
        readonly raw: RawTable;
        readonly codebook: Codebook;
        readonly siteColumn: string;
      };
  readonly settings: StudySettings;
  readonly seed: Uint8Array;
}

/** Workers that share the parts of a study until they are let go. */
export interface StudyCrew {
  readonly centres: readonly CentreSize[];
  readonly runners: readonly PartRunner[];
  /** Present where there is a graphics adapter and something to train. */
  readonly together?: TogetherTrainer;
  close(): void;
}

/** What became of the graphics processor in a study; the page says it. */
export type StudyGraphics =
  /** This browser offers none, or nothing is trained. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'training'; readonly trainings: number }
  /** It was given no more, since it was behind one processor core. */
  | { readonly kind: 'slower'; readonly trainings: number }
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** It released something else than it must on the public check batch. */
  | { readonly kind: 'differs' }
  /** The processor went on. */
  | { readonly kind: 'lost'; readonly reason: string; readonly trainings: number };

/** A table with what each of its columns holds. */
export interface ProfiledTable<T extends RawTable> {
  readonly table: T;
  readonly profiles: readonly ColumnProfile[];
}

export interface CodingRequest {
  readonly raw: RawTable;
  readonly codebook: Codebook;
  /** Absent: all rows. */
  readonly site?: SiteFilter | undefined;
}
