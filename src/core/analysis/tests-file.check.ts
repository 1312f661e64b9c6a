import { boxStatistics, quantile } from './box-statistics.ts';
import { covariateTree } from './covariate-tree.ts';
import type { FileNumber, GapLedger } from './gap-ledger.check.ts';
import { fromFile } from './gap-ledger.check.ts';
import { leafSums } from './glm-family.ts';
import { irlsWorkspace } from './irls.ts';
import { logLikelihoodOfDraws, poissonLogLikelihood } from './likelihood.ts';
import { PatternIndex } from './pattern-table.ts';
import { midranks, momentsOf, welchOnRanks, welchTest } from './rank-tests.ts';
import { treatmentDesign } from './treatment-design.check.ts';

interface WelchRecord {
  readonly id: string;
  readonly n_first: number;
  readonly n_second: number;
  readonly first?: readonly FileNumber[] | null;
  readonly second?: readonly FileNumber[] | null;
  readonly formula?: string | null;
  readonly mean_rank_first?: FileNumber;
  readonly mean_rank_second?: FileNumber;
  readonly exact?: Readonly<Record<string, FileNumber>> | null;
  readonly scipy?: Readonly<Record<string, { readonly t: FileNumber; readonly p: FileNumber }>> | null;
  readonly scipy_unranked_two_sided?: { readonly t: FileNumber; readonly p: FileNumber } | null;
}

type Row = Readonly<Record<string, unknown>>;

interface TestsFile {
  readonly welch_on_ranks?: readonly WelchRecord[];
  readonly poisson_log_likelihood?: readonly Row[];
  readonly boxes?: readonly Row[];
  readonly log_likelihood_of_draws?: Row;
}

export function checkTestsFile(file: TestsFile, ledger: GapLedger): void {
  for (const record of file.welch_on_ranks ?? []) checkWelch(record, ledger);
  for (const record of file.poisson_log_likelihood ?? []) {
    const eta = numbers(record.linear_predictor);
    const counts = numbers(record.counts);
    const own = poissonLogLikelihood(eta, counts);
    const compare = (name: string, value: number) =>
      ledger.compare(`tests poisson ${name}`, String(record.id), value, record[name] as FileNumber, {
        relative: 1e-12,
      });
    compare('log_likelihood', own);
    compare('mean_log_likelihood', own / counts.length);
    // scipy works with the rate: where that underflows it has no number, and elsewhere a rounding of 1e-12.
    const scipy = fromFile(record.scipy as FileNumber);
    if (scipy !== undefined && Number.isFinite(scipy)) {
      ledger.compare('tests poisson scipy', String(record.id), own, scipy, { relative: 1e-11 });
    }
  }
  for (const record of file.boxes ?? []) checkBox(record, ledger);
  if (file.log_likelihood_of_draws !== undefined) checkDraws(file.log_likelihood_of_draws, ledger);
}

function checkWelch(record: WelchRecord, ledger: GapLedger): void {
  const first = sampleOf(record, 'first', record.n_first);
  const second = sampleOf(record, 'second', record.n_second);
  const own = welchOnRanks(first, second);
  const { id, exact, scipy } = record;
  const ranks = midranks([first, second]);
  const exactly = { relative: 1e-14 };
  ledger.compare(
    'tests welch mean rank',
    id,
    momentsOf(ranks.subarray(0, first.length)).mean,
    record.mean_rank_first,
    exactly,
  );
  ledger.compare(
    'tests welch mean rank',
    id,
    momentsOf(ranks.subarray(first.length)).mean,
    record.mean_rank_second,
    exactly,
  );
  if (exact === null || exact === undefined || !own.ok) {
    ledger.expect('tests welch undefined', id, !own.ok && (exact === null || exact === undefined));
    return;
  }
  const { t, degreesOfFreedom, logPGreater, logPLess, logPTwoSided } = own.value;
  ledger.compare('tests welch t', id, t, exact.t, { relative: 1e-10, absolute: 1e-12 });
  ledger.compare('tests welch df', id, degreesOfFreedom, exact.df, { relative: 1e-10 });
  const logP = { relative: 1e-8, absolute: 1e-10 };
  for (const [side, logarithm] of [
    ['greater', logPGreater],
    ['less', logPLess],
    ['two_sided', logPTwoSided],
  ] as const) {
    ledger.compare('tests welch ln p', `${id} ${side}`, logarithm, exact[`ln_p_${side}`], logP);
    // An error of ln p is a relative error of p.
    const tolerance = { relative: 1e-10 + 1e-8 * Math.max(1, Math.abs(logarithm)), absolute: 1e-300 };
    ledger.compare('tests welch p', `${id} ${side}`, Math.exp(logarithm), exact[`p_${side}`], tolerance);
    const other = scipy?.[side.replace('_', '-')];
    if (other === undefined) continue;
    ledger.compare('tests welch t (scipy)', `${id} ${side}`, t, other.t, {
      relative: 1e-10,
      absolute: 1e-12,
    });
    ledger.compare('tests welch p (scipy)', `${id} ${side}`, Math.exp(logarithm), other.p, tolerance);
  }
  const unranked = record.scipy_unranked_two_sided;
  if (unranked === undefined || unranked === null) return;
  const plain = welchTest(first, second);
  if (!plain.ok) return;
  const { logPTwoSided: logarithm } = plain.value;
  ledger.compare('tests welch unranked t', id, plain.value.t, unranked.t, {
    relative: 1e-9,
    absolute: 1e-11,
  });
  const tolerance = { relative: 1e-7 * Math.max(1, Math.abs(logarithm)), absolute: 1e-300 };
  ledger.compare('tests welch unranked p', id, Math.exp(logarithm), unranked.p, tolerance);
}

function checkBox(record: Row, ledger: GapLedger): void {
  const sample = numbers(record.sample);
  const id = String(record.id);
  const range = Math.max(...sample) - Math.min(...sample);
  const tolerance = { absolute: 1e-12 * range, relative: 4e-16 };
  const compare = (name: string, own: number) =>
    ledger.compare(`tests box ${name}`, id, own, record[name] as FileNumber, tolerance);
  const probabilities = numbers(record.probabilities);
  const quantiles = (record.quantiles ?? []) as readonly FileNumber[];
  for (const [i, value] of quantiles.entries()) {
    ledger.compare(
      'tests box quantile',
      `${id} ${probabilities[i]}`,
      quantile(sample, probabilities[i]!),
      value,
      tolerance,
    );
  }
  const box = boxStatistics(sample);
  const { mean, variance } = momentsOf(sample);
  compare('mean', mean);
  compare('sd', Math.sqrt(variance));
  compare('q1', box.lowerQuartile);
  compare('median', box.median);
  compare('q3', box.upperQuartile);
  compare('iqr', box.upperQuartile - box.lowerQuartile);
  compare('whisker_low', box.whiskerLow);
  compare('whisker_high', box.whiskerHigh);
  const outliers = numbers(record.outliers).sort((a, b) => a - b);
  ledger.compare('tests box outlier count', id, box.outliers.length, outliers.length, {});
  for (const [i, value] of outliers.entries()) {
    ledger.compare('tests box outlier', `${id} ${i}`, box.outliers[i] ?? Number.NaN, value, tolerance);
  }
}

function checkDraws(record: Row, ledger: GapLedger): void {
  const sizes = numbers(record.predictor_sizes);
  const columns = columnsOf(record.predictor_codes as readonly (readonly number[])[], sizes.length);
  const design = treatmentDesign(
    sizes.map((size, j) => ({ name: `x${j}`, levels: levelNames(size), reference: 0 })),
  );
  const index = new PatternIndex(sizes);
  const outcome = numbers(record.outcome);
  const table = index.count({ rowCount: outcome.length, columns, outcome });
  const tree = covariateTree(design, table);
  const draws = record.standard_normal_draws as readonly (readonly number[])[];
  const stream = draws.flat().values();
  const distribution = {
    mean: Float64Array.from(numbers(record.mean)),
    covariance: Float64Array.from(numbers(record.variance)),
  };
  const next = () => stream.next().value ?? Number.NaN;
  const own = logLikelihoodOfDraws(
    irlsWorkspace(tree),
    leafSums(tree, table),
    'poisson-log',
    distribution,
    draws.length,
    next,
  );
  for (const [s, value] of (record.log_likelihood_per_draw as readonly FileNumber[]).entries()) {
    const total = own[s]! * outcome.length;
    ledger.compare('tests log-likelihood of draws', `draw ${s}`, total, value, { relative: 1e-12 });
  }
}

/** The file may hold one list a predictor or one list a row. */
function columnsOf(codes: readonly (readonly number[])[], predictors: number): number[][] {
  if (codes.length === predictors) return codes.map((column) => [...column]);
  return Array.from({ length: predictors }, (_, j) => codes.map((row) => row[j]!));
}

function levelNames(size: number): string[] {
  return Array.from({ length: size }, (_, level) => String(level));
}

function numbers(values: unknown): number[] {
  return ((values ?? []) as readonly FileNumber[]).map((value) => fromFile(value) ?? Number.NaN);
}

function sampleOf(record: WelchRecord, which: 'first' | 'second', n: number): number[] {
  const listed = record[which];
  if (listed !== undefined && listed !== null) return numbers(listed);
  const formula = new RegExp(`${which}_i\\s*=\\s*(.*?)(?:,\\s*(?:second_i|i=)|$)`).exec(
    record.formula ?? '',
  )?.[1];
  if (formula === undefined) throw new Error(`${record.id}: neither a sample nor a formula`);
  return Array.from({ length: n }, (_, i) => evaluate(formula, i + 1));
}

/** Integer formulas in i with + − * / mod, floor() and parentheses; mod binds as * does. */
function evaluate(formula: string, i: number): number {
  const tokens = formula.match(/floor|mod|i|\d+(?:\.\d+)?|[-+*/()]/g) ?? [];
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++];
    if (token === '-') return -atom();
    if (token === 'i') return i;
    if (token === 'floor') return Math.floor(atom());
    if (token === '(') {
      const inside = sum();
      at += 1;
      return inside;
    }
    return Number(token);
  };
  const product = (): number => {
    let value = atom();
    for (;;) {
      const operator = tokens[at];
      if (operator !== '*' && operator !== '/' && operator !== 'mod') return value;
      at += 1;
      const right = atom();
      value =
        operator === '*'
          ? value * right
          : operator === '/'
            ? value / right
            : ((value % right) + right) % right;
    }
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-') value += tokens[at++] === '+' ? product() : -product();
    return value;
  };
  return sum();
}
