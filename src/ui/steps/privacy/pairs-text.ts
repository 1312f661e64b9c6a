import { sensitivityOfWeights } from '../../../core/marginals/workload.ts';
import { plural } from '../../parts/format.ts';

export const PAIRS_TITLE = 'Pairs of variables to count as well';

export const PAIRS_HELP =
  'May stay empty. Add a pair that you know to go together, such as education and deprivation, from the literature and not from this table: which pairs you choose is published. The synthetic people then show how the two go together. Estimates that peers make from the noisy tables themselves do not use pairs.';

/** What pairs cost: the same ε, spread over more tables. */
export function noiseOfPairs(variables: number, pairs: number): string {
  const ones = (count: number) => sensitivityOfWeights(new Array<number>(count).fill(1));
  const factor = ones(variables + pairs) / ones(variables);
  return `The same ε now covers ${plural(pairs, 'table')} more, so every count carries ${Math.round(100 * (factor - 1))} % more noise.`;
}
