import { type CentreGain, type Comparison, compare, meanOf } from './comparisons.ts';
import type { FigureDesign, SkewedGroup } from './experiments.ts';
import type { CentreScores, PartResult } from './part-results.ts';
import type { StudyPart } from './parts.ts';
import { shownCentres } from './parts.ts';
import type { CentreSize } from './study-data.ts';

/** The samples of a figure from the parts that are done, all repeats together. */
export type FigureData =
  | { readonly kind: 'centres'; readonly ideal: number; readonly comparisons: readonly CentreGain[] }
  | {
      readonly kind: 'sizes';
      readonly centre: string;
      readonly ideal: number;
      readonly comparisons: readonly CentreGain[];
    }
  | {
      readonly kind: 'epsilons';
      readonly ideal: number;
      readonly byEpsilon: readonly {
        readonly epsilon: number;
        readonly comparisons: readonly CentreGain[];
      }[];
    }
  | {
      readonly kind: 'shared-sets';
      readonly ideal: number;
      readonly centres: readonly {
        readonly name: string;
        readonly positions: readonly (readonly number[])[];
      }[];
    }
  | {
      readonly kind: 'skewed-centre';
      readonly centre: string;
      readonly variable: string;
      readonly ideal: number;
      readonly combined: readonly number[];
      readonly local: readonly number[];
      readonly without: readonly number[];
    }
  | {
      readonly kind: 'skewed-cell';
      readonly group: string;
      readonly comparisons: readonly (Comparison & {
        readonly keptShare: number;
        readonly keptEvents: number;
        readonly pointGain: number;
      })[];
    };

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
  const shown = new Set(shownCentres(design, centres));
  const ideal = first.kind === 'twin' || first.kind === 'skewed-cell' ? Number.NaN : first.ideal.whole;
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
          return { name: centres[centre]!.name, positions };
        }),
      };
    }
    case 'skewed-centre': {
      const results = resultsOf(analysed, 'skewed-centre');
      return {
        kind: 'skewed-centre',
        centre: centres[results[0]!.centre]!.name,
        variable: skew?.variable ?? '',
        ideal,
        combined: results.flatMap(({ combined }) => combined.draws),
        local: results.flatMap(({ local }) => local.draws),
        without: results.flatMap(({ without }) => without.draws),
      };
    }
    case 'skewed-cell': {
      const results = resultsOf(analysed, 'skewed-cell');
      const comparisons = design.keptShares.flatMap((keptShare) => {
        const own = results.filter((one) => one.keptShare === keptShare);
        if (own.length === 0) return [];
        const local = own.flatMap((one) => one.local.draws);
        const combined = own.flatMap((one) => one.combined.draws);
        const pointGain = meanOf(own.map((one) => one.combined.point - one.local.point));
        const label = `${Math.round(100 * keptShare)} %`;
        const { keptEvents } = own[0]!;
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
  const results = resultsOf(done, 'centres');
  const centres = results[0]?.centres.map(({ centre }) => centre) ?? [];
  return centres.map((centre): CentreGain => {
    const own = results.map((result) => ({
      ideal: result.ideal,
      scores: result.centres.find((one) => one.centre === centre)!,
    }));
    const local = own.flatMap(({ scores }) => scores.local.draws);
    const combined = own.flatMap(({ scores }) => scores.combined.draws);
    const pointGain = meanOf(own.map(({ scores }) => scores.combined.point - scores.local.point));
    const ridgeGain = meanOf(own.map(({ scores }) => scores.combined.point - scores.ridge));
    const ridgeGap = meanOf(own.map(({ scores, ideal }) => ideal.sameRows - scores.ridge));
    const gap = meanOf(own.map(({ scores, ideal }) => ideal.sameRows - scores.local.point));
    return {
      ...compare(label(own[0]!.scores), local, combined, test),
      rows: own[0]!.scores.rows,
      shown: shown.has(centre),
      pointGain,
      fullGain: meanOf(own.map(({ scores }) => scores.combined.fullMean - scores.local.fullMean)),
      ridgeGain,
      closed: pointGain / gap,
      ridgeClosed: ridgeGain / ridgeGap,
    };
  });
}

function resultsOf<K extends PartResult['kind']>(done: readonly DonePart[], kind: K): ResultOf<K>[] {
  return done.flatMap(({ result }) => (result.kind === kind ? [result as ResultOf<K>] : []));
}
