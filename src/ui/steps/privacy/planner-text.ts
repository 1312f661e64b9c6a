import type { AffordableEpsilon, OutsideOfPlanner, PlannerAnswer } from '../../../core/study/planner.ts';

export const PLANNER_INTRODUCTION =
  'Read off simulations of invented centres, from public numbers only: no row of yours is looked at, and no budget is spent.';

export const ONLY_SHORT =
  'No answer here: the simulations were made with the short training, and say nothing about another method.';

/** ln(upper / lower) as people can picture it. */
export function timesWider(width: number): string {
  const ratio = Math.exp(width);
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1);
}

export function widthSentence({ localWidth, combinedWidth, covered }: PlannerAnswer): string {
  return (
    `On your own rows the upper end of a risk ratio’s 95 % interval is typically ${timesWider(localWidth)} times its lower end; ` +
    `with the others’ twins ${timesWider(combinedWidth)} times (t interval). ` +
    `In the simulations ${Math.round(100 * covered)} % of these held the truth${covered < 0.94 ? ', fewer than the 95 % they are called by' : ''}.`
  );
}

export function gainSentence({ gain, gainError, idealGain }: PlannerAnswer): string {
  if (Math.abs(gain) <= gainError)
    return 'For predicting people outside of your table, the simulations see no clear gain and no clear loss from the twins.';
  if (gain < 0)
    return 'For predicting people outside of your table, the simulations expect twins at this ε to do harm: your own rows alone predict better.';
  const share = Math.min(100, Math.round((100 * gain) / idealGain));
  return `For predicting people outside of your table, the simulations expect twins to bring about ${share} % of what sharing the rows themselves would bring.`;
}

export function affordableSentence(affordable: AffordableEpsilon): string {
  switch (affordable.kind) {
    case 'any':
      return `How small an ε can you afford? Sharing helped at every ε that was simulated, down to ${affordable.smallest}.`;
    case 'from':
      return `How small an ε can you afford? In the simulations sharing helped from about ε = ${affordable.epsilon.toPrecision(2)} on; below it the noise costs more than the twins bring.`;
    case 'none':
      return `How small an ε can you afford? With these numbers sharing did not clearly help at any ε up to ${affordable.largest}.`;
    default:
      return affordable satisfies never;
  }
}

const OUTSIDE: Readonly<Record<OutsideOfPlanner['what'], string>> = {
  rowCount: 'people',
  levels: 'levels in all',
  epsilon: 'ε',
  setCount: 'synthetic sets',
  parties: 'centres',
};

export function outsideSentence({ what, smallest, largest }: OutsideOfPlanner): string {
  return `No answer here: the simulations cover ${smallest} to ${largest} ${OUTSIDE[what]}, and yours lies outside. Nothing is guessed beyond them.`;
}
