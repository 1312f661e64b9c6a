import { useCallback } from 'react';
import type { GainPoint } from '../../core/analysis/held-out.ts';
import type { PlotColours } from '../../core/study/plot-colours.ts';
import { type Figure, pageLayout } from './figure.ts';
import { Plot, type SavePlot } from './plot.tsx';

/** Held-out log-likelihood against the number of centres, over random orders; orange is none of them. */
export function gainFigure(gain: readonly GainPoint[], colours: PlotColours, width: number): Figure {
  const alone = gain.find(({ parties }) => parties === 0);
  const pooled = gain.filter(({ parties }) => parties > 0);
  return {
    data: [
      {
        type: 'scatter',
        mode: 'lines+markers',
        name: 'Pooled (mean and range of orders)',
        x: pooled.map(({ parties }) => parties),
        y: pooled.map(({ mean }) => mean),
        line: { color: colours.pooled, width: 2 },
        marker: { symbol: 'square', size: 8, color: colours.pooled },
        error_y: {
          type: 'data',
          symmetric: false,
          array: pooled.map(({ mean, highest }) => highest - mean),
          arrayminus: pooled.map(({ mean, lowest }) => mean - lowest),
          color: colours.pooled,
          thickness: 1.5,
          width: 3,
        },
        hovertemplate: '%{x}: %{y:.4f}<extra></extra>',
      },
      {
        type: 'scatter',
        mode: 'markers',
        name: 'Local only',
        x: alone === undefined ? [] : [0],
        y: alone === undefined ? [] : [alone.mean],
        marker: { symbol: 'circle', size: 10, color: colours.local },
        hovertemplate: '%{y:.4f}<extra></extra>',
      },
    ],
    layout: {
      ...pageLayout(colours, width, 330),
      margin: { l: 74, r: 14, t: 40, b: 50 },
      xaxis: {
        title: { text: 'Centres pooled with your own rows', standoff: 8 },
        dtick: Math.max(1, Math.ceil((gain.at(-1)?.parties ?? 1) / 10)),
        gridcolor: colours.line,
        zeroline: false,
        fixedrange: true,
      },
      yaxis: {
        title: { text: 'Log-likelihood per test row', standoff: 8 },
        gridcolor: colours.line,
        zeroline: false,
        fixedrange: true,
      },
      shapes:
        alone === undefined
          ? []
          : [
              {
                type: 'line',
                xref: 'paper',
                yref: 'y',
                x0: 0,
                x1: 1,
                y0: alone.mean,
                y1: alone.mean,
                line: { color: colours.local, width: 1.2, dash: 'dot' },
              },
            ],
    },
  };
}

/** Keep `gain` stable. */
export function GainPlot(props: { gain: readonly GainPoint[]; description: string; save: SavePlot }) {
  const { gain, description, save } = props;
  const draw = useCallback((colours: PlotColours, width: number) => gainFigure(gain, colours, width), [gain]);
  return <Plot draw={draw} description={description} testId="gain-plot" save={save} />;
}
