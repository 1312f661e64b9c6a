import type {
  AffordableEpsilon,
  OutsideOfPlanner,
  PlannerAnswer,
  PlannerTable,
} from '../../../core/study/planner.ts';
import type { SimulatedCentres } from '../../../core/study/simulated-centres.ts';

export const PLANNER_INTRODUCTION =
  'Read off simulations of invented centres, from public numbers only: no row of yours is looked at, and no budget is spent.';

export const NOT_FOR_PAPER =
  'No answer here: the simulations were made with noisy tables and with the short training, and say nothing about the paper’s.';

export const NOT_FOR_COUNTS =
  'No answer here: the simulations are of a 0/1 event, and say nothing about counts.';

export const NOT_DECLARED = 'Say above that the number of rows may be known, and this can be answered.';
export const SECRET_ROWS =
  'This depends on the number of rows, which you keep secret: a plan that followed from it would tell of it.';
export const NOT_YET = 'This can be answered once every number above is one that can be used.';

export const CENTRES_LABELS: Readonly<Record<SimulatedCentres, string>> = {
  alike: 'People like yours',
  shifted: 'Other people, other event rates',
};

/** ln(upper / lower) as people can picture it. */
export function timesWider(width: number): string {
  const ratio = Math.exp(width);
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1);
}

export function widthSentence(
  { localWidth, combinedWidth, covered }: PlannerAnswer,
  { method, repeats }: Pick<PlannerTable, 'method' | 'repeats'>,
): string {
  const shared = method === 'short' ? 'with the others’ twins (t interval)' : 'with the others’ noisy tables';
  return (
    `On your own rows the upper end of a risk ratio’s 95\u00a0% interval is typically ${timesWider(localWidth)} times its lower end; ` +
    `${shared} ${timesWider(combinedWidth)} times. ` +
    `In ${repeats} simulations ${Math.round(100 * covered)}\u00a0% of these held the truth${isTooFew(covered, repeats) ? ', fewer than the 95\u00a0% they are called by' : ''}.`
  );
}

/** Below 95 % by more than the luck of so many simulations with some twenty intervals each: two standard errors. */
function isTooFew(covered: number, repeats: number): boolean {
  return covered < 0.95 - 2 * Math.sqrt((0.95 * 0.05) / (20 * repeats));
}

/** Against own rows with the same mild assumption about effects (`core/study/planner.ts`), and as a share of what real rows bring. */
export function gainSentence({ gain, gainError, idealGain }: PlannerAnswer): string {
  if (Math.abs(gain) <= gainError)
    return 'For predicting people outside of your table, the simulations see no clear gain and no clear loss from what the others share.';
  if (gain < 0)
    return 'For predicting people outside of your table, the simulations expect harm from what the others share at this ε: your own rows alone predict better.';
  const share = Math.min(100, Math.round((100 * gain) / idealGain));
  return `For predicting people outside of your table, the simulations expect about ${share}\u00a0% of what sharing the rows themselves would bring.`;
}

/** What is recommended for such a number of people and levels at this ε, and why: both ways as the same simulated question sees them. */
export function recommendationSentence(tables: PlannerAnswer, twins: PlannerAnswer): string {
  const held = ({ covered }: PlannerAnswer) => `${Math.round(100 * covered)}\u00a0%`;
  const brings = ({ gain, idealGain }: PlannerAnswer) =>
    gain <= 0 ? 'nothing' : `about ${Math.min(100, Math.round((100 * gain) / idealGain))}\u00a0%`;
  const why =
    `For numbers like yours the page recommends noisy tables. Their intervals held the truth in ${held(tables)} of cases, those from twins of the short training in ${held(twins)}; ` +
    `for predicting others they bring ${brings(tables)} of what sharing the rows would, the twins ${brings(twins)}.`;
  const isClear = twins.gain - tables.gain > Math.hypot(twins.gainError, tables.gainError);
  return isClear
    ? `${why} If predicting is all you want, the twins do better here; their intervals get falser with every centre that joins.`
    : why;
}

export function affordableSentence(affordable: AffordableEpsilon): string {
  switch (affordable.kind) {
    case 'any':
      return `How small an ε can you afford? Sharing helped at every ε that was simulated, down to ${affordable.smallest}.`;
    case 'from':
      return `How small an ε can you afford? In the simulations sharing helped from about ε\u00a0=\u00a0${affordable.epsilon.toPrecision(2)} on; below it the noise costs more than the others bring.`;
    case 'none':
      return `How small an ε can you afford? With these numbers sharing did not clearly help at any ε up to ${affordable.largest}.`;
    default:
      return affordable satisfies never;
  }
}

const OUTSIDE: Readonly<Record<Exclude<OutsideOfPlanner['what'], 'epsilon'>, string>> = {
  rowCount: 'people',
  levels: 'levels in all',
  setCount: 'synthetic sets',
  parties: 'centres',
};

export function outsideSentence({ what, smallest, largest }: OutsideOfPlanner): string {
  const cover =
    what === 'epsilon' ? `ε from ${smallest} to ${largest}` : `${smallest} to ${largest} ${OUTSIDE[what]}`;
  return `No answer here: the simulations cover ${cover}, and yours lies outside. Nothing is guessed beyond them.`;
}
