import type { Codebook } from '../codebook/codebook.ts';
import { codebookId } from '../codebook/codebook-id.ts';
import { contributionBound, modelOf, type SynthesisSettings } from '../synthesis/synthesizer.ts';
import type { Bundle } from './bundle.ts';
import {
  ACCOUNTANT,
  BUNDLE_FORMAT,
  BUNDLE_VERSIONS,
  CODEBOOK,
  POSTERIOR,
  READ_ME,
  TABLE_SCHEMA,
} from './package-parts.ts';
import { formulaSafe, outcomeTexts, variableTexts } from './set-csv.ts';

/** A file of the bundle as the descriptor vouches for it. */
export interface FileSeal {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a bundle says of itself, sets aside. */
export type BundleStatement = Omit<Bundle, 'sets'>;

/** Of these settings: a reader that does not know a noisy number of rows must not take it for the number. */
export function bundleVersion(settings: SynthesisSettings): number {
  if (settings.preset !== 'noisy-marginals') return BUNDLE_VERSIONS['mixture-of-categoricals'][0];
  const [publicRows, noisyRows] = BUNDLE_VERSIONS['noisy-marginals'];
  return rowCountPolicy(settings) === 'declared-public' ? publicRows : noisyRows;
}

/** Whether the number of rows is one that may be known, or has noise on it. */
export function rowCountPolicy(settings: SynthesisSettings): 'declared-public' | 'counted-with-noise' {
  const isNoisy = settings.preset === 'noisy-marginals' && settings.rowCountWeight !== undefined;
  return isNoisy ? 'counted-with-noise' : 'declared-public';
}

/** The Table Schema (Frictionless v2) of every set: one field a column with its levels enumerated. */
export function describeTable(codebook: Codebook): object {
  const texts = variableTexts(codebook);
  const outcomes = outcomeTexts(codebook);
  const { outcome } = codebook;
  const fields = codebook.variables.map((variable, j) => {
    const labels = [
      ...variable.levels.map(({ label }) => label),
      variable.missing.kind === 'level' ? variable.missing.label : '',
    ];
    return {
      name: formulaSafe(variable.name),
      title: variable.label,
      type: 'string',
      categories: texts[j]!.map((value, c) => ({ value, label: labels[c]! })),
      constraints: { required: true, enum: texts[j]! },
    };
  });
  const outcomeField = {
    name: formulaSafe(outcome.name),
    title: outcome.label,
    ...(outcome.kind === 'count'
      ? { type: 'integer', constraints: { required: true, minimum: 0, maximum: outcome.maximum } }
      : { type: 'string', constraints: { required: true, enum: outcomes! } }),
  };
  return {
    $schema: 'https://datapackage.org/profiles/2.0/tableschema.json',
    fields: [...fields, outcomeField],
    missingValues: [],
  };
}

/** `datapackage.json`: a Frictionless Data Package v2 with a `privacy` and a `twinpool` object. */
export function describePackage(statement: BundleStatement, seals: readonly FileSeal[]): object {
  const { settings, mechanism, codebook } = statement;
  const { parameters, cost } = mechanism;
  const model = modelOf(settings);
  const setCount = seals.filter(({ path }) => path.startsWith('synthetic/')).length;
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
    title: `Synthetic twins from ${statement.partyName}`,
    description: `${setCount} synthetic data sets. No row is a person. README.txt says how to use them.`,
    created: `${statement.createdOn}T00:00:00Z`,
    contributors: [{ title: statement.partyName, roles: ['creator'] }],
    licenses: [{ name: statement.licence }],
    twinpool: {
      format: BUNDLE_FORMAT,
      version: bundleVersion(settings),
      partyName: statement.partyName,
      createdOn: statement.createdOn,
      softwareVersion: statement.softwareVersion,
      licence: statement.licence,
      codebookId: codebookId(codebook),
      rowCount: statement.rowCount,
      setCount,
      simulated: statement.simulated,
      model,
      settings,
    },
    privacy: {
      epsilon: cost.epsilonUpper,
      delta: cost.delta,
      neighbours: cost.neighbours,
      unit: 'one person, one row',
      mechanism: mechanism.kind,
      noiseMultiplier: parameters.noiseMultiplier,
      samplingRate: parameters.samplingRate,
      steps: parameters.steps,
      clipNorm: contributionBound(settings, codebook),
      accountant: {
        name: ACCOUNTANT,
        epsilonUpper: cost.epsilonUpper,
        epsilonValue: cost.epsilonValue,
        epsilonLower: cost.epsilonLower,
      },
      rowCountPolicy: rowCountPolicy(settings),
    },
    resources: seals.map(describeFile),
  };
}

const TITLES: Readonly<Record<string, string>> = {
  [CODEBOOK]: 'The codebook',
  [POSTERIOR]: 'The differentially private posterior that the sets were drawn from',
  [TABLE_SCHEMA]: 'The columns of every set',
  [READ_ME]: 'For people',
};

function describeFile({ path, bytes, sha256 }: FileSeal): object {
  const seal = { path, encoding: 'utf-8', bytes, hash: `sha256:${sha256}` };
  const set = /^synthetic\/(set-\d+)\.csv$/.exec(path);
  if (set !== null) {
    const dialect = { lineTerminator: '\n' };
    return {
      name: set[1],
      type: 'table',
      format: 'csv',
      mediatype: 'text/csv',
      ...seal,
      dialect,
      schema: TABLE_SCHEMA,
    };
  }
  const json = path.endsWith('.json');
  const name = path.replace(/\.[a-z]+$/, '').toLowerCase();
  const kind = { format: json ? 'json' : 'txt', mediatype: json ? 'application/json' : 'text/plain' };
  return { name, title: TITLES[path], ...kind, ...seal };
}
