import { Skeleton, Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { TradeOffPoint } from '../../core/privacy/meaning.ts';
import { loadPlotly } from './load-plotly.ts';
import { PLOT_COLOURS } from './plot-colours.ts';
import { tradeOffFigure } from './trade-off-figure.ts';

const WIDEST_PX = 380;

/** The trade-off curve. The table beside it says the same in numbers. */
export function TradeOffPlot(props: { points: readonly TradeOffPoint[]; description: string }) {
  const { points, description } = props;
  const scheme = useComputedColorScheme('light');
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<'loading' | 'drawn' | 'failed'>('loading');

  useEffect(() => {
    const element = host.current;
    if (element === null || width === 0) return;
    let gone = false;
    const draw = async () => {
      const Plotly = await loadPlotly();
      if (gone) return;
      const side = Math.min(WIDEST_PX, Math.floor(width));
      const { data, layout } = tradeOffFigure(points, PLOT_COLOURS[scheme], side);
      await Plotly.react(element, data, layout, { displayModeBar: false, responsive: false });
      if (!gone) setPhase('drawn');
    };
    draw().catch(() => !gone && setPhase('failed'));
    return () => {
      gone = true;
    };
  }, [points, scheme, width]);

  return (
    <div ref={ref}>
      {phase === 'loading' && <Skeleton height={320} aria-label="The plot is being drawn" />}
      {phase === 'failed' && (
        <Text c="dimmed">The plot could not be drawn. The table holds the same numbers.</Text>
      )}
      <div ref={host} role="img" aria-label={description} data-testid="trade-off-plot" />
    </div>
  );
}
