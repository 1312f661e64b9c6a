import type { FamilyName } from '../../core/analysis/glm-family.ts';
import type { LocalCell, PooledCell } from '../../core/analysis/pooled-analysis.ts';
import { type Codebook, levelsOf } from '../../core/codebook/codebook.ts';
import { type ShownAnalysis, shownAnalysis, tablesInPlaceOfTwins } from '../../session/shown-analysis.ts';
import type { AnalysisState, SessionState } from '../../session/state.ts';
import { notEstimableMessage } from '../messages/analysis-messages.ts';
import { formatDay, formatDelta, formatEpsilonUpper, formatRows } from '../parts/format.ts';
import { tablesCoverage } from '../parts/tables-coverage.ts';
import { capital, effectKindOf, plurally } from '../plots/effect-kind.ts';
import { forestRows } from '../plots/forest-rows.ts';
import { projectTitle } from '../projects/projects-text.ts';
import { coverageWarning } from '../steps/analyse/coverage-warning.ts';
import { estimateNotes, marksOf } from '../steps/analyse/estimate-notes.ts';
import { methodsParagraph } from './methods-paragraph.ts';
import type { ReportCell, ReportContent, ReportRow } from './report-content.ts';

declare const __TWINPOOL_VERSION__: string;

type Ready = Extract<AnalysisState, { kind: 'ready' }>;

const MODELS: Readonly<Record<FamilyName, string>> = {
  'poisson-log': 'Poisson regression with log link',
  'binomial-logit': 'logistic regression',
  'binomial-log': 'log-binomial regression',
  'gaussian-identity': 'linear regression',
};

const ERRORS: Readonly<Record<Ready['choice']['errors'], string>> = {
  model: 'model-based',
  HC0: 'robust (HC0)',
  HC1: 'robust (HC1)',
};

/** The report of a result that is on the page, with everything that a reader needs to judge it. */
export function reportOf(
  result: Ready,
  state: SessionState,
  codebook: Codebook,
  sentence: string,
  today: string,
): ReportContent {
  const { analysis, usedBundles, choice } = result;
  const isRatio = choice.family !== 'gaussian-identity';
  const counts = codebook.outcome.kind === 'count' && choice.outcome === null;
  const kind = effectKindOf(choice.family, counts);
  const effects = plurally(kind);
  const shown = shownAnalysis(analysis, result.tables);
  const covariates = analysis.references.map(({ variable }) => labelOf(codebook, variable));
  const inPlaceOfTwins = tablesInPlaceOfTwins(result.tables) !== null;
  const epsilon = usedBundles.length === 0 ? 1 : Math.max(...usedBundles.map((bundle) => bundle.epsilon));
  return {
    title: `${projectTitle({ name: state.project.name, source: state.data.source })}: ${usedBundles.length === 0 ? 'analysis of the own rows' : 'pooled analysis'}`,
    madeOn: formatDay(today),
    softwareVersion: __TWINPOOL_VERSION__,
    centre: state.data.partyName.trim() || 'not named',
    table: `${state.data.source?.label ?? 'unknown'}${state.data.source?.kind === 'simulated' ? ' (invented people)' : ''}`,
    codebookId: state.codebook.codebookId ?? '',
    localRows: analysis.localRows,
    pooledRows: analysis.pooledRows,
    setsUsed: analysis.setsUsed,
    isFromTables: inPlaceOfTwins,
    effect: capital(effects),
    isRatio,
    sentence,
    rows: rowsOf(shown, codebook, isRatio),
    parties: usedBundles.map((bundle) => ({
      name: bundle.partyName,
      rows: formatRows(bundle),
      sets: bundle.setCount,
      epsilon: formatEpsilonUpper(bundle.epsilon),
      delta: formatDelta(bundle.delta),
      madeOn: formatDay(bundle.createdOn),
      identity: bundle.id,
      isSimulated: bundle.simulated,
    })),
    methods: methodsParagraph({
      effects,
      model: MODELS[choice.family],
      errors: ERRORS[choice.errors],
      interval: choice.interval,
      ownPart: choice.ownPart,
      siteEffect: choice.siteEffect,
      isFromTables: inPlaceOfTwins,
      covariates,
      outcome: outcomeWords(choice, codebook),
      subgroup: choice.subgroup.map(
        ({ variable, levels }) => `${labelOf(codebook, variable)}: ${levelWords(codebook, variable, levels)}`,
      ),
      interactions: choice.interactions.map((pair) =>
        pair.map((name) => labelOf(codebook, name)).join(' × '),
      ),
      localRows: analysis.localRows,
      setsUsed: analysis.setsUsed,
      parties: usedBundles,
      softwareVersion: __TWINPOOL_VERSION__,
    }),
    caution:
      usedBundles.length === 0
        ? 'No other centre’s data were used.'
        : inPlaceOfTwins
          ? tablesCoverage(analysis.localRows, epsilon)
          : coverageWarning(analysis.localRows, epsilon, choice.errors, choice.interval),
    notes: estimateNotes(forestRows(shown, codebook), kind, analysis.setsUsed),
    ownPart: choice.ownPart,
    isUpToDate: result.upToDate,
  };
}

function labelOf(codebook: Codebook, variable: string): string {
  return codebook.variables.find(({ name }) => name === variable)?.label ?? variable;
}

function levelWords(codebook: Codebook, variable: string, values: readonly string[]): string {
  const found = codebook.variables.find(({ name }) => name === variable);
  const labels =
    found === undefined ? new Map() : new Map(levelsOf(found).map((level) => [level.value, level.label]));
  return values.map((value) => labels.get(value) ?? value).join(' or ');
}

function outcomeWords({ outcome }: Ready['choice'], codebook: Codebook): string {
  if (outcome === null) return codebook.outcome.label;
  return `${labelOf(codebook, outcome.variable)} (${levelWords(codebook, outcome.variable, outcome.events)})`;
}

/** Levels in the codebook's order with the reference in its place; interactions and centres after them. */
function rowsOf(analysis: ShownAnalysis, codebook: Codebook, isRatio: boolean): ReportRow[] {
  const references = new Map(analysis.references.map(({ variable, level }) => [variable, level]));
  const rows: ReportRow[] = [];
  for (const variable of codebook.variables) {
    const reference = references.get(variable.name);
    if (reference === undefined) continue;
    for (const level of levelsOf(variable)) {
      const found = analysis.rows.find(
        ({ term }) => term.kind === 'level' && term.variable === variable.name && term.level === level.value,
      );
      rows.push({
        group: variable.label,
        label: level.label,
        isReference: level.value === reference,
        local: cellOf(found?.local, isRatio),
        pooled: cellOf(found?.pooled, isRatio),
      });
    }
  }
  for (const { term, local, pooled } of analysis.rows)
    if (term.kind === 'interaction' || term.kind === 'site')
      rows.push({
        group: term.kind === 'site' ? 'Centre' : term.variable,
        label: term.label,
        isReference: false,
        local: cellOf(local, isRatio),
        pooled: cellOf(pooled, isRatio),
      });
  return rows;
}

function cellOf(cell: LocalCell | PooledCell | undefined, isRatio: boolean): ReportCell {
  if (cell === undefined) return { words: '' };
  if (cell.kind === 'not-estimable') return { words: notEstimableMessage(cell.reason) };
  const scaled = (x: number) => (isRatio ? Math.exp(x) : x);
  return {
    value: scaled(cell.estimate),
    lower: scaled(cell.lower),
    upper: scaled(cell.upper),
    p: cell.p,
    marks: marksOf(cell),
  };
}
