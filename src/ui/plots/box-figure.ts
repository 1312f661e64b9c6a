import type { Data, Shape } from 'plotly.js';
import type { BoxStatistics } from '../../core/analysis/box-statistics.ts';
import type { PlotColours } from '../../core/study/plot-colours.ts';
import { type Figure, pageLayout } from './figure.ts';
import { escapeMarkup } from './forest-figure.ts';

/** One box, in a row of its own; `point` is marked beside it where it is known. */
export interface BoxSource {
  readonly label: string;
  readonly colour: 'local' | 'pooled' | 'muted';
  readonly box: BoxStatistics | null;
  readonly point: number | null;
}

const ROW_PX = 46;
const HALF_BOX = 0.26;

/**
 * Lying boxes: quartiles, median, whiskers and the values beyond them, drawn from the statistics. (The drawing
 * library's small edition has no boxes, and its quartiles would be others.)
 */
export function boxFigure(
  boxes: readonly BoxSource[],
  axis: string,
  colours: PlotColours,
  width: number,
): Figure {
  const colourOf = ({ colour }: BoxSource) => colours[colour];
  const shapes = boxes.flatMap((source, y) =>
    source.box === null ? [] : boxShapes(source.box, y, colourOf(source)),
  );
  const outliers = boxes.flatMap((source, y) =>
    (source.box?.outliers ?? []).map((x) => ({ x, y, colour: colourOf(source) })),
  );
  const points = boxes.flatMap((source, y) =>
    source.point === null || !Number.isFinite(source.point)
      ? []
      : [{ x: source.point, y, label: source.label, colour: colourOf(source) }],
  );
  const data: Data[] = [
    {
      type: 'scatter',
      mode: 'markers',
      name: 'Point estimate',
      x: points.map(({ x }) => x),
      y: points.map(({ y }) => y),
      text: points.map(({ label }) => escapeMarkup(label)),
      marker: { symbol: 'diamond', size: 10, color: points.map(({ colour }) => colour) },
      hovertemplate: '%{text}<br>%{x:.4f}<extra></extra>',
    },
    {
      type: 'scatter',
      mode: 'markers',
      name: 'Beyond the whiskers',
      x: outliers.map(({ x }) => x),
      y: outliers.map(({ y }) => y),
      marker: { symbol: 'circle-open', size: 6, color: outliers.map(({ colour }) => colour) },
      hovertemplate: '%{x:.4f}<extra></extra>',
    },
  ];
  const values = [
    ...boxes.flatMap(({ box }) => (box === null ? [] : [box.whiskerLow, box.whiskerHigh, ...box.outliers])),
    ...points.map(({ x }) => x),
  ].filter(Number.isFinite);
  const from = Math.min(...values);
  const to = Math.max(...values);
  const room = 0.05 * Math.max(to - from, 1e-6);
  return {
    data,
    layout: {
      ...pageLayout(colours, width, boxes.length * ROW_PX + 120),
      margin: { l: 10, r: 14, t: 40, b: width < 560 ? 66 : 50 },
      xaxis: {
        // A long title has a line of its own for what stands in brackets where there is little room.
        title: { text: width < 560 ? axis.replace(' (', '<br>(') : axis, standoff: 8 },
        ...(values.length === 0 ? {} : { range: [from - room, to + room] }),
        gridcolor: colours.line,
        zeroline: false,
        fixedrange: true,
        nticks: width < 560 ? 4 : 8,
      },
      yaxis: {
        range: [boxes.length - 0.4, -0.6],
        tickvals: boxes.map((_, y) => y),
        ticktext: boxes.map(({ label }) => escapeMarkup(label).replace(', ', width < 560 ? '<br>' : ', ')),
        automargin: true,
        showgrid: false,
        zeroline: false,
        fixedrange: true,
      },
      shapes,
    },
  };
}

function boxShapes(box: BoxStatistics, y: number, colour: string): Partial<Shape>[] {
  const line = { color: colour, width: 2 };
  const across = (x: number, half: number): Partial<Shape> => ({
    type: 'line',
    x0: x,
    x1: x,
    y0: y - half,
    y1: y + half,
    line,
  });
  const along = (x0: number, x1: number): Partial<Shape> => ({ type: 'line', x0, x1, y0: y, y1: y, line });
  return [
    {
      type: 'rect',
      x0: box.lowerQuartile,
      x1: box.upperQuartile,
      y0: y - HALF_BOX,
      y1: y + HALF_BOX,
      line,
    },
    across(box.median, HALF_BOX),
    across(box.whiskerLow, HALF_BOX / 2),
    across(box.whiskerHigh, HALF_BOX / 2),
    along(box.whiskerLow, box.lowerQuartile),
    along(box.upperQuartile, box.whiskerHigh),
  ];
}
