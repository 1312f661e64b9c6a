import { useCallback } from 'react';
import type { PlotColours } from '../../core/study/plot-colours.ts';
import { type BoxSource, boxFigure } from './box-figure.ts';
import { Plot, type SavePlot } from './plot.tsx';

/** Distributions side by side. Keep `boxes` stable. */
export function BoxPlot(props: {
  boxes: readonly BoxSource[];
  axis: string;
  description: string;
  save: SavePlot;
}) {
  const { boxes, axis, description, save } = props;
  const draw = useCallback(
    (colours: PlotColours, width: number) => boxFigure(boxes, axis, colours, width),
    [boxes, axis],
  );
  return <Plot draw={draw} description={description} testId="held-out-plot" save={save} />;
}
