import { listWords } from '../../parts/format.ts';
import { type EffectKind, effectOf, isRatio, isUnbounded } from '../../plots/effect-kind.ts';
import type { ForestRow } from '../../plots/forest-rows.ts';
import { FALLBACK_MARK, FLOORED_MARK, FLOORED_WORDS } from './analyse-text.ts';
import { NO_INTERVAL_WORDS } from './effect-words.ts';
import { fallbackShareWords } from './fallback-share.ts';

type Cell = ForestRow['local'] | ForestRow['pooled'];

/** The marks behind an interval whose error is not the one that was asked for. */
export function marksOf(cell: Cell): string {
  if (cell === null || cell.kind !== 'estimated') return '';
  const fallback = 'usedFallback' in cell && cell.usedFallback;
  return [fallback && FALLBACK_MARK, cell.flooredToModel && FLOORED_MARK].filter(Boolean).join(' ');
}

/**
 * What stands under a table of estimates: what its marks mean, which sets say nothing, how to read interactions; only what holds
 * for these rows.
 *
 * @param setsUsed K
 */
export function estimateNotes(rows: readonly ForestRow[], kind: EffectKind, setsUsed: number): string[] {
  const fewer = rows.flatMap(({ pooled, variableLabel, levelLabel }) =>
    pooled?.kind === 'estimated' && 'fitsUsed' in pooled && pooled.fitsUsed < setsUsed
      ? [`${variableLabel}: ${levelLabel} (${pooled.fitsUsed})`]
      : [],
  );
  const cells = rows.flatMap(({ local, pooled }) => [local, pooled]);
  const unbounded = cells.some((cell) => {
    const effect = effectOf(cell, kind);
    return effect !== null && isUnbounded(effect, kind);
  });
  return [
    fallbackShareWords(rows),
    cells.some((cell) => marksOf(cell).includes(FLOORED_MARK)) && `${FLOORED_MARK} ${FLOORED_WORDS}.`,
    unbounded && NO_INTERVAL_WORDS,
    fewer.length > 0 &&
      `Not every one of the ${setsUsed} sets could estimate ${listWords(fewer)}; in brackets how many did.`,
    rows.some((row) => row.kind === 'interaction') &&
      `A variable with an interaction has its ${isRatio(kind) ? 'ratio' : 'difference'} where the other one is at its reference level.`,
  ].filter((note) => note !== false && note !== null);
}
