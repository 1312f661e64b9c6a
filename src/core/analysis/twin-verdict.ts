import type { TwinComparison } from './twin-comparison.ts';

/**
 * What twins are good for, judged by rules of thumb that are stated with the verdict. The limits are ours: no source gives
 * any, and none could for every use.
 */
export type Grade = 'good' | 'fair' | 'poor';

export interface TwinVerdict {
  /** Shares of levels: the largest distance of a variable. */
  readonly shares: { readonly grade: Grade; readonly worst: string; readonly distance: number };
  /** How common the outcome is: the relative difference. */
  readonly outcome: { readonly grade: Grade; readonly relative: number };
  /** Links between variables: the mean absolute difference of Cramér's V. */
  readonly links: { readonly grade: Grade; readonly difference: number };
  /** Effects: of the coefficients that both have, how many of the twins' lie in the 95 % interval of the real rows. */
  readonly effects: { readonly grade: Grade; readonly inside: number; readonly of: number };
}

/** At most this far apart for `good`, and for `fair`. */
export const SHARES_LIMITS = [0.05, 0.1] as const;
export const OUTCOME_LIMITS = [0.1, 0.25] as const;
export const LINKS_LIMITS = [0.03, 0.06] as const;
/** At least this share of the effects inside for `good`, and for `fair`. */
export const EFFECTS_LIMITS = [0.85, 0.6] as const;

export function judgeTwins({ marginals, outcome, associations, coefficients }: TwinComparison): TwinVerdict {
  const worst = marginals.reduce(
    (most, { label, distance }) => (distance > most.distance ? { label, distance } : most),
    { label: '', distance: 0 },
  );
  const difference =
    associations.reduce((sum, { real, twins }) => sum + Math.abs(real - twins), 0) /
    Math.max(1, associations.length);
  // Without an event among the real rows any event among the twins is infinitely more.
  const relative = outcome.real === outcome.twins ? 0 : Math.abs(outcome.twins - outcome.real) / outcome.real;
  let inside = 0;
  let of = 0;
  for (const { term, real, twins } of coefficients) {
    if (term.kind === 'intercept' || real.kind !== 'estimated' || twins.kind !== 'estimated') continue;
    of += 1;
    if (twins.estimate >= real.lower && twins.estimate <= real.upper) inside += 1;
  }
  return {
    shares: { grade: atMost(worst.distance, SHARES_LIMITS), worst: worst.label, distance: worst.distance },
    outcome: { grade: atMost(relative, OUTCOME_LIMITS), relative },
    links: { grade: atMost(difference, LINKS_LIMITS), difference },
    effects: {
      grade: of === 0 ? 'poor' : atMost(1 - inside / of, [1 - EFFECTS_LIMITS[0], 1 - EFFECTS_LIMITS[1]]),
      inside,
      of,
    },
  };
}

function atMost(value: number, [good, fair]: readonly [number, number]): Grade {
  if (value <= good + 1e-12) return 'good';
  return value <= fair + 1e-12 ? 'fair' : 'poor';
}
