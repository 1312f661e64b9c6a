import { plural } from '../../parts/format.ts';
import type { ForestRow } from '../../plots/forest-rows.ts';
import { FALLBACK_MARK, FALLBACK_WORDS } from './analyse-text.ts';

/** From here on so many intervals rest on the fallback that it says something about the sets. */
const MANY = 1 / 3;

/**
 * On how many pooled coefficients Rubin's variance was not positive and the fallback stands in: a sign of how well the sets carry
 * what is not known. Null where nothing is pooled.
 */
export function fallbackShareWords(rows: readonly Pick<ForestRow, 'pooled'>[]): string | null {
  const pooled = rows.flatMap(({ pooled: cell }) =>
    cell?.kind === 'estimated' && 'usedFallback' in cell ? [cell] : [],
  );
  if (pooled.length === 0) return null;
  const fallen = pooled.filter(({ usedFallback }) => usedFallback).length;
  if (fallen === 0)
    return `In none of ${plural(pooled.length, 'pooled coefficient')} the fallback variance had to stand in, which is a good sign: the sets carry what is not known.`;
  const mark = `${FALLBACK_MARK} ${FALLBACK_WORDS}: in ${fallen} of ${plural(pooled.length, 'pooled coefficient')}.`;
  return fallen > MANY * pooled.length
    ? `${mark} That is many: the sets differ less than what is not known would have them differ, and pooled intervals may miss the truth. Where there is an estimate from noisy tables, trust that one more.`
    : mark;
}
