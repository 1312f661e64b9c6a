import { selectedPairsOf } from '../marginals/pair-selection.ts';
import { weightWords } from '../marginals/weight-words.ts';
import { contributionBound, isNoisyTables } from '../synthesis/synthesizer.ts';
import { type BundleStatement, rowCountPolicy } from './describe-package.ts';

/** `README.txt`: what a colleague who opens the zip without us has to know. */
export function readMeText(statement: BundleStatement): string {
  const { mechanism, codebook, settings } = statement;
  const { cost, parameters } = mechanism;
  const columns = [...codebook.variables, codebook.outcome].map(({ name, label }) => `  ${name}: ${label}`);
  const claim = statement.simulated
    ? [
        'NOT PRIVATE. This bundle was made from simulated data or with a chosen seed, for trying things out.',
        'The numbers below describe what the same run would cost on real data.',
      ]
    : ['Private by construction: whatever anybody does with this bundle, the promise below holds.'];
  return [
    `Synthetic twins from ${statement.partyName}`,
    `Made on ${statement.createdOn} with Twinpool ${statement.softwareVersion}. Licence: ${statement.licence}.`,
    '',
    'WHAT THIS IS',
    `Every file synthetic/set-NNN.csv is one synthetic data set of ${statement.rowCount} rows. No row is a person.`,
    settings.preset === 'noisy-marginals'
      ? 'All were drawn from noisy tables, each variable against the outcome, that were counted on the data of this party under differential privacy.'
      : 'All were drawn from one model that was trained on the data of this party under differential privacy.',
    'They open as text in R, Python and spreadsheets (there: data from text or CSV, UTF-8, commas, all columns text):',
    '  read.csv("set-001.csv", colClasses = "character", na.strings = character(), check.names = FALSE, encoding = "UTF-8")',
    '  pandas.read_csv("set-001.csv", dtype=str, keep_default_na=False)',
    'The columns:',
    ...columns,
    'A level that a spreadsheet would take for a formula has an apostrophe in front.',
    '',
    'PRIVACY',
    ...claim,
    `epsilon = ${cost.epsilonUpper}, delta = ${cost.delta}, for adding or removing one person (one row).`,
    `Mechanism: ${parameters.steps} Gaussian ${parameters.steps === 1 ? 'release' : 'releases'}, sampling rate ${parameters.samplingRate}, noise multiplier ${parameters.noiseMultiplier}, clip norm ${contributionBound(settings, codebook)}.`,
    rowCountPolicy(settings) === 'counted-with-noise'
      ? `The number of rows, ${statement.rowCount}, was counted with noise too: the party may have some more or some less.`
      : `The number of rows, ${statement.rowCount}, is not protected: the party declared it public.`,
    'Further bundles from the same people add to this cost.',
    '',
    'HOW TO COMBINE THE SETS',
    'Fit the same model to each set (joined with your own rows, if you have some), then combine the K estimates:',
    '  estimate = mean of the K estimates',
    '  variance = (1 + 1/K) * (variance between the estimates) - (mean of the K variances);',
    '  if that is not positive, use the sum instead of the difference.',
    "These are Rubin's rules for synthetic data. One set alone understates the uncertainty.",
    '',
    'WHAT NOT TO CONCLUDE',
    'Do not count rows and do not look for people: rare combinations come from the noise as much as from the data.',
    'Do not stack the K sets into one large table. Relations that the model does not know are not in the sets.',
    '',
    settings.preset === 'noisy-marginals'
      ? `posterior.json holds the noisy tables themselves with their noise.${declaredPrecision(statement)} ${knownTogether(statement)}`
      : 'posterior.json holds the parameters that the sets were drawn from; more sets can be drawn from it at no cost.',
    'datapackage.json (Frictionless Data Package v2) has the SHA-256 of every file.',
    '',
  ].join('\n');
}

/** Which variables were counted more precisely than others, as declared. */
function declaredPrecision({ settings, codebook }: BundleStatement): string {
  if (settings.preset !== 'noisy-marginals') return '';
  const names = codebook.variables.map(({ name }) => name);
  const words = weightWords(settings.weights, names);
  return words === null
    ? ''
    : ` How precise each variable is was declared before anything was counted: ${words}.`;
}

/** What the sets of noisy tables know of how variables hang together. */
function knownTogether({ settings, codebook, posterior }: BundleStatement): string {
  if (settings.preset !== 'noisy-marginals' || !isNoisyTables(posterior)) return '';
  const { pairs: declared = [] } = settings;
  const pairs = [...declared, ...selectedPairsOf(posterior, settings)];
  if (pairs.length === 0)
    return 'How variables hang together is not in them, nor in the sets: an effect is that of one variable alone.';
  const names = pairs.map(({ variables }) =>
    variables.map((variable) => codebook.variables[variable]!.name).join(' with '),
  );
  const chosen = names.slice(declared.length);
  const how =
    chosen.length === 0
      ? ''
      : ` Selected by the mechanism, at a cost that is in the epsilon above, not declared: ${chosen.join('; ')}. Selected does not mean that they hang together: chance selects too.`;
  return `Of how variables hang together the sets know these pairs only: ${names.join('; ')}.${how}`;
}
