import { Button, Group, Skeleton, Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { forestFigure } from './forest-figure.ts';
import type { ForestRow, RatioKind } from './forest-rows.ts';
import { bytesOfDataUrl } from './image-bytes.ts';
import { loadPlotly } from './load-plotly.ts';
import { PLOT_COLOURS } from './plot-colours.ts';

const IMAGE_TYPES = { svg: 'image/svg+xml', png: 'image/png' } as const;

/** Ratios and intervals, local only beside pooled. The table beside it says the same in numbers. */
export function ForestPlot(props: {
  rows: readonly ForestRow[];
  kind: RatioKind;
  description: string;
  onSave: (fileName: string, bytes: Uint8Array, mediaType: string) => void;
}) {
  const { rows, kind, description, onSave } = props;
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
      const { data, layout } = forestFigure(rows, PLOT_COLOURS[scheme], Math.floor(width), kind);
      await Plotly.react(element, data, layout, { displayModeBar: false, responsive: false });
      if (!gone) setPhase('drawn');
    };
    draw().catch(() => !gone && setPhase('failed'));
    return () => {
      gone = true;
    };
  }, [rows, kind, scheme, width]);

  const save = async (format: keyof typeof IMAGE_TYPES) => {
    const Plotly = await loadPlotly();
    const { data, layout } = forestFigure(rows, PLOT_COLOURS.light, 900, kind);
    const figure = { data, layout: { ...layout, paper_bgcolor: '#ffffff' } };
    const url = await Plotly.toImage(figure, { format, width: 900, height: layout.height ?? 600, scale: 2 });
    onSave(`forest-plot.${format}`, bytesOfDataUrl(url), IMAGE_TYPES[format]);
  };

  return (
    <div ref={ref}>
      {phase === 'loading' && <Skeleton height={320} aria-label="The plot is being drawn" />}
      {phase === 'failed' && (
        <Text c="dimmed">The plot could not be drawn. The table below holds the same numbers.</Text>
      )}
      <div ref={host} role="img" aria-label={description} data-testid="forest-plot" />
      {phase === 'drawn' && (
        <Group gap="xs" data-no-print>
          <Button size="xs" variant="default" onClick={() => void save('svg')}>
            Save plot as SVG
          </Button>
          <Button size="xs" variant="default" onClick={() => void save('png')}>
            Save plot as PNG
          </Button>
        </Group>
      )}
    </div>
  );
}
