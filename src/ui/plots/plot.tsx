import { Button, Group, Skeleton, Text } from '@mantine/core';
import { PLOT_COLOURS } from '../../core/study/plot-colours.ts';
import type { DrawFigure } from './figure.ts';
import { figureForFile } from './figure.ts';
import { bytesOfDataUrl } from './image-bytes.ts';
import { loadPlotly } from './load-plotly.ts';
import { usePlot } from './use-plot.ts';

const IMAGE_TYPES = { svg: 'image/svg+xml', png: 'image/png' } as const;
const FILE_WIDTH_PX = 900;

export interface SavePlot {
  /** Without its ending. */
  readonly fileName: string;
  /** Under the picture in the file: what its numbers were made from. */
  readonly note: string;
  readonly onSave: (fileName: string, bytes: Uint8Array, mediaType: string) => void;
}

/** A plot with its words for those who do not see it. A table beside it says the same in numbers. */
export function Plot(props: {
  draw: DrawFigure;
  description: string;
  testId: string;
  widest?: number;
  save?: SavePlot;
}) {
  const { draw, description, testId, widest, save } = props;
  const { frame, host, phase } = usePlot(draw, widest);
  const saveAs = async (format: keyof typeof IMAGE_TYPES) => {
    if (save === undefined) return;
    const Plotly = await loadPlotly();
    const figure = figureForFile(draw(PLOT_COLOURS.light, FILE_WIDTH_PX), save.note);
    const { width = FILE_WIDTH_PX, height = 600 } = figure.layout;
    const url = await Plotly.toImage(figure, { format, width, height, scale: 2 });
    save.onSave(`${save.fileName}.${format}`, bytesOfDataUrl(url), IMAGE_TYPES[format]);
  };
  return (
    <div ref={frame}>
      {phase === 'loading' && <Skeleton height={320} aria-label="The plot is being drawn" />}
      {phase === 'failed' && (
        <Text c="dimmed">The plot could not be drawn. The table holds the same numbers.</Text>
      )}
      <div ref={host} role="img" aria-label={description} data-testid={testId} />
      {phase === 'drawn' && save !== undefined && (
        <Group gap="xs" data-no-print>
          <Button size="xs" variant="default" onClick={() => void saveAs('svg')}>
            Save plot as SVG
          </Button>
          <Button size="xs" variant="default" onClick={() => void saveAs('png')}>
            Save plot as PNG
          </Button>
        </Group>
      )}
    </div>
  );
}
