import type { CentreGain, Comparison } from './comparisons.ts';
import type { FigureData } from './figure-data.ts';
import type { FigurePicture } from './figure-picture.ts';

/** Every box of a figure, one a line. */
export function boxesCsv(picture: FigurePicture): string {
  const header = [
    'panel',
    'group',
    'series',
    'values',
    'mean',
    'whisker_low',
    'lower_quartile',
    'median',
    'upper_quartile',
    'whisker_high',
    'ideal',
    'significance',
  ];
  const lines = picture.panels.flatMap(({ title, groups, ideal }) =>
    groups.flatMap(({ label, mark, boxes }) =>
      boxes.map((box) => [
        title,
        label,
        picture.series[box.series]!.name,
        box.values,
        box.mean,
        box.whiskerLow,
        box.lowerQuartile,
        box.median,
        box.upperQuartile,
        box.whiskerHigh,
        ideal ?? '',
        mark,
      ]),
    ),
  );
  return csvOf([header, ...lines]);
}

/** The comparisons of a figure with their p-values. */
export function gainsCsv(data: FigureData): string {
  const compared = comparedOf(data);
  const header = [
    'epsilon',
    'label',
    'rows',
    'mean_gain',
    'ln_p',
    'p',
    'gains',
    'loses',
    'gain_of_point_estimate',
    'gain_full_covariance',
    'closed_share_of_gap',
    'gain_against_ridge',
    'closed_share_of_gap_against_ridge',
    'repeats_without_regression',
  ];
  const lines = compared.map(({ epsilon, one }) => [
    epsilon,
    one.label,
    one.rows ?? '',
    one.gain,
    one.logP,
    Math.exp(one.logP),
    String(one.gains),
    String(one.loses),
    one.pointGain ?? '',
    one.fullGain ?? '',
    one.gap === undefined ? '' : one.pointGain! / one.gap,
    one.ridgeGain ?? '',
    one.ridgeGap === undefined ? '' : one.ridgeGain! / one.ridgeGap,
    one.missing ?? '',
  ]);
  return csvOf([header, ...lines]);
}

/** A comparison of a figure; what only centres have is absent from others. */
export type Compared = Comparison & Partial<Omit<CentreGain, keyof Comparison>>;

/** Every comparison that a figure makes. */
export function comparedOf(data: FigureData): { readonly epsilon: number | ''; readonly one: Compared }[] {
  switch (data.kind) {
    case 'centres':
    case 'sizes':
    case 'skewed-centre':
    case 'skewed-cell':
      return data.comparisons.map((one) => ({ epsilon: '', one }));
    case 'shared-sets':
      return data.centres.flatMap(({ comparisons }) =>
        comparisons.map((one) => ({ epsilon: '' as const, one })),
      );
    case 'epsilons':
      return data.byEpsilon.flatMap(({ epsilon, comparisons }) =>
        comparisons.map((one) => ({ epsilon, one })),
      );
  }
}

function csvOf(lines: readonly (readonly (string | number)[])[]): string {
  return `${lines.map((line) => line.map(cellOf).join(',')).join('\n')}\n`;
}

/** Labels come from files: quoted where they must be, and never read as a formula by a spreadsheet. */
function cellOf(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
