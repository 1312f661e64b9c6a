import { useCallback } from 'react';
import type { PlotColours } from '../../core/study/plot-colours.ts';
import type { EffectKind } from './effect-kind.ts';
import { forestFigure } from './forest-figure.ts';
import type { ForestRow } from './forest-rows.ts';
import { Plot, type SavePlot } from './plot.tsx';

/** Effects and intervals, local only beside pooled. */
export function ForestPlot(props: {
  rows: readonly ForestRow[];
  kind: EffectKind;
  description: string;
  save: SavePlot;
}) {
  const { rows, kind, description, save } = props;
  const draw = useCallback(
    (colours: PlotColours, width: number) => forestFigure(rows, colours, width, kind),
    [rows, kind],
  );
  return <Plot draw={draw} description={description} testId="forest-plot" save={save} />;
}
