export const PRIVACY_PURPOSE =
  'Decide how well each person is protected, before anything is computed from the rows.';

export const PRIVACY_STAYS =
  'Nothing is drawn from your rows on this step: the plan depends on your choices and on the number of rows, which you declare public.';

export const EPSILON_HELP = 'The privacy budget of this training. Smaller protects better and teaches less.';
export const DELTA_HELP = 'A small allowance beside ε. Keep it far below one over the number of people.';

export const GUESS_HELP =
  'The share of people with the event, from the literature or from experience. Do not compute it from this table: it is published, and a number taken from the rows would give something away for free. A rough guess serves.';
export const GUESS_HELP_COUNT =
  'The mean count per person, from the literature or from experience. Do not compute it from this table: it is published. A rough guess serves.';

export const ROWS_HELP =
  'It stands in the bundle, exactly. Whoever knows everybody else in your table could tell from it whether one more person is in. Tick this only if the number is no secret.';

export const PRESETS = {
  'noisy-marginals': {
    label: 'Noisy tables',
    text: 'Counts each variable against the outcome, once, with known noise. Recommended for a 0/1 event: in simulated centres the intervals made from it held the truth, and the estimates came nearer to those of all real rows than own rows alone at every size tried. Not for counts.',
  },
  short: {
    label: 'Short',
    text: 'A thousand steps over the whole table. As good as the long run in a simulation, in a fraction of the time.',
  },
  paper: {
    label: 'As in the paper',
    text: '400,000 small steps, and a 0/1 outcome stored as in the published code, which lowers the event rate. To reproduce the paper; much slower.',
  },
} as const;

export const PRIVACY_DETAILS: readonly string[] = [
  'Differential privacy adds noise while the model learns, enough that the result would look nearly the same had any one person not been in the table. ε says how nearly: with ε = 1 nothing becomes more than 2.7 times as likely, plus δ, because of one person.',
  'ε adds up over everything released about the same people. The total below is computed from the noise of all trainings together, which is a little less than the plain sum.',
  'The certified value is an upper bound that holds with its numerical error inside; the value beside it is the best estimate.',
];

export const NO_GUESS_YET =
  'Type your guess of the event rate and declare the number of rows; then the plan appears here.';
