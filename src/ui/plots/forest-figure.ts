import type { Data } from 'plotly.js';
import type { PlotColours } from '../../core/study/plot-colours.ts';
import {
  capital,
  type Effect,
  type EffectKind,
  effectOf,
  isRatio,
  isUnbounded,
  noEffect,
} from './effect-kind.ts';
import { type Figure, pageLayout } from './figure.ts';
import type { ForestRow } from './forest-rows.ts';

const ROW_PX = 34;
/** Half the distance between local and pooled within a row, in rows. */
const APART = 0.17;
const NARROW_PX = 560;

export interface ForestPoint {
  /** Position from the top; a fraction sets it beside another in the same row. */
  readonly y: number;
  readonly name: string;
  readonly effect: Effect;
}

export interface ForestSeries {
  readonly name: string;
  readonly symbol: 'circle' | 'square' | 'diamond' | 'diamond-open';
  readonly colour: string;
  readonly points: readonly ForestPoint[];
}

/** The forest plot as Plotly wants it. Rows from top to bottom; local circles above pooled squares. */
export function forestFigure(
  rows: readonly ForestRow[],
  colours: PlotColours,
  width: number,
  kind: EffectKind = 'risk ratio',
): Figure {
  const longest = width < NARROW_PX ? 20 : 34;
  const points = (pick: (row: ForestRow) => ForestRow['local'] | ForestRow['pooled'], shift: number) =>
    rows.flatMap((row, index) => {
      const effect = effectOf(pick(row), kind);
      return effect === null
        ? []
        : [{ effect, y: index + shift, name: `${row.variableLabel}: ${row.levelLabel}` }];
    });
  const references = rows.flatMap((row, y) => {
    const at = noEffect(kind);
    return row.kind === 'reference'
      ? [{ y, name: row.levelLabel, effect: { value: at, lower: at, upper: at } }]
      : [];
  });
  const series: ForestSeries[] = [
    {
      name: 'Local only',
      symbol: 'circle',
      colour: colours.local,
      points: points(({ local }) => local, -APART),
    },
    {
      name: 'Pooled',
      symbol: 'square',
      colour: colours.pooled,
      points: points(({ pooled }) => pooled, APART),
    },
    { name: 'Reference', symbol: 'diamond-open', colour: colours.muted, points: references },
  ];
  const lines = width < NARROW_PX ? inTwoLines : inOneLine;
  const labels = rows.map((row, index) => tickText(row, rows[index - 1], longest, lines));
  return effectFigure(labels, series, colours, width, kind);
}

/** Effects with their intervals on a common axis: logarithmic for ratios, dashed where there is no effect. */
export function effectFigure(
  labels: readonly string[],
  series: readonly ForestSeries[],
  colours: PlotColours,
  width: number,
  kind: EffectKind,
): Figure {
  const effects = series.flatMap(({ points }) => points.map(({ effect }) => effect));
  const axis = effectAxis(effects, kind);
  const [from, to] = isRatio(kind) ? [Math.log10(axis.from), Math.log10(axis.to)] : [axis.from, axis.to];
  return {
    data: series.map((one) => trace(one, axis, kind)),
    layout: {
      ...pageLayout(colours, width, labels.length * ROW_PX + 110),
      margin: { l: 10, r: 14, t: 40, b: 46 },
      xaxis: {
        type: isRatio(kind) ? 'log' : 'linear',
        title: { text: axisTitle(kind), standoff: 8 },
        range: [from, to],
        ...(axis.ticks === undefined ? {} : { tickvals: axis.ticks, ticktext: axis.ticks.map(String) }),
        gridcolor: colours.line,
        zeroline: false,
        fixedrange: true,
      },
      yaxis: {
        range: [labels.length - 0.4, -0.6],
        tickvals: labels.map((_, index) => index),
        ticktext: [...labels],
        automargin: true,
        showgrid: false,
        zeroline: false,
        fixedrange: true,
      },
      shapes: [
        {
          type: 'line',
          xref: 'x',
          yref: 'paper',
          x0: noEffect(kind),
          x1: noEffect(kind),
          y0: 0,
          y1: 1,
          line: { color: colours.ink, width: 1.2, dash: 'dash' },
        },
      ],
    },
  };
}

function axisTitle(kind: EffectKind): string {
  return isRatio(kind) ? `${capital(kind)} (logarithmic)` : capital(kind);
}

/** Beyond a sixty-fourth and sixty-four an interval says no more than that it is wide. */
const WIDEST = 64;
const TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];
/** For an axis on which those would leave less than three. */
const FINE_TICKS = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2];

export interface EffectAxis {
  readonly from: number;
  readonly to: number;
  /** Undefined: Plotly's own. */
  readonly ticks: number[] | undefined;
}

/** The ends of the axis: around no effect, wide enough for the intervals, as far as they say something. */
export function effectAxis(effects: readonly Effect[], kind: EffectKind): EffectAxis {
  const bounded = effects.filter((effect) => !isUnbounded(effect, kind));
  const low = bounded.map(({ lower }) => lower);
  const high = bounded.map(({ upper }) => upper);
  if (isRatio(kind)) {
    const from = Math.max(1 / WIDEST, Math.min(0.8, ...low) / 1.1);
    const to = Math.min(WIDEST, Math.max(1.25, ...high) * 1.1);
    const within = (ticks: readonly number[]) => ticks.filter((tick) => tick >= from && tick <= to);
    const ticks = within(TICKS);
    return { from, to, ticks: ticks.length < 3 ? within(FINE_TICKS) : ticks };
  }
  const values = effects.map(({ value }) => Math.abs(value));
  // A coefficient whose interval is fifty times the largest estimate would hide all others.
  const reach = 50 * Math.max(0.01, ...values);
  const from = Math.max(-reach, Math.min(0, ...low));
  const to = Math.min(reach, Math.max(0, ...high));
  const room = 0.05 * Math.max(to - from, 0.01);
  return { from: from - room, to: to + room, ticks: undefined };
}

/** Far beyond both ends of the axis a whisker looks the same, and infinity cannot be drawn. */
function withinReach({ value, lower, upper }: Effect, { from, to }: EffectAxis, kind: EffectKind): Effect {
  const [low, high] = isRatio(kind) ? [from / 100, to * 100] : [2 * from - to, 2 * to - from];
  return { value, lower: Math.max(lower, low), upper: Math.min(upper, high) };
}

function trace({ name, symbol, colour, points }: ForestSeries, axis: EffectAxis, kind: EffectKind): Data {
  const drawn = points.map(({ effect }) => withinReach(effect, axis, kind));
  return {
    type: 'scatter',
    mode: 'markers',
    name,
    x: drawn.map(({ value }) => value),
    y: points.map(({ y }) => y),
    marker: { symbol, size: 9, color: colour },
    ...(name === 'Reference'
      ? { hoverinfo: 'skip' as const }
      : {
          error_x: {
            type: 'data' as const,
            symmetric: false,
            array: drawn.map(({ value, upper }) => upper - value),
            arrayminus: drawn.map(({ value, lower }) => value - lower),
            color: colour,
            thickness: 2,
            width: 0,
          },
          text: points.map((point) => escapeMarkup(point.name)),
          hovertemplate: '%{text}<br>%{x:.2f}',
        }),
  };
}

function tickText(
  row: ForestRow,
  before: ForestRow | undefined,
  longest: number,
  lines: typeof inTwoLines,
): string {
  const first = before?.variable !== row.variable;
  return first
    ? `<b>${escapeMarkup(shorten(row.variableLabel, longest))}</b><br>${escapeMarkup(shorten(row.levelLabel, longest))}`
    : lines(row.levelLabel, longest).map(escapeMarkup).join('<br>');
}

const inOneLine = (text: string, longest: number): readonly string[] => [shorten(text, longest)];

/** A row has room for two lines: broken between words where it can be, the second one shortened. */
export function inTwoLines(text: string, longest: number): readonly string[] {
  if (text.length <= longest) return [text];
  const at = text.lastIndexOf(' ', longest);
  return at < 1 ? [shorten(text, longest)] : [text.slice(0, at), shorten(text.slice(at + 1), longest)];
}

export function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
}

/** Plotly reads a little HTML in texts; labels come from strangers and are to be read as text. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
