import type { Codebook } from '../../../core/codebook/codebook.ts';
import { levelAdvice } from '../../../core/marginals/level-counts.ts';
import type { MarginalsPlan } from '../../../core/marginals/plan-marginals.ts';
import { formatCount, listWords } from '../../parts/format.ts';

/** Which levels will not be told from nobody, from the plan's public numbers; which those are, a person has to know. */
export function levelAdviceText(plan: MarginalsPlan, codebook: Codebook): string {
  const advice = levelAdvice(plan);
  const [least, most] = [
    Math.min(...advice.map(({ smallestTold }) => smallestTold)),
    Math.max(...advice.map(({ smallestTold }) => smallestTold)),
  ].map((people) => formatCount(Math.ceil(people)));
  const size = least === most ? least : `${least} to ${most}, depending on the variable,`;
  const crowded = advice
    .filter(({ tooMany }) => tooMany)
    .map(({ variable }) => `“${codebook.variables[variable]!.label}”`);
  return [
    `A level with fewer than about ${size} people will hardly be told from an empty one. Where you expect such levels, from the literature and not from this table, merge them in the codebook first.`,
    crowded.length === 0
      ? ''
      : ` ${listWords(crowded, 8)} ${crowded.length === 1 ? 'has' : 'have'} so many levels that some must be that small.`,
  ].join('');
}
