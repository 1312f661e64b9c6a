import { useCallback } from 'react';
import type { TradeOffPoint } from '../../core/privacy/meaning.ts';
import type { PlotColours } from '../../core/study/plot-colours.ts';
import { Plot } from './plot.tsx';
import { tradeOffFigure } from './trade-off-figure.ts';

const WIDEST_PX = 380;

/** The trade-off curve. The table beside it says the same in numbers. */
export function TradeOffPlot(props: { points: readonly TradeOffPoint[]; description: string }) {
  const { points, description } = props;
  const draw = useCallback(
    (colours: PlotColours, width: number) => tradeOffFigure(points, colours, width),
    [points],
  );
  return <Plot draw={draw} description={description} testId="trade-off-plot" widest={WIDEST_PX} />;
}
