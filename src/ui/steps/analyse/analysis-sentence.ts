import { plural } from '../../parts/format.ts';
import { type ForestRow, type RatioKind, ratioOf } from '../../plots/forest-rows.ts';

/** What the plot shows, in plain words: how often pooling narrows an interval, and what only pooling can tell. */
export function analysisSentence(
  rows: readonly ForestRow[],
  parties: number,
  kind: RatioKind = 'risk ratio',
): string {
  const comparisons = rows.filter(({ kind }) => kind === 'comparison');
  const local = comparisons.filter((row) => ratioOf(row.local) !== null).length;
  const unknown = comparisons.length - local;
  const unknownWords =
    unknown === 0 ? '' : ` ${plural(unknown, 'comparison')} cannot be estimated from your rows alone.`;
  if (parties === 0)
    return `Your own rows give ${plural(local, kind)}; no bundle is in use, so nothing is pooled.${unknownWords}`;
  let both = 0;
  let narrower = 0;
  let gained = 0;
  for (const row of comparisons) {
    const own = ratioOf(row.local);
    const pooled = ratioOf(row.pooled);
    if (own === null && pooled !== null) gained++;
    if (own === null || pooled === null) continue;
    both++;
    if (Math.log(pooled.upper / pooled.lower) < Math.log(own.upper / own.lower)) narrower++;
  }
  const gainedWords = gained === 0 ? '' : ` Pooling gives a ratio for ${gained} of them.`;
  return `With the synthetic people of ${plural(parties, 'centre')}, the pooled interval is narrower than the local one for ${narrower} of ${plural(both, 'comparison')}.${unknownWords}${unknown === 0 ? '' : gainedWords}`;
}
