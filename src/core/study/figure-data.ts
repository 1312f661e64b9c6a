import {
  type CentreGain,
  type Comparison,
  compare,
  meanOf,
  type RepeatGain,
  repeatGain,
} from './comparisons.ts';
import type { FigureDesign, SkewedGroup } from './experiments.ts';
import type { CentreScores, MaybeScored, PartResult } from './part-results.ts';
import type { StudyPart } from './parts.ts';
import { shownCentres } from './parts.ts';
import type { CentreSize } from './study-data.ts';
import type { Scored } from './study-scores.ts';

/** The samples of a figure from the parts that are done, all repeats together. */
export type FigureData = { readonly missing: MissingFits } & (
  | { readonly kind: 'centres'; readonly ideal: number | null; readonly comparisons: readonly CentreGain[] }
  | {
      readonly kind: 'sizes';
      readonly centre: string;
      readonly ideal: number | null;
      readonly comparisons: readonly CentreGain[];
    }
  | {
      readonly kind: 'epsilons';
      readonly ideal: number | null;
      readonly byEpsilon: readonly {
        readonly epsilon: number;
        readonly comparisons: readonly CentreGain[];
      }[];
    }
  | {
      readonly kind: 'shared-sets';
      readonly ideal: number | null;
      readonly centres: readonly {
        readonly name: string;
        readonly positions: readonly (readonly number[])[];
        /** Each number of others, from 1 on, against local only. */
        readonly comparisons: readonly Comparison[];
      }[];
    }
  | {
      readonly kind: 'skewed-centre';
      readonly centre: string;
      readonly variable: string;
      readonly ideal: number | null;
      readonly combined: readonly number[];
      readonly local: readonly number[];
      readonly without: readonly number[];
      /** Combined against local only, with and without the skewed variable. */
      readonly comparisons: readonly [withIt: Comparison, withoutIt: Comparison];
    }
  | {
      readonly kind: 'skewed-cell';
      readonly group: string;
      readonly comparisons: readonly (Comparison & {
        readonly keptShare: number;
        readonly keptEvents: number;
        readonly pointGain: number;
      })[];
    }
);

/**
 * Analyses of the figure without a regression, of all: a table without events has none, nor have equations without a
 * solution. A repeat counts for a comparison where both sides have one.
 */
export interface MissingFits {
  readonly local: number;
  readonly combined: number;
  readonly of: number;
}

export interface DonePart {
  readonly part: StudyPart;
  readonly result: PartResult;
}

type ResultOf<K extends PartResult['kind']> = Extract<PartResult, { readonly kind: K }>;

/** Undefined as long as no analysis is done. */
export function figureData(
  design: FigureDesign,
  centres: readonly CentreSize[],
  skew: SkewedGroup | undefined,
  done: readonly DonePart[],
): FigureData | undefined {
  const analysed = done.filter(({ result }) => result.kind !== 'twin');
  const first = analysed[0]?.result;
  if (first === undefined) return undefined;
  return { ...samplesOf(design, centres, skew, analysed, first), missing: missingOf(analysed) };
}

type Samples<D = FigureData> = D extends unknown ? Omit<D, 'missing'> : never;

function samplesOf(
  design: FigureDesign,
  centres: readonly CentreSize[],
  skew: SkewedGroup | undefined,
  analysed: readonly DonePart[],
  first: PartResult,
): Samples {
  const shown = new Set(shownCentres(design, centres));
  const ideal = first.kind === 'twin' || first.kind === 'skewed-cell' ? null : first.ideal.whole;
  const gains = (where: (part: StudyPart) => boolean, label: (scores: CentreScores) => string) =>
    centreGains(
      analysed.filter(({ part }) => where(part)),
      label,
      shown,
      design.test,
    );
  const nameOf = ({ centre }: CentreScores) => centres[centre]!.name;
  switch (design.kind) {
    case 'centres':
      return { kind: 'centres', ideal, comparisons: gains(() => true, nameOf) };
    case 'epsilons': {
      const byEpsilon = design.epsilons.map((epsilon) => {
        return { epsilon, comparisons: gains((part) => part.round.epsilon === epsilon, nameOf) };
      });
      return {
        kind: 'epsilons',
        ideal,
        byEpsilon: byEpsilon.filter(({ comparisons }) => comparisons.length > 0),
      };
    }
    case 'sizes': {
      const comparisons = design.sizes.flatMap((size) =>
        gains(
          (part) => part.round.size === size,
          () => `${Math.round(100 * size)} %`,
        ),
      );
      return { kind: 'sizes', centre: centres[[...shown][0]!]!.name, ideal, comparisons };
    }
    case 'shared-sets': {
      const results = resultsOf(analysed, 'shared-sets');
      const names = [...shown].filter((centre) => results.some((one) => one.centre === centre));
      return {
        kind: 'shared-sets',
        ideal,
        centres: names.map((centre) => {
          const own = results.filter((one) => one.centre === centre);
          const positions = own[0]!.positions.map((_, n) => own.flatMap((one) => one.positions[n]!));
          const { name } = centres[centre]!;
          const comparisons = positions
            .slice(1)
            .map((values, n) => compare(`${name}: ${n + 1}`, positions[0]!, values, design.test));
          return { name, positions, comparisons };
        }),
      };
    }
    case 'skewed-centre': {
      const results = resultsOf(analysed, 'skewed-centre');
      const combined = results.flatMap((one) => one.combined?.draws ?? []);
      const local = results.flatMap((one) => one.local?.draws ?? []);
      const without = results.flatMap((one) => one.without?.draws ?? []);
      const variable = skew?.variable ?? '';
      return {
        kind: 'skewed-centre',
        centre: centres[results[0]!.centre]!.name,
        variable,
        ideal,
        combined,
        local,
        without,
        comparisons: [
          compare('local only', local, combined, design.test),
          compare(`local only without ${variable}`, without, combined, design.test),
        ],
      };
    }
    case 'skewed-cell': {
      const results = resultsOf(analysed, 'skewed-cell');
      const comparisons = design.keptShares.flatMap((keptShare) => {
        const found = results.filter((one) => one.keptShare === keptShare);
        if (found.length === 0) return [];
        const own = found.flatMap(bothScored);
        const local = own.flatMap((one) => one.local.draws);
        const combined = own.flatMap((one) => one.combined.draws);
        const pointGain = meanOf(own.map((one) => one.combined.point - one.local.point));
        const label = `${Math.round(100 * keptShare)} %`;
        const { keptEvents } = found[0]!;
        return [{ ...compare(label, local, combined, design.test), keptShare, keptEvents, pointGain }];
      });
      return { kind: 'skewed-cell', group: skew?.level ?? '', comparisons };
    }
  }
}

function centreGains(
  done: readonly DonePart[],
  label: (scores: CentreScores) => string,
  shown: ReadonlySet<number>,
  test: FigureDesign['test'],
): CentreGain[] {
  const results = done.flatMap(({ part, result }) =>
    result.kind === 'centres' ? [{ ...result, repeat: part.round.repeat }] : [],
  );
  const centres = results[0]?.centres.map(({ centre }) => centre) ?? [];
  return centres.map((centre): CentreGain => {
    const all = results.map(({ ideal, repeat, centres: scored }) => {
      return { ideal: ideal.sameRows, repeat, ...scored.find((one) => one.centre === centre)! };
    });
    const own = all.flatMap(bothScored);
    const local = own.flatMap((one) => one.local.draws);
    const combined = own.flatMap((one) => one.combined.draws);
    const repeats = own.map((one) =>
      repeatGain(one.repeat, {
        local: one.local.point,
        ridge: orNaN(one.ridge),
        together: one.combined.point,
        ideal: orNaN(one.ideal),
      }),
    );
    const meanGain = (of: (one: RepeatGain) => number) => meanOf(repeats.map(of));
    return {
      ...compare(label(all[0]!), local, combined, test),
      rows: all[0]!.rows,
      shown: shown.has(centre),
      pointGain: meanGain(({ pointGain }) => pointGain),
      fullGain: meanOf(own.map((one) => one.combined.fullMean - one.local.fullMean)),
      ridgeGain: meanGain(({ ridgeGain }) => ridgeGain),
      gap: meanGain(({ gap }) => gap),
      ridgeGap: meanGain(({ ridgeGap }) => ridgeGap),
      missing: all.length - own.length,
      repeats,
    };
  });
}

const orNaN = (value: number | null) => value ?? Number.NaN;

/** Where both sides have a regression, else nothing. */
function bothScored<T extends { readonly local: MaybeScored; readonly combined: MaybeScored }>(
  one: T,
): (T & { readonly local: Scored; readonly combined: Scored })[] {
  const { local, combined } = one;
  return local === null || combined === null ? [] : [{ ...one, local, combined }];
}

function missingOf(done: readonly DonePart[]): MissingFits {
  let [local, combined, of] = [0, 0, 0];
  const count = (one: { readonly local: MaybeScored; readonly combined: MaybeScored }) => {
    of += 1;
    if (one.local === null) local += 1;
    if (one.combined === null) combined += 1;
  };
  for (const { result } of done) {
    if (result.kind === 'centres') for (const one of result.centres) count(one);
    else if (result.kind === 'skewed-centre' || result.kind === 'skewed-cell') count(result);
    else if (result.kind === 'shared-sets') {
      const [alone, ...joined] = result.missing;
      of += 1;
      local += alone! > 0 ? 1 : 0;
      combined += joined.some((one) => one > 0) ? 1 : 0;
    }
  }
  return { local, combined, of };
}

function resultsOf<K extends PartResult['kind']>(done: readonly DonePart[], kind: K): ResultOf<K>[] {
  return done.flatMap(({ result }) => (result.kind === kind ? [result as ResultOf<K>] : []));
}
