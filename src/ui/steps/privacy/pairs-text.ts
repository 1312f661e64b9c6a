import { worthwhileDependence } from '../../../core/marginals/pair-selection.ts';
import type { MarginalsPlan } from '../../../core/marginals/plan-marginals.ts';
import { outcomeWorkload, workloadSensitivity } from '../../../core/marginals/workload.ts';
import { plural } from '../../parts/format.ts';

export const PAIRS_TITLE = 'Pairs of variables to count as well';

export const PAIRS_HELP =
  'May stay empty. Add a pair that you know to go together, such as education and deprivation, from the literature and not from this table: which pairs you choose is published. The synthetic people then show how the two go together. Estimates that peers make from the noisy tables use it too: they gain where the two go together otherwise than among a peer’s own people, or where a peer has few rows.';

/**
 * What pairs cost: the same ε, spread over more tables and, where pairs are chosen, their choices.
 *
 * @param levelCounts of each variable
 * @param declared positions of the pairs
 * @param alongside the weights of variables and of the number of rows, where they are not the usual ones
 */
export function noiseOfPairs(
  levelCounts: readonly number[],
  declared: readonly (readonly [number, number])[],
  selected = 0,
  alongside: { readonly weights?: readonly number[]; readonly rowCountWeight?: number } = {},
): string {
  const { weights, rowCountWeight } = alongside;
  const pairs = declared.map((variables) => ({ variables, weight: 1 }));
  const selection = { count: selected, weight: 1, choiceWeight: 1 };
  const all = outcomeWorkload(levelCounts, weights, pairs, selection, rowCountWeight);
  const without = outcomeWorkload(levelCounts, weights, [], undefined, rowCountWeight);
  const factor = workloadSensitivity(all) / workloadSensitivity(without);
  const choices = selected === 0 ? '' : ` and ${plural(selected, 'choice')}`;
  return `The same ε now covers ${plural(pairs.length + selected, 'table')} more${choices}, so every count carries ${Math.round(100 * (factor - 1))}\u00a0% more noise.`;
}

export const SELECTION_LABEL = 'Pairs that the page may choose';

export const SELECTION_HELP =
  'For when you know of no pair. The page looks for the pairs that go together most, under noise, and each costs as much as two tables: one for the choice, one for its counts. Which pairs it chose becomes public with the bundle.';

/** More than this share of people out of place is rare between two things that are asked about a person. */
const RARELY = 0.15;

/** Whether choosing is worth its cost, from the plan's public numbers. */
export function selectionAdvice(plan: Pick<MarginalsPlan, 'rowCount' | 'selectionNoise'>): string | null {
  const share = worthwhileDependence(plan);
  if (share === undefined) return null;
  const percent = Math.min(100, Math.ceil(100 * share));
  const rule = `With these rows and this ε a chosen pair makes the synthetic people better only where it goes together so much that about ${percent}\u00a0% of all people would have to be in another level for the two to be independent.`;
  return share > RARELY
    ? `${rule} Few pairs do: better let none be chosen, or declare one that you know.`
    : `${rule} Weaker pairs cost more than they give.`;
}
