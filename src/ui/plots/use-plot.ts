import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { PLOT_COLOURS } from '../../core/study/plot-colours.ts';
import type { DrawFigure } from './figure.ts';
import { loadPlotly } from './load-plotly.ts';

/** Draws into `host` as wide as `frame` is, again when the figure, the colours or the width change. Keep `draw` stable. */
export function usePlot(draw: DrawFigure, widest = Number.POSITIVE_INFINITY) {
  const scheme = useComputedColorScheme('light');
  const { ref: frame, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<'loading' | 'drawn' | 'failed'>('loading');
  useEffect(() => {
    const element = host.current;
    if (element === null || width === 0) return;
    let gone = false;
    const drawn = async () => {
      const Plotly = await loadPlotly();
      if (gone) return;
      const { data, layout } = draw(PLOT_COLOURS[scheme], Math.min(widest, Math.floor(width)));
      await Plotly.react(element, data, layout, { displayModeBar: false, responsive: false });
      if (!gone) setPhase('drawn');
    };
    drawn().catch(() => !gone && setPhase('failed'));
    return () => {
      gone = true;
    };
  }, [draw, widest, scheme, width]);
  return { frame, host, phase };
}
