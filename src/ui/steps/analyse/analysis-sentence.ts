import { plural } from '../../parts/format.ts';
import { type EffectKind, effectOf, isRatio, plurally } from '../../plots/effect-kind.ts';
import type { ForestRow } from '../../plots/forest-rows.ts';

/** What the plot shows, in plain words: how often pooling narrows an interval, and what only pooling can tell. */
export function analysisSentence(
  rows: readonly ForestRow[],
  parties: number,
  kind: EffectKind = 'risk ratio',
  shared: 'synthetic people' | 'noisy tables' = 'synthetic people',
): string {
  const comparisons = rows.filter((row) => row.kind !== 'reference');
  const local = comparisons.filter((row) => effectOf(row.local, kind) !== null).length;
  const unknown = comparisons.length - local;
  const unknownWords =
    unknown === 0 ? '' : ` ${plural(unknown, 'comparison')} cannot be estimated from your rows alone.`;
  if (parties === 0)
    return `Your own rows give ${plural(local, kind, plurally(kind))}; no bundle is in use, so nothing is pooled.${unknownWords}`;
  let both = 0;
  let narrower = 0;
  let gained = 0;
  for (const row of comparisons) {
    const own = effectOf(row.local, kind);
    const pooled = effectOf(row.pooled, kind);
    if (own === null && pooled !== null) gained++;
    if (own === null || pooled === null) continue;
    both++;
    const width = ({ lower, upper }: typeof own) => (isRatio(kind) ? upper / lower : upper - lower);
    if (width(pooled) < width(own)) narrower++;
  }
  const what = isRatio(kind) ? 'a ratio' : 'a difference';
  const gainedWords =
    gained === 0 ? '' : ` Pooling gives ${what} for ${unknown === 1 ? 'it' : `${gained} of them`}.`;
  return `With the ${shared} of ${plural(parties, 'centre')}, the pooled interval is narrower than the local one for ${narrower} of ${plural(both, 'comparison')}.${unknownWords}${unknown === 0 ? '' : gainedWords}`;
}
