import type { Data, Layout } from 'plotly.js';
import type { PlotColours } from '../../core/study/plot-colours.ts';

/** What Plotly draws. */
export interface Figure {
  readonly data: Data[];
  readonly layout: Partial<Layout>;
}

export type DrawFigure = (colours: PlotColours, width: number) => Figure;

/** What every plot of this page has in common: ground, letters, hover labels, legend on top. */
export function pageLayout(colours: PlotColours, width: number, height: number): Partial<Layout> {
  return {
    width,
    height,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: "'Inter Variable', system-ui, sans-serif", size: 13, color: colours.ink },
    showlegend: true,
    legend: { orientation: 'h', x: 0, y: 1, yanchor: 'bottom' },
    hoverlabel: { bgcolor: colours.ground, bordercolor: colours.line, font: { color: colours.ink } },
  };
}

/** The figure as a file: white ground, and under it where the numbers come from. */
export function figureForFile({ data, layout }: Figure, note: string): Figure {
  const bottom = (layout.margin?.b ?? 46) + 26;
  return {
    data,
    layout: {
      ...layout,
      height: (layout.height ?? 400) + 26,
      paper_bgcolor: '#ffffff',
      margin: { ...layout.margin, b: bottom },
      annotations: [
        ...(layout.annotations ?? []),
        {
          text: note,
          xref: 'paper',
          yref: 'paper',
          x: 0,
          y: 0,
          yshift: 8 - bottom,
          xanchor: 'left',
          yanchor: 'bottom',
          showarrow: false,
          font: { size: 11, color: '#505a66' },
        },
      ],
    },
  };
}
