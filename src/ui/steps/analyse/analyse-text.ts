import type { SessionState } from '../../../session/state.ts';

export const ANALYSE_PURPOSE =
  'Estimate risk ratios from your own rows, alone and together with your peers’ synthetic people.';

export const ANALYSE_STAYS =
  'Your rows are used here and go nowhere. The pooled result contains your real rows and is not private: treat what you export like any result from your own patients.';

export const COVERAGE_TITLE = 'Pooled intervals may be too narrow';
export const ERRORS: Readonly<Record<SessionState['errors'], string>> = {
  model: 'Model-based',
  HC0: 'Robust (HC0)',
  HC1: 'Robust, small samples (HC1)',
};

export const ERRORS_HELP =
  'For a 0/1 outcome a robust choice is usual for your own rows. In simulations of pooled results the model-based one missed the truth less often.';

export const ANALYSE_DETAILS: readonly string[] = [
  'A Poisson regression with log link is fitted to your own rows joined with the k-th synthetic set of every bundle in use, once for each k. Exponentiated coefficients are risk ratios against the reference level.',
  'The fits are combined by Rubin’s rules for synthetic data. Where the sets spread too little, the rule’s variance would be negative and a larger one stands in (marked ↑): a sign that the synthetic sets say too little about their own uncertainty.',
  'One or two sets can hurt more than they help, small or skewed tables make poor twins, and nothing here protects against a peer who sends invented numbers.',
];

export const FALLBACK_MARK = '↑';
export const FALLBACK_WORDS = 'the larger fallback variance stands in (see “How is this computed?”)';
export const FLOORED_MARK = '*';
export const FLOORED_WORDS = 'the robust error broke down and the model-based one stands in';
