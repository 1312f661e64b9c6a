import { needsRateGuess, type WayToMakeTwins } from '../../../core/synthesis/recommended.ts';

export const PRIVACY_PURPOSE =
  'Decide how well each person is protected, before anything is computed from the rows.';

export const PRIVACY_STAYS =
  'Nothing is drawn from your rows on this step: the plan depends on your choices and on the number of rows where you declare it public.';

export const EPSILON_HELP = 'The privacy budget of this training. Smaller protects better and teaches less.';
export const DELTA_HELP = 'A small allowance beside ε. Keep it far below one over the number of people.';

export const GUESS_HELP =
  'The share of people with the event, from the literature or from experience. Do not compute it from this table: it is published, and a number taken from the rows would give something away for free. A rough guess serves.';
export const GUESS_HELP_COUNT =
  'The mean count per person, from the literature or from experience. Do not compute it from this table: it is published. A rough guess serves.';

export const ROWS_LABEL = 'How many people your table has';

export const ROWS_HELP =
  'It stands in the bundle, exactly. Whoever knows everybody else in your table could tell from it whether one more person is in. Choose this only if the number is no secret.';

export const NOISY_ROWS_LABEL = 'It is counted with noise too';

export const NOISY_ROWS_HELP =
  'For a number that is a secret. The bundle says about how many people there are; ε is the same, and every other count has a little more noise.';

export const NOISY_ROWS_NEED_TABLES =
  'A training needs a number of rows that may be known. Choose noisy tables below, or let it be known.';

export const WAYS_LABEL = 'What your centre gives to the others';

/** The choice in plain words: what is made from the rows, and what is known about the results. */
export const WAYS_TEXT: Readonly<Record<WayToMakeTwins, { readonly label: string; readonly text: string }>> =
  {
    'noisy-marginals': {
      label: 'Noisy tables',
      text: 'Each variable is counted against the event once, and noise of known size is added. Ready in a moment. Your peers’ analysis knows the noise: in simulated centres its 95\u00a0% intervals held the truth in about 95\u00a0% of cases. For a 0/1 event; not for counts.',
    },
    short: {
      label: 'Short training',
      text: 'A model of the whole table learns in a thousand noisy steps, and synthetic people are drawn from it. They show how variables go together, but 95\u00a0% intervals made from them held the truth in 48 to 87\u00a0% of cases only.',
    },
    paper: {
      label: 'As in the paper',
      text: 'The same model in 400,000 small steps, and a 0/1 outcome stored as in the published code, which lowers the event rate. To reproduce the paper; much slower.',
    },
  };

export const RECOMMENDED = 'recommended';

export const PRIVACY_DETAILS: readonly string[] = [
  'Differential privacy adds noise while the model learns, enough that the result would look nearly the same had any one person not been in the table. ε says how nearly: with ε\u00a0=\u00a01 nothing becomes more than 2.7 times as likely, plus δ, because of one person.',
  'ε adds up over everything released about the same people. The total below is computed from the noise of all trainings together, which is a little less than the plain sum.',
  'The certified value is an upper bound that holds with its numerical error inside; the value beside it is the best estimate.',
];

/** What a plan waits for. */
export function lackingText(way: WayToMakeTwins): string {
  return needsRateGuess(way)
    ? 'Say that the number of rows may be known and type your guess of the event rate; then the plan appears here.'
    : 'Say what may be known of the number of rows; then the plan appears here.';
}
