import { timesAsPrecise } from '../../../core/marginals/weight-words.ts';
import { formatDigits } from '../../parts/format.ts';

export const WEIGHTS_TITLE = 'How precise each variable is';

export const WEIGHTS_HELP =
  'May stay as it is: all alike. A variable that your question turns on can be counted with less noise; all others then carry more, for ε stays the same and is shared. “Twice” means beside those that stay as usual. Choose by what is known anyway, such as the question or the literature, and never by what this table or its results show: your choice is published with the bundle.';

export const WEIGHTS_SUMMARY = 'Choose for each variable';

export const WEIGHTS_CAPTION =
  'Precision of the variables, and the noise of a level’s count beside that with all alike';

/** What a person may choose, as weights w_j. */
export const PRECISIONS = [2, 1, 0.5].map((weight) => ({
  weight,
  label: weight === 1 ? 'as usual' : timesAsPrecise(weight),
}));

/** Said while variables are not alike: the simulations behind the expectation had them so. */
export const WEIGHTS_EXPECTATION = '“What to expect” below reckons with all variables alike.';

/**
 * The noise of a level's count, and what became of it.
 *
 * @param noise standard deviation, in people
 * @param factor over the noise with all variables alike
 */
export function noiseBesideAlikeWords(noise: number, factor: number): string {
  const people = formatDigits(noise, 3);
  const percent = Math.round(100 * Math.abs(factor - 1));
  return percent === 0 ? people : `${people}, ${percent}\u00a0% ${factor < 1 ? 'less' : 'more'}`;
}
