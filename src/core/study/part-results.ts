import type { Scored } from './study-scores.ts';
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
    }
  | {
      readonly kind: 'skewed-centre';
      readonly ideal: IdealScores;
      readonly centre: number;
      readonly combined: Scored;
      readonly local: Scored;
      /** Local, with the skewed variable left out of the regression. */
      readonly without: Scored;
    }
  | {
      readonly kind: 'skewed-cell';
      readonly keptShare: number;
      readonly rows: number;
      /** People of the group with the event that were kept. */
      readonly keptEvents: number;
      readonly testRows: number;
      readonly combined: Scored;
      readonly local: Scored;
    };

/** Point scores of regressions on real rows of everybody. */
export interface IdealScores {
  /** All training rows: the paper's dashed line. */
  readonly whole: number;
  /** The rows of this size only: what sharing rows in place of twins would give. */
  readonly sameRows: number;
}

export interface CentreScores {
  readonly centre: number;
  readonly rows: number;
  readonly local: Scored;
  /** Point score of a ridge-regularised local fit, the harder competitor. */
  readonly ridge: number;
  readonly combined: Scored;
  /** Coefficients of the combined analysis for which v⁻ ≤ 0. */
  readonly fallbacks: number;
}
