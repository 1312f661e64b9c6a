import type { TablesAnalysis, TablesAnalysisFailure } from '../../../core/marginals/tables-analysis.ts';
import { listWords, plural } from '../../parts/format.ts';

export const TABLES_TITLE = 'Recommended: your rows with the others’ noisy tables';
export const TABLES_PURPOSE =
  'One regression on your own rows and on the tables that the other centres counted. The noise in the tables is known, so the interval says how sure the result is. It uses no synthetic row. It assumes that the effects are the same everywhere, and that people’s traits go together elsewhere about as they do in your rows.';

export const TWINS_SUMMARY = 'The same from the synthetic people drawn from these tables';
export const TWINS_TEXT =
  'For comparison only. The rows say less than the tables that they were drawn from: in a simulation the intervals made from them held the truth in 80\u00a0% of cases, and the estimates were further from all real rows than those of own rows alone.';

export const BELOW_ARE_TWINS =
  'The next two are still computed from the twins drawn from the tables, and say less than the estimate above: every centre on its own, and whether pooling predicts better.';

export const UNKNOWN_MARK = '‡';
export const UNKNOWN_WORDS =
  'Nobody’s data say much here, and the interval is mostly the assumption that ratios beyond 7 are rare';

/** Below it the prior says more about a coefficient than all data do (`TablesEstimate.known`). */
export const BARELY_KNOWN = 0.2;

/** Levels about which there is little but the prior; null for none. */
export function unknownSentence({ rows }: Pick<TablesAnalysis, 'rows'>): string | null {
  const levels = rows.filter(({ known }) => known < BARELY_KNOWN).map(({ term }) => term.label);
  return levels.length === 0 ? null : `${UNKNOWN_WORDS}: ${listWords(levels, 8)}.`;
}

export function partiesWithoutSentence(count: number): string {
  return `${plural(count, 'bundle')} ${count === 1 ? 'has' : 'have'} no noisy tables under your codebook, and ${count === 1 ? 'is' : 'are'} in the analysis of the twins below only.`;
}

/** A centre that agrees with the others is named once in a hundred analyses, at most. */
const FLAG_LEVEL = 0.01;

/** Centres whose tables the others’ effects do not explain; null for none. Bonferroni over the centres. */
export function disagreeSentence(
  { parties }: Pick<TablesAnalysis, 'parties'>,
  names: ReadonlyMap<string, string>,
): string | null {
  const apart = parties.filter(({ p }) => p * parties.length < FLAG_LEVEL);
  if (apart.length === 0) return null;
  const who = listWords(
    apart.map(({ id }) => names.get(id) ?? id),
    8,
  );
  return `The tables of ${who} do not fit what all others say: other effects there, traits that go together otherwise, or a spoiled file. The common ratio is then an average of different things; look at the centres one by one.`;
}

export function tablesRefused(failure: TablesAnalysisFailure): string {
  switch (failure.kind) {
    case 'no-solution':
      return 'The equations found no solution with these tables. The analysis of the twins below stands.';
    case 'tables-do-not-fit':
      return 'The tables of one bundle do not fit your codebook.';
    case 'outcome-is-a-count':
      return 'Noisy tables are for a 0/1 event.';
    case 'subgroup-not-in-tables':
    case 'outcome-not-in-tables':
      return 'The noisy tables cannot answer this question: they count everybody, and the codebook’s event only.';
    default:
      return 'There is no estimate from the noisy tables for these choices.';
  }
}
