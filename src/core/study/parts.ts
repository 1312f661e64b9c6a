import type { FigureDesign, SkewedGroup, StudySettings } from './experiments.ts';
import type { CentreSize } from './study-data.ts';

/**
 * A figure as independent jobs: trainings first, then the analyses that need them. A part's identity says all that its
 * result depends on besides the data, so that results are kept, shared between figures and never made twice.
 */
export type StudyPart = TwinPart | CentresPart | SharedSetsPart | SkewedCentrePart | SkewedCellPart;

/** One repeat of one (ε, size): every party's rows are the same share of its training rows. */
export interface Round {
  readonly epsilon: number;
  readonly size: number;
  readonly repeat: number;
}

interface PartBase {
  readonly id: string;
  readonly round: Round;
  /** Identities of the twins that must be there first, in the order of the centres. */
  readonly needs: readonly string[];
}

/** One centre trains. */
export interface TwinPart extends PartBase {
  readonly kind: 'twin';
  readonly centre: number;
}

/** These centres, each alone and with all others' sets. */
export interface CentresPart extends PartBase {
  readonly kind: 'centres';
  readonly centres: readonly number[];
}

/** One centre with 1, 2, … other parties' sets, in random orders. */
export interface SharedSetsPart extends PartBase {
  readonly kind: 'shared-sets';
  readonly centre: number;
}

export interface SkewedCentrePart extends PartBase {
  readonly kind: 'skewed-centre';
  readonly centre: number;
  readonly variable: string;
}

export interface SkewedCellPart extends PartBase {
  readonly kind: 'skewed-cell';
  readonly keptShare: number;
  readonly group: SkewedGroup;
}

export interface PartsRequest {
  readonly design: FigureDesign;
  readonly settings: StudySettings;
  readonly centres: readonly CentreSize[];
  /** For the experiments with skew. */
  readonly skew: SkewedGroup | undefined;
}

/** @throws RangeError where an experiment with skew has no group */
export function partsOf({ design, settings, centres, skew }: PartsRequest): StudyPart[] {
  const parts: StudyPart[] = [];
  for (let repeat = 0; repeat < settings.repeats; repeat += 1) {
    for (const epsilon of design.epsilons) {
      for (const size of design.sizes) {
        const round = { epsilon, size, repeat };
        const twins = centres.map((_, centre): TwinPart => {
          const id = partId('twin', settings, round, String(centre));
          return { kind: 'twin', id, round, centre, needs: [] };
        });
        const needs = twins.map(({ id }) => id);
        parts.push(...twins, ...analysesOf({ design, settings, centres, skew }, round, needs));
      }
    }
  }
  return parts;
}

function analysesOf(
  { design, settings, centres, skew }: PartsRequest,
  round: Round,
  needs: readonly string[],
): StudyPart[] {
  const shown = shownCentres(design, centres);
  const id = (kind: StudyPart['kind'], detail: string) => partId(kind, settings, round, detail);
  switch (design.kind) {
    case 'centres':
    case 'epsilons': {
      // All of them, shown or not: the table counts every centre.
      const all = [...centres.keys()];
      return [{ kind: 'centres', id: id('centres', 'all'), round, needs, centres: all }];
    }
    case 'sizes':
      return [{ kind: 'centres', id: id('centres', shown.join('-')), round, needs, centres: shown }];
    case 'shared-sets':
      return shown.map((centre) => ({
        kind: 'shared-sets',
        id: id('shared-sets', String(centre)),
        round,
        needs,
        centre,
      }));
    case 'skewed-centre': {
      const { variable } = groupOf(skew);
      const centre = shown[0]!;
      const name = id('skewed-centre', `${centre}-${variable}`);
      return [{ kind: 'skewed-centre', id: name, round, needs, centre, variable }];
    }
    case 'skewed-cell': {
      const group = groupOf(skew);
      return design.keptShares.map((keptShare) => ({
        kind: 'skewed-cell',
        id: id('skewed-cell', `${keptShare}-${group.variable}-${group.level}`),
        round,
        needs,
        keptShare,
        group,
      }));
    }
  }
}

function groupOf(skew: SkewedGroup | undefined): SkewedGroup {
  if (skew === undefined) throw new RangeError('an experiment with skew needs a group of people');
  return skew;
}

/** Positions of the centres that a figure shows. */
export function shownCentres(design: FigureDesign, centres: readonly CentreSize[]): number[] {
  const bySize = [...centres.keys()].sort((a, b) => centres[a]!.rowCount - centres[b]!.rowCount);
  const largest = bySize[bySize.length - 1]!;
  switch (design.shown) {
    case 'all':
      return [...centres.keys()];
    case 'all-but-smallest':
      return [...centres.keys()].filter((centre) => centre !== bySize[0]);
    case 'small-and-large':
      return [bySize[1]!, largest];
    case 'largest':
      return [largest];
  }
}

/** A training does not depend on how its twins are analysed: fewer sets or draws later find it again. */
function partId(
  kind: StudyPart['kind'],
  settings: StudySettings,
  { epsilon, size, repeat }: Round,
  detail: string,
): string {
  const { setCount, draws, orders, drawsPerOrder } = settings;
  const analysed = {
    twin: '',
    centres: `-K${setCount}-d${draws}-ridge-held`,
    'shared-sets': `-K${setCount}-d${draws}-o${orders}x${drawsPerOrder}-counted`,
    'skewed-centre': `-K${setCount}-d${draws}`,
    'skewed-cell': `-K${setCount}-d${draws}`,
  }[kind];
  return `${kind}-e${epsilon}-n${size}-r${repeat}-${detail}${analysed}`.replaceAll(/[^A-Za-z0-9.-]/g, '_');
}
