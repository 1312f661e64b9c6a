import { type BoxStatistics, boxStatistics } from '../analysis/box-statistics.ts';
import type { CentreGain, Comparison } from './comparisons.ts';
import { starsOf } from './comparisons.ts';
import type { FigureDesign } from './experiments.ts';
import type { FigureData } from './figure-data.ts';

/** A figure as anyone can draw it: grouped box plots in panels, with the ideal line. Colours are the drawer's. */
export interface FigurePicture {
  readonly title: string;
  readonly yLabel: string;
  readonly xLabel: string;
  readonly series: readonly Series[];
  readonly panels: readonly Panel[];
}

export interface Series {
  readonly name: string;
  readonly role: 'local' | 'pooled' | 'other';
  /** 0 … 1 where several series have one role: how strong the colour is. */
  readonly strength: number;
}

export interface Panel {
  readonly title: string;
  readonly groups: readonly Group[];
  /** Log-likelihood per row of a regression on all real training rows. */
  readonly ideal: number | null;
}

export interface Group {
  readonly label: string;
  /** Significance: '', '*', '**' or '***'. */
  readonly mark: string;
  readonly boxes: readonly PictureBox[];
}

export interface PictureBox extends BoxStatistics {
  /** Index into `series`. */
  readonly series: number;
  readonly values: number;
  readonly mean: number;
}

const LOCAL: Series = { name: 'local only', role: 'local', strength: 1 };
const COMBINED: Series = { name: 'combined', role: 'pooled', strength: 1 };

const Y_LABEL = 'Test log-likelihood per person';

/** The picture of what is there so far; groups without results are left out. */
export function figurePicture(design: FigureDesign, data: FigureData): FigurePicture {
  const epsilon = design.epsilons.length === 1 ? `ε = ${design.epsilons[0]}` : 'several ε';
  const base = { yLabel: Y_LABEL, series: [LOCAL, COMBINED] };
  switch (data.kind) {
    case 'centres': {
      const shown = data.comparisons.filter(({ shown }) => shown);
      const groups = shown.map((one) => comparisonGroup(one.label, one));
      const title = `Local only and combined, centre by centre, ${epsilon}`;
      return { ...base, title, xLabel: 'Centre', panels: [{ title: '', groups, ideal: data.ideal }] };
    }
    case 'sizes': {
      const groups = data.comparisons.map((one) => comparisonGroup(one.label, one));
      const title = `${data.centre} at several sizes of everybody's tables, ${epsilon}`;
      const xLabel = 'Share of every centre’s rows';
      return { ...base, title, xLabel, panels: [{ title: '', groups, ideal: data.ideal }] };
    }
    case 'epsilons': {
      const last = Math.max(1, data.byEpsilon.length - 1);
      const series: Series[] = [
        LOCAL,
        ...data.byEpsilon.map(({ epsilon: one }, i): Series => {
          return { name: `combined, ε = ${one}`, role: 'pooled', strength: 0.4 + (0.6 * i) / last };
        }),
      ];
      const names = data.byEpsilon[0]?.comparisons.filter(({ shown }) => shown) ?? [];
      const groups = names.map(({ label, local }): Group => {
        const boxes = boxesOf([0, local]);
        let mark = '';
        for (const [i, { comparisons }] of data.byEpsilon.entries()) {
          const found = comparisons.find((one) => one.label === label);
          if (found !== undefined) boxes.push(...boxesOf([i + 1, found.combined]));
          if (found !== undefined && i === 0) mark = starsOf(found.logP);
        }
        return { label, mark, boxes };
      });
      const title = 'Local only and combined at several ε, centre by centre';
      return {
        ...base,
        series,
        title,
        xLabel: 'Centre, marked where the smallest ε differs from local only',
        panels: [{ title: '', groups, ideal: data.ideal }],
      };
    }
    case 'shared-sets': {
      const panels = data.centres.map(({ name, positions, comparisons }): Panel => {
        const groups = positions.map((values, n): Group => {
          const mark = n === 0 ? '' : starsOf(comparisons[n - 1]!.logP);
          return { label: String(n), mark, boxes: boxesOf([n === 0 ? 0 : 1, values]) };
        });
        return { title: name, groups, ideal: data.ideal };
      });
      return {
        ...base,
        title: `Log-likelihood against the number of other centres that share, ${epsilon}`,
        xLabel: 'Number of other centres that share',
        panels,
      };
    }
    case 'skewed-centre': {
      const series: Series[] = [
        COMBINED,
        LOCAL,
        { name: `local only without ${data.variable}`, role: 'other', strength: 1 },
      ];
      const groups = [data.combined, data.local, data.without].map((values, i): Group => {
        const mark = i === 0 ? '' : starsOf(data.comparisons[i - 1]!.logP);
        return { label: series[i]!.name, mark, boxes: boxesOf([i, values]) };
      });
      const title = `${data.centre}, whole and skewed: with, without the skewed variable, and combined, ${epsilon}`;
      return { ...base, series, title, xLabel: '', panels: [{ title: '', groups, ideal: data.ideal }] };
    }
    case 'skewed-cell': {
      const groups = data.comparisons.map((one) => comparisonGroup(one.label, one));
      return {
        ...base,
        title: `A party that lacks positive people of one group (${data.group}), judged on that group, ${epsilon}`,
        yLabel: `${Y_LABEL}, ${data.group} only`,
        xLabel: `Share of positive ${data.group} people kept`,
        panels: [{ title: '', groups, ideal: null }],
      };
    }
  }
}

function comparisonGroup(label: string, { local, combined, logP }: Comparison | CentreGain): Group {
  return { label, mark: starsOf(logP), boxes: boxesOf([0, local], [1, combined]) };
}

/** A series without values, where no regression exists, has no box. */
function boxesOf(
  ...samples: readonly (readonly [series: number, values: readonly number[]])[]
): PictureBox[] {
  return samples.flatMap(([series, values]) => (values.length === 0 ? [] : [boxOf(series, values)]));
}

function boxOf(series: number, values: readonly number[]): PictureBox {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Published boxes hide single points: a hundred of ten thousand values beyond a whisker say nothing.
  return { ...boxStatistics(values), outliers: [], series, values: values.length, mean };
}
