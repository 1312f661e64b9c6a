import type { Codebook } from '../core/codebook/codebook.ts';
import type { AnalysisChoice } from './records.ts';

/** Variables that every table of an analysis must have: predictors, those of the subgroup, and a variable that is the outcome. */
export function neededVariables(codebook: Codebook, choice: AnalysisChoice): readonly string[] {
  const others = new Set(choice.subgroup.map(({ variable }) => variable));
  if (choice.outcome !== null) others.add(choice.outcome.variable);
  return codebook.variables
    .map(({ name }) => name)
    .filter((name) => others.has(name) || !choice.switchedOff.includes(name));
}
