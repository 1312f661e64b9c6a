import type { Data, Layout } from 'plotly.js';
import { type ForestRow, type Ratio, type RatioKind, ratioAxis, ratioOf } from './forest-rows.ts';
import type { PlotColours } from './plot-colours.ts';

const ROW_PX = 34;
/** Half the distance between local and pooled within a row, in rows. */
const APART = 0.17;

interface ForestFigure {
  readonly data: Data[];
  readonly layout: Partial<Layout>;
}

/** The forest plot as Plotly wants it. Rows from top to bottom; local circles above pooled squares. */
export function forestFigure(
  rows: readonly ForestRow[],
  colours: PlotColours,
  width: number,
  kind: RatioKind = 'risk ratio',
): ForestFigure {
  const axis = ratioAxis(rows);
  const narrow = width < 560;
  const longest = narrow ? 16 : 34;
  const points = (pick: (row: ForestRow) => ForestRow['local'] | ForestRow['pooled'], shift: number) =>
    rows.flatMap((row, index) => {
      const ratio = ratioOf(pick(row));
      return ratio === null
        ? []
        : [
            {
              ...withinReach(ratio, axis),
              y: index + shift,
              name: `${row.variableLabel}: ${row.levelLabel}`,
            },
          ];
    });
  const references = rows.flatMap((row, index) => (row.kind === 'reference' ? [index] : []));
  return {
    data: [
      trace(
        'Local only',
        'circle',
        colours.local,
        points(({ local }) => local, -APART),
      ),
      trace(
        'Pooled',
        'square',
        colours.pooled,
        points(({ pooled }) => pooled, APART),
      ),
      {
        type: 'scatter',
        mode: 'markers',
        name: 'Reference',
        x: references.map(() => 1),
        y: references,
        marker: { symbol: 'diamond-open', size: 9, color: colours.muted },
        hoverinfo: 'skip',
      },
    ],
    layout: {
      height: rows.length * ROW_PX + 110,
      width,
      margin: { l: 10, r: 14, t: 40, b: 46 },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: "'Inter Variable', system-ui, sans-serif", size: 13, color: colours.ink },
      showlegend: true,
      legend: { orientation: 'h', x: 0, y: 1, yanchor: 'bottom' },
      hoverlabel: { bgcolor: colours.ground, bordercolor: colours.line, font: { color: colours.ink } },
      xaxis: {
        type: 'log',
        title: { text: `${capital(kind)} (logarithmic)`, standoff: 8 },
        range: [Math.log10(axis.from), Math.log10(axis.to)],
        tickvals: axis.ticks,
        ticktext: axis.ticks.map(String),
        gridcolor: colours.line,
        zeroline: false,
        fixedrange: true,
      },
      yaxis: {
        range: [rows.length - 0.4, -0.6],
        tickvals: rows.map((_, index) => index),
        ticktext: rows.map((row, index) => tickText(row, rows[index - 1], longest)),
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
          x0: 1,
          x1: 1,
          y0: 0,
          y1: 1,
          line: { color: colours.ink, width: 1.2, dash: 'dash' },
        },
      ],
    },
  };
}

/** Far beyond both ends of the axis a whisker looks the same, and infinity cannot be drawn. */
function withinReach({ ratio, lower, upper }: Ratio, { from, to }: { from: number; to: number }): Ratio {
  return { ratio, lower: Math.max(lower, from / 100), upper: Math.min(upper, to * 100) };
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function trace(
  name: string,
  symbol: string,
  colour: string,
  points: readonly (Ratio & { readonly y: number; readonly name: string })[],
): Data {
  return {
    type: 'scatter',
    mode: 'markers',
    name,
    x: points.map(({ ratio }) => ratio),
    y: points.map(({ y }) => y),
    marker: { symbol, size: 9, color: colour },
    error_x: {
      type: 'data',
      symmetric: false,
      array: points.map(({ ratio, upper }) => upper - ratio),
      arrayminus: points.map(({ ratio, lower }) => ratio - lower),
      color: colour,
      thickness: 2,
      width: 0,
    },
    text: points.map(({ name: row }) => escapeMarkup(row)),
    hovertemplate: '%{text}<br>%{x:.2f}',
  };
}

function tickText(row: ForestRow, before: ForestRow | undefined, longest: number): string {
  const level = escapeMarkup(shorten(row.levelLabel, longest));
  const first = before?.variable !== row.variable;
  return first ? `<b>${escapeMarkup(shorten(row.variableLabel, longest))}</b><br>${level}` : level;
}

export function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
}

/** Plotly reads a little HTML in texts; labels come from strangers and are to be read as text. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
