import {
  type ClosedShare,
  closedShares,
  meanOf,
  type RepeatGain,
  repeatGain,
  shareOverRepeats,
} from './comparisons.ts';
import type { CentreScores, PartResult } from './part-results.ts';
import type { Held } from './study-scores.ts';

/** All centres of one repeat, each alone and with what the others share. */
export type UtilityRepeat = Extract<PartResult, { readonly kind: 'centres' }>;

/** One way to share, on every yardstick of METHOD §8; errors are over repeats. */
export interface UtilityRow {
  readonly name: string;
  /** Log-likelihood a test person that is lost against all real rows of the same size, by the point estimate; mean over centres. */
  readonly loss: ClosedShare;
  /** The same by the paper's score, which draws coefficients as if they were independent. */
  readonly scoreLoss?: ClosedShare;
  /** Share of the gap between own rows and all real rows that is closed, all centres together. */
  readonly closed: ClosedShare;
  /** The same from own rows with a ridge: the harder yardstick. */
  readonly ridgeClosed: ClosedShare;
  /** Centres a repeat that do better than own rows, than own rows with a ridge, and than own rows by the paper's score. */
  readonly gains: { readonly point: number; readonly ridge: number; readonly score?: number };
  /** Share of effects whose 95 % interval holds the truth, where that is known. */
  readonly held?: ClosedShare;
  /** Analyses without a regression; they are left out. */
  readonly missing: number;
}

/** What is judged of a centre: its score by the point estimate, and what else there is of it. */
interface Judged {
  readonly point: number;
  readonly draws?: readonly number[];
  readonly held?: Held;
}

/** One centre in one repeat. */
interface JudgedRepeat extends RepeatGain {
  readonly loss: number;
  /** NaN where nothing is drawn. */
  readonly scoreLoss: number;
  readonly scoreGain: number;
  readonly held: Held | undefined;
}

/** What own rows alone, own rows with a ridge and all real rows bring: the same whatever is shared. */
export function yardstickRows(repeats: readonly UtilityRepeat[]): UtilityRow[] {
  return [
    rowOf('local only', repeats, ({ local }) => local),
    rowOf('local, ridge', repeats, ({ ridge }) => (ridge === null ? null : { point: ridge })),
    rowOf('all real rows', repeats, (_, { sameRows, held }) =>
      sameRows === null ? null : { point: sameRows, ...(held && { held }) },
    ),
  ];
}

/** What own rows bring together with what the others share in these repeats. */
export function sharedRow(name: string, repeats: readonly UtilityRepeat[]): UtilityRow {
  return rowOf(name, repeats, ({ combined }) => combined);
}

function rowOf(
  name: string,
  repeats: readonly UtilityRepeat[],
  pick: (centre: CentreScores, ideal: UtilityRepeat['ideal']) => Judged | null,
): UtilityRow {
  const centres = (repeats[0]?.centres ?? []).map((_, c) => ({
    repeats: repeats.flatMap(({ ideal, centres: all }, repeat) =>
      judgedRepeat(repeat, all[c]!, ideal.sameRows, pick(all[c]!, ideal)),
    ),
  }));
  const all = centres.flatMap((one) => one.repeats);
  const scored = all.every(({ scoreLoss }) => !Number.isNaN(scoreLoss));
  const perRepeat = (of: (one: JudgedRepeat) => number) =>
    all.filter((one) => of(one) > 0).length / repeats.length;
  const meanLoss = (of: (one: JudgedRepeat) => number) => shareOverRepeats(centres, of, () => 1);
  return {
    name,
    loss: meanLoss(({ loss }) => loss),
    ...(scored && { scoreLoss: meanLoss(({ scoreLoss }) => scoreLoss) }),
    ...closedShares(centres),
    gains: {
      point: perRepeat(({ pointGain }) => pointGain),
      ridge: perRepeat(({ ridgeGain }) => ridgeGain),
      ...(scored && { score: perRepeat(({ scoreGain }) => scoreGain) }),
    },
    ...(all.every(({ held }) => held !== undefined) && {
      held: shareOverRepeats(
        centres,
        ({ held }) => held!.held,
        ({ held }) => held!.of,
      ),
    }),
    missing: centres.length * repeats.length - all.length,
  };
}

/** None where one of the regressions that are compared does not exist. */
function judgedRepeat(
  repeat: number,
  { local, ridge }: CentreScores,
  ideal: number | null,
  judged: Judged | null,
): JudgedRepeat[] {
  if (judged === null || local === null || ridge === null || ideal === null) return [];
  const { point, draws, held } = judged;
  const score = draws === undefined ? Number.NaN : meanOf(draws);
  return [
    {
      ...repeatGain(repeat, { local: local.point, ridge, together: point, ideal }),
      loss: ideal - point,
      scoreLoss: ideal - score,
      scoreGain: score - meanOf(local.draws),
      held,
    },
  ];
}
