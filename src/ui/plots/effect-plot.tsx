import { useCallback } from 'react';
import type { PlotColours } from '../../core/study/plot-colours.ts';
import type { Effect, EffectKind } from './effect-kind.ts';
import { effectFigure, escapeMarkup, type ForestSeries, inTwoLines } from './forest-figure.ts';
import { Plot, type SavePlot } from './plot.tsx';

/** One estimate of the same effect: from own rows, from one centre's twins, or from all together. */
export interface EffectSource {
  readonly label: string;
  readonly role: 'local' | 'party' | 'combined';
  readonly effect: Effect | null;
}

const ROLES = [
  ['local', 'Your own rows', 'circle'],
  ['party', 'A centre’s twins', 'diamond'],
  ['combined', 'Combined', 'square'],
] as const;

/** One comparison, source by source. Keep `sources` stable. */
export function EffectPlot(props: {
  sources: readonly EffectSource[];
  kind: EffectKind;
  description: string;
  save: SavePlot;
}) {
  const { sources, kind, description, save } = props;
  const draw = useCallback(
    (colours: PlotColours, width: number) => {
      const colourOf = { local: colours.local, party: colours.muted, combined: colours.pooled };
      const series = ROLES.map(
        ([role, name, symbol]): ForestSeries => ({
          name,
          symbol,
          colour: colourOf[role],
          points: sources.flatMap((source, y) =>
            source.role === role && source.effect !== null
              ? [{ y, name: source.label, effect: source.effect }]
              : [],
          ),
        }),
      );
      const labels = sources.map(({ label }) =>
        inTwoLines(label, width < 560 ? 20 : 34)
          .map(escapeMarkup)
          .join('<br>'),
      );
      return effectFigure(labels, series, colours, width, kind);
    },
    [sources, kind],
  );
  return <Plot draw={draw} description={description} testId="party-forest-plot" save={save} />;
}
