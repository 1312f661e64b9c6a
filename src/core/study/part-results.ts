import type { Held, Scored } from './study-scores.ts';
import type { TwinModel } from './twin-maker.ts';

/** What parts leave: plain data, to be kept as JSON or in a database. */
export type PartResult =
  | { readonly kind: 'twin'; readonly model: TwinModel }
  | {
      readonly kind: 'centres';
      readonly ideal: IdealScores;
      readonly centres: readonly CentreScores[];
    }
  | {
      readonly kind: 'shared-sets';
      readonly ideal: IdealScores;
      readonly centre: number;
      /** `positions[n]`: draws over all orders with n other parties' sets; 0 is local only. */
      readonly positions: readonly (readonly number[])[];
      /** `missing[n]`: orders (of 0: local fits) whose regression did not exist; they have no draws. */
      readonly missing: readonly number[];
    }
  | {
      readonly kind: 'skewed-centre';
      readonly ideal: IdealScores;
      readonly centre: number;
      readonly combined: MaybeScored;
      readonly local: MaybeScored;
      /** Local, with the skewed variable left out of the regression. */
      readonly without: MaybeScored;
    }
  | {
      readonly kind: 'skewed-cell';
      readonly keptShare: number;
      readonly rows: number;
      /** People of the group with the event that were kept. */
      readonly keptEvents: number;
      readonly testRows: number;
      readonly combined: MaybeScored;
      readonly local: MaybeScored;
    };

/** Null where the regression does not exist: a table without events, or equations without a solution. It is counted, not hidden. */
export type MaybeScored = Scored | null;

/** Point scores of regressions on real rows of everybody; null where there is none. */
export interface IdealScores {
  /** All training rows: the paper's dashed line. */
  readonly whole: number | null;
  /** The rows of this size only: what sharing rows in place of twins would give. */
  readonly sameRows: number | null;
  /** Of the latter's intervals, where the truth is known. */
  readonly held?: Held;
}

export interface CentreScores {
  readonly centre: number;
  readonly rows: number;
  readonly local: MaybeScored;
  /** Point score of a ridge-regularised local fit, the harder competitor; null where there is none. */
  readonly ridge: number | null;
  readonly combined: MaybeScored;
  /** Coefficients of the combined analysis for which v⁻ ≤ 0. */
  readonly fallbacks: number;
}
