import type { FamilyName } from '../../../core/analysis/glm-family.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { listWords, plural } from '../../parts/format.ts';
import { type EffectKind, isRatio, plurally } from '../../plots/effect-kind.ts';

export const ANALYSE_PURPOSE =
  'Estimate how risks, odds or rates differ between groups, from your own rows alone and together with what your peers share.';

export const ANALYSE_STAYS: Readonly<Record<AnalysisChoice['ownPart'], string>> = {
  'real-rows':
    'Your rows are used here and go nowhere. The pooled result contains your real rows and is not private: treat what you export like any result from your own patients.',
  'own-twins':
    'Your rows are used here and go nowhere. The pooled column is made of released synthetic people only; the local column is still your real rows, so treat what you export like any result from your own patients.',
};

export const COVERAGE_TITLE = 'Pooled intervals may be too narrow';
export const ERRORS: Readonly<Record<AnalysisChoice['errors'], string>> = {
  model: 'Model-based',
  HC0: 'Robust (HC0)',
  HC1: 'Robust, small samples (HC1)',
};

export const ERRORS_HELP =
  'For a 0/1 outcome a robust choice is usual for your own rows. In simulations of pooled results the model-based one missed the truth less often.';

const FITTED: Readonly<Record<AnalysisChoice['family'], string>> = {
  'poisson-log': 'A Poisson regression with log link',
  'binomial-logit': 'A logistic regression',
  'binomial-log': 'A log-binomial regression',
  'gaussian-identity': 'A linear regression',
};

/** What is computed under a choice, paragraph by paragraph. */
export function analyseDetails(choice: AnalysisChoice, kind: EffectKind = 'risk ratio'): readonly string[] {
  const own = choice.ownPart === 'own-twins' ? 'the k-th set of your own twins' : 'your own rows';
  const scale = isRatio(kind) ? 'Exponentiated coefficients' : 'Coefficients';
  return [
    `${FITTED[choice.family]} is fitted to ${own} joined with the k-th synthetic set of every bundle in use, once for each k. ${scale} are ${plurally(kind)} against the reference level.`,
    TABLES_DETAIL,
    ...DETAILS,
  ];
}

const TABLES_DETAIL =
  'Where every bundle in use carries noisy tables and the question can be asked of them, the pooled column is another regression: own rows and tables in one set of equations that know the noise. The twins’ fits are then below the table, for comparison.';

const DETAILS: readonly string[] = [
  'The fits are combined by Rubin’s rules for synthetic data. Where the sets spread too little, the rule’s variance would be negative and a larger one stands in (marked ↑): a sign that the synthetic sets say too little about their own uncertainty.',
  'One or two sets can hurt more than they help, small or skewed tables make poor twins, and nothing here protects against a peer who sends invented numbers.',
];

/** The kinds of regression that an outcome allows, in words. */
export function familyChoices(
  counts: boolean,
): readonly { readonly value: FamilyName; readonly label: string }[] {
  return counts
    ? [
        { value: 'poisson-log', label: 'Rate ratios (Poisson regression, as in the paper)' },
        { value: 'gaussian-identity', label: 'Differences of means (linear regression)' },
      ]
    : [
        { value: 'poisson-log', label: 'Risk ratios (Poisson regression, as in the paper)' },
        { value: 'binomial-logit', label: 'Odds ratios (logistic regression)' },
        { value: 'binomial-log', label: 'Risk ratios (log-binomial regression)' },
        { value: 'gaussian-identity', label: 'Risk differences (linear regression)' },
      ];
}

export const FAMILY_HELP =
  'An odds ratio lies farther from 1 than the risk ratio when the event is common. The log-binomial regression sometimes finds no solution. Take robust standard errors with differences.';

export const INTERVALS: Readonly<Record<AnalysisChoice['interval'], string>> = {
  normal: 'Normal (as in the paper)',
  t: 'Student’s t (wider)',
};

export const INTERVALS_HELP =
  'In simulations the t interval held the truth at least as often as the normal one, and it was still too narrow in most.';

export const OWN_PARTS: Readonly<Record<AnalysisChoice['ownPart'], string>> = {
  'real-rows': 'My real rows (as in the paper)',
  'own-twins': 'My own synthetic twins: nothing private in the pooled result',
};

export const SITE_EFFECT_HELP =
  'Keeps differences between the centres’ overall risks from colouring the other estimates. Their own estimates are in the CSV file.';

/** What differs from the paper's analysis, for the line that opens the choices. */
export function choiceSummary(choice: AnalysisChoice): string {
  const changed = [
    choice.outcome === null ? null : 'another outcome',
    choice.switchedOff.length === 0 ? null : `${plural(choice.switchedOff.length, 'variable')} left out`,
    Object.keys(choice.references).length === 0
      ? null
      : plural(Object.keys(choice.references).length, 'other reference level'),
    choice.interactions.length === 0 ? null : plural(choice.interactions.length, 'interaction'),
    choice.subgroup.length === 0 ? null : 'some rows only',
    SHORT_FAMILY[choice.family],
    choice.errors === 'model' ? null : 'robust errors',
    choice.siteEffect ? 'a base rate for each centre' : null,
    choice.interval === 't' ? 't intervals' : null,
    choice.ownPart === 'own-twins' ? 'own twins for own rows' : null,
  ].filter((words) => words !== null);
  return `Choices: ${changed.length === 0 ? 'all variables, as in the paper' : listWords(changed, 12)}`;
}

const SHORT_FAMILY: Readonly<Record<FamilyName, string | null>> = {
  'poisson-log': null,
  'binomial-logit': 'odds ratios',
  'binomial-log': 'log-binomial',
  'gaussian-identity': 'differences',
};

/** What a saved file was made from, for the foot of a picture and beside every button that saves. */
export const SAVED_NOTE: Readonly<Record<AnalysisChoice['ownPart'], string>> = {
  'real-rows': 'Contains results from your real rows: not private.',
  'own-twins': 'The local part is a result from your real rows: not private.',
};

/** The same for a picture that others will see. */
export const PICTURE_NOTE: Readonly<Record<AnalysisChoice['ownPart'], string>> = {
  'real-rows': 'Made from real rows and synthetic people: not private.',
  'own-twins': 'Local part made from real rows: not private. Pooled part made from synthetic people.',
};

export const FALLBACK_MARK = '↑';
export const FALLBACK_WORDS = 'Rubin’s variance would be negative, and a larger one stands in';
export const FLOORED_MARK = '*';
export const FLOORED_WORDS = 'the robust error broke down and the model-based one stands in';
