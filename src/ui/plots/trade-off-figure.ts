import type { TradeOffPoint } from '../../core/privacy/meaning.ts';
import type { PlotColours } from '../../core/study/plot-colours.ts';
import { type Figure, pageLayout } from './figure.ts';

/** The best attacker's two error rates against each other, in per cent; dashed is blind guessing. */
export function tradeOffFigure(
  points: readonly TradeOffPoint[],
  colours: PlotColours,
  width: number,
): Figure {
  const axis = {
    range: [0, 100],
    tickvals: [0, 25, 50, 75, 100],
    gridcolor: colours.line,
    zeroline: false,
    fixedrange: true,
  };
  return {
    data: [
      {
        type: 'scatter',
        mode: 'lines',
        name: 'Blind guessing',
        x: [0, 100],
        y: [100, 0],
        line: { color: colours.ink, width: 1.5, dash: 'dash' },
        hoverinfo: 'skip',
      },
      {
        type: 'scatter',
        mode: 'lines',
        name: 'This plan',
        x: points.map(({ falsePositiveRate }) => 100 * falsePositiveRate),
        y: points.map(({ falseNegativeRate }) => 100 * falseNegativeRate),
        line: { color: colours.pooled, width: 2.5 },
        hovertemplate:
          'wrong about %{x:.1f}\u00a0% of outsiders<br>misses %{y:.1f}\u00a0% of the people<extra></extra>',
      },
    ],
    layout: {
      ...pageLayout(colours, width, width),
      margin: { l: 64, r: 16, t: 34, b: 54 },
      xaxis: { ...axis, title: { text: 'Outsiders called present (%)', standoff: 8 } },
      yaxis: { ...axis, title: { text: 'People in the table missed (%)', standoff: 8 } },
    },
  };
}
