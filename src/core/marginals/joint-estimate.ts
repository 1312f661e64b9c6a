import { AndersonMixing } from '../analysis/anderson-mixing.ts';
import type { Design } from '../analysis/design.ts';
import type { ErrorKind } from '../analysis/glm-covariance.ts';
import type { FamilyName } from '../analysis/glm-family.ts';
import { choleskyInPlace, choleskyInverse, choleskySolve, sandwich } from '../analysis/symmetric-matrix.ts';
import type { NoisyTables } from './noisy-tables.ts';
import { type Agreement, agreementOf } from './party-agreement.ts';
import { levelEstimates, type PartyMargins, partyMargins } from './party-margins.ts';
import { type PartyPatterns, partyPatterns } from './party-pairs.ts';
import { LARGEST_RISK, type PartyTerm, partyTerm, type RowColumns } from './party-term.ts';
import type { SeedRows } from './seed-rows.ts';

/**
 * One regression from own rows and other parties' noisy tables, without a synthetic row in between.
 *
 * Own rows enter by their score Σ x (y − μ) as in `analysis/glm.ts`. Of a party only tables are known, s = n + noise. For
 * level c of variable j let κ_jc(β) be the risk there, averaged over the party's people (`party-pairs.ts`). Then
 *
 *     z_jc(β) = s_jc1 − κ_jc(β) (s_jc0 + s_jc1)
 *
 * has mean 0 at the true β, whatever the number of people in the level and whatever the noise: nothing has to be divided
 * by a noisy count. Without noise Σ over the rows of the level of (y − κ): the score again. β solves
 *
 *     Σ_own x (y − μ) + Σ_m B_mᵀ V_m⁻¹ z_m − Λ β = 0,   B_m = −E ∂z_m/∂β,   V_m = Cov z_m
 *
 * (quasi-likelihood: Godambe 1960; McCullagh and Nelder 1989, §9.5). V_m holds the noise, known; the spread of outcomes
 * among the party's people; and what the levels' shares there leave open. Λ is the precision of the prior.
 * Parties may have base rates of their own, a_m ~ N(0, `baseRateSpread`²).
 *
 * Covariance H⁻¹ (M + Λ) H⁻¹, H = I_own + Σ Bᵀ V⁻¹ B + Λ, M the covariance of the sum of scores: own rows by the
 * chosen kind of errors, parties as above, and what own rows as a sample leave open about which levels meet.
 */
export interface JointInput {
  readonly design: Design;
  readonly family: Exclude<FamilyName, 'gaussian-identity'>;
  readonly errors: ErrorKind;
  readonly own: SeedRows;
  /** Events among the people of each own row of `own`. */
  readonly ownEvents: Float64Array;
  readonly parties: readonly NoisyTables[];
  readonly settings: JointSettings;
}

export interface JointSettings {
  /** Standard deviation of the normal prior on every coefficient but the intercept, on the log scale. */
  readonly priorScale: number;
  /** Standard deviation of a party's base rate about the own one, on the log scale; 0: all the same. */
  readonly baseRateSpread: number;
}

/**
 * N(0, 1) on a log ratio: 95 % of ratios between 1/7 and 7. Base rates of centres differ by a fifth either way in 95 %.
 * Chosen on simulated centres (`core/study/README.md`).
 */
export const USUAL_JOINT_SETTINGS: JointSettings = { priorScale: 1, baseRateSpread: 0.1 };

export interface JointEstimate {
  /** p, in the order of the design. */
  readonly coefficients: Float64Array;
  /** p × p row-major */
  readonly covariance: Float64Array;
  /** a_m; none where they are held to be the same. */
  readonly baseRates: Float64Array;
  /** Y_m, events that the estimate expects of each party, the own ones first. */
  readonly expectedEvents: Float64Array;
  /** Of coefficients and base rates, row-major. */
  readonly fullCovariance: Float64Array;
  /** How each party's tables agree with what all the others say: about χ² with that many degrees of freedom. */
  readonly agreement: readonly Agreement[];
  readonly iterations: number;
  readonly converged: boolean;
}

const MOST_ITERATIONS = 100;
const LARGEST_STEP = 1;
/**
 * Below it steps are mixed with those before. H takes weights and margins as given, though they follow θ: where a level is rare a plain step can
 * leave 19 twentieths of the way.
 */
const NEAR = 0.1;
const REMEMBERED = 5;
/**
 * So long margins follow θ; then they are held where they are. Where they stand on a bound, steps go to and fro across it for ever. The
 * equations have mean 0 at the true β whatever made the margins, so those of a θ nearby do as well.
 */
const MOST_WITH_MARGINS = 30;
/** A step below it, in standard errors of the smallest kind met, changes no digit that is shown. */
const SMALL_STEP = 1e-6;

export function jointEstimate(input: JointInput): JointEstimate {
  const { design, own, parties, settings } = input;
  const p = design.terms.length;
  const sites = settings.baseRateSpread > 0 ? parties.length : 0;
  const size = p + sites;
  const layout = rowColumns(design, own);
  const tableOf = parties.map(({ tables }) =>
    design.variables.map(({ position }) => tables.findIndex(({ variable }) => variable === position)),
  );
  const prior = new Float64Array(size).fill(settings.priorScale ** -2);
  prior[0] = 0;
  for (let m = 0; m < sites; m += 1) prior[p + m] = settings.baseRateSpread ** -2;
  // θ, then κ of every party and level, which its own margins rest on: one point of the iteration.
  const point = startingPoint(input, size);
  const theta = point.subarray(0, size);
  const risks = point.subarray(size);
  let state = evaluate(input, layout, tableOf, theta, risks, prior);
  let iterations = 0;
  let converged = false;
  const way = new Float64Array(point.length);
  const step = way.subarray(0, size);
  const before = new Float64Array(size);
  const mixing = new AndersonMixing(REMEMBERED);
  let damping = 1;
  while (iterations < MOST_ITERATIONS && !converged) {
    iterations += 1;
    const factor = state.sensitivity.slice();
    if (!(choleskyInPlace(factor, size) > 0)) break;
    choleskySolve(factor, size, state.score, step);
    for (const [k, risk] of state.risks.entries()) way[size + k] = risk - risks[k]!;
    const largest = largestOf(step);
    // Two steps that undo each other: H is too small for so long a way, half of it is tried.
    const turned = step.reduce((sum, one, k) => sum + one * before[k]!, 0) < 0;
    damping = turned ? damping / 2 : Math.min(1, 1.5 * damping);
    before.set(step);
    if (largest < NEAR) move(point, mixing.stepFrom(point, way), 1);
    else {
      mixing.reset();
      move(theta, step, damping);
      risks.set(state.risks);
    }
    for (const [k, risk] of risks.entries()) risks[k] = Math.min(LARGEST_RISK, Math.max(1e-9, risk));
    converged = largestOf(way) < SMALL_STEP;
    if (iterations === MOST_WITH_MARGINS) mixing.reset();
    state = evaluate(input, layout, tableOf, theta, risks, prior, {
      state,
      hold: iterations >= MOST_WITH_MARGINS,
    });
  }
  addAssociation(state.terms, own.ownRows, state.scatter);
  const factor = state.sensitivity.slice();
  choleskyInPlace(factor, size);
  const inverse = choleskyInverse(factor, size);
  const fullCovariance = sandwich(inverse, state.scatter, size);
  const covariance = new Float64Array(p * p);
  for (let i = 0; i < p; i += 1) covariance.set(fullCovariance.subarray(i * size, i * size + p), i * p);
  return {
    coefficients: theta.slice(0, p),
    covariance,
    baseRates: theta.slice(p),
    expectedEvents: expectedEvents(input, state),
    fullCovariance,
    agreement: state.terms.map((term) => agreementOf(term, state.sensitivity)),
    iterations,
    converged,
  };
}

/** The own ones happened; a party's are those of the levels of any of its variables. */
function expectedEvents({ ownEvents }: JointInput, { terms, margins }: Evaluation): Float64Array {
  const own = ownEvents.reduce((sum, one) => sum + one, 0);
  const others = terms.map(({ risks }, m) => {
    const people = margins[m]!.people[0]!;
    return people.reduce((sum, n, c) => sum + n * risks[0]![c]!, 0);
  });
  return Float64Array.of(own, ...others);
}

function largestOf(step: Float64Array): number {
  return step.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
}

/** By so much of the step, and no coordinate by more than `LARGEST_STEP`. */
function move(point: Float64Array, step: Float64Array, damping: number): void {
  const scale = Math.min(damping, LARGEST_STEP / largestOf(step));
  for (let k = 0; k < point.length; k += 1) point[k]! += scale * step[k]!;
}

/** The intercept at the own rate, everything else at 0; and every party's and level's risk at that rate. */
function startingPoint({ design, own, ownEvents, parties, family }: JointInput, size: number): Float64Array {
  const cells = design.variables.reduce((sum, variable) => sum + variable.size, 0);
  const point = new Float64Array(size + parties.length * cells);
  let [events, people] = [0.5, 1];
  for (let r = 0; r < own.ownRows; r += 1) {
    events += ownEvents[r]!;
    people += own.weight[r]!;
  }
  const rate = Math.min(0.95, events / people);
  point[0] = family === 'binomial-logit' ? Math.log(rate / (1 - rate)) : Math.log(rate);
  return point.fill(Math.min(0.9, Math.max(0.01, rate)), size);
}

function rowColumns(design: Design, { rows, codes }: SeedRows): RowColumns {
  const start = new Int32Array(rows + 1);
  const columns: number[] = [];
  for (let r = 0; r < rows; r += 1) {
    columns.push(0);
    for (const { variables, columnOfCell } of design.factors) {
      const cell = variables.reduce((found, v) => found * design.variables[v]!.size + codes[v]![r]!, 0);
      const column = columnOfCell[cell]!;
      if (column >= 0) columns.push(column);
    }
    start[r + 1] = columns.length;
  }
  return { start, columns: Int32Array.from(columns) };
}

interface Evaluation {
  readonly score: Float64Array;
  /** H */
  readonly sensitivity: Float64Array;
  /** M + Λ */
  readonly scatter: Float64Array;
  readonly terms: readonly PartyTerm[];
  /** κ as it follows from θ, party after party, level after level. */
  readonly risks: Float64Array;
  readonly margins: readonly PartyMargins[];
  /** Which levels meet, per party. */
  readonly patterns: readonly PartyPatterns[];
}

function evaluate(
  input: JointInput,
  layout: RowColumns,
  tableOf: readonly (readonly number[])[],
  theta: Float64Array,
  risks: Float64Array,
  prior: Float64Array,
  before?: { readonly state: Evaluation; readonly hold: boolean },
): Evaluation {
  const { design, own, parties, family, settings } = input;
  const p = design.terms.length;
  const size = theta.length;
  const score = new Float64Array(size);
  const sensitivity = new Float64Array(size * size);
  const scatter = new Float64Array(size * size);
  addOwnRows(input, layout, theta, score, sensitivity, scatter);
  for (let k = 0; k < size; k += 1) {
    score[k]! -= prior[k]! * theta[k]!;
    sensitivity[k * size + k]! += prior[k]!;
    scatter[k * size + k]! += prior[k]!;
  }
  const margins = before?.hold ? before.state.margins : marginsAt(input, tableOf, risks);
  const patterns: PartyPatterns[] = [];
  const terms = parties.map((release, m) => {
    const people = margins[m]!.people;
    const known = before?.state.patterns[m];
    const among = before?.hold ? known! : partyPatterns(design, own, release, margins[m]!, known);
    patterns.push(among);
    const site = settings.baseRateSpread > 0 ? p + m : -1;
    const term = partyTerm({
      design,
      release,
      family,
      theta,
      site,
      layout,
      seed: own,
      raked: among.raked,
      pairs: among.pairs,
      tableOf: tableOf[m]!,
      people,
      variance: margins[m]!.variance,
    });
    for (let i = 0; i < size; i += 1) {
      score[i]! += term.score[i]!;
      for (let j = 0; j < size; j += 1) {
        sensitivity[i * size + j]! += term.information[i * size + j]!;
        scatter[i * size + j]! += term.information[i * size + j]!;
      }
    }
    return term;
  });
  const found = Float64Array.from(terms.flatMap((term) => term.risks.flatMap((one) => [...one])));
  return { score, sensitivity, scatter, terms, risks: found, margins, patterns };
}

/** How frequent levels are among each party's people, given the risks. */
function marginsAt(
  { design, own, parties }: JointInput,
  tableOf: readonly (readonly number[])[],
  risks: Float64Array,
): PartyMargins[] {
  const ownPeople = ownMargins(design, own);
  const estimates = parties.map((release, m) => {
    const expected = ownPeople.people.map((counts) =>
      counts.map((n) => ((n + 0.5) * release.rowCount) / (ownPeople.rowCount + 0.5 * counts.length)),
    );
    return levelEstimates(release, tableOf[m]!, risksOf(design, risks, m), expected);
  });
  return partyMargins(ownPeople, estimates);
}

/** κ of one party, per design variable. */
function risksOf({ variables }: Design, risks: Float64Array, m: number): Float64Array[] {
  let at = m * variables.reduce((sum, { size }) => sum + size, 0);
  return variables.map(({ size }) => {
    at += size;
    return risks.subarray(at - size, at);
  });
}

/** What own rows as a sample leave open about which levels meet; the same rows serve every party, so it adds up. */
function addAssociation(terms: readonly PartyTerm[], ownRows: number, scatter: Float64Array): void {
  const first = terms[0];
  if (first === undefined) return;
  const size = first.score.length;
  const moves = new Float64Array(size * ownRows);
  for (const term of terms) {
    const one = term.association();
    for (let k = 0; k < moves.length; k += 1) moves[k]! += one[k]!;
  }
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (let r = 0; r < ownRows; r += 1) sum += moves[i * ownRows + r]! * moves[j * ownRows + r]!;
      scatter[i * size + j]! += sum;
      if (j !== i) scatter[j * size + i]! += sum;
    }
  }
}

function ownMargins(
  design: Design,
  { ownRows, weight, codes }: SeedRows,
): { readonly rowCount: number; readonly people: readonly Float64Array[] } {
  let rowCount = 0;
  const people = design.variables.map(({ size }) => new Float64Array(size));
  for (let r = 0; r < ownRows; r += 1) {
    rowCount += weight[r]!;
    for (let v = 0; v < people.length; v += 1) people[v]![codes[v]![r]!]! += weight[r]!;
  }
  return { rowCount, people };
}

function addOwnRows(
  { design, own, ownEvents, family, errors }: JointInput,
  { start, columns }: RowColumns,
  theta: Float64Array,
  score: Float64Array,
  sensitivity: Float64Array,
  scatter: Float64Array,
): void {
  const size = theta.length;
  const p = design.terms.length;
  const ownPeople = own.weight.slice(0, own.ownRows).reduce((sum, one) => sum + one, 0);
  const inflate = errors === 'HC1' && ownPeople > p ? ownPeople / (ownPeople - p) : 1;
  for (let r = 0; r < own.ownRows; r += 1) {
    let eta = 0;
    for (let a = start[r]!; a < start[r + 1]!; a += 1) eta += theta[columns[a]!]!;
    const n = own.weight[r]!;
    const y = ownEvents[r]!;
    let mean: number;
    /** Score is Σ x · slope · (y − n mean), information Σ x xᵀ · weight. */
    let slope = 1;
    let weight: number;
    if (family === 'binomial-logit') {
      mean = 1 / (1 + Math.exp(-eta));
      weight = n * mean * (1 - mean);
    } else {
      mean = Math.min(family === 'binomial-log' ? LARGEST_RISK : 1e6, Math.exp(eta));
      if (family === 'binomial-log') slope = 1 / (1 - Math.min(mean, 0.99));
      weight = n * mean * slope;
    }
    const residual = slope * (y - n * mean);
    // Σ over the people of the row of (slope (y − mean))², y being 0 or 1.
    const squares = slope ** 2 * (y * (1 - 2 * mean) + n * mean ** 2) * inflate;
    const spread = errors === 'model' ? weight : squares;
    for (let a = start[r]!; a < start[r + 1]!; a += 1) {
      const i = columns[a]!;
      score[i]! += residual;
      for (let b = start[r]!; b < start[r + 1]!; b += 1) {
        const place = i * size + columns[b]!;
        sensitivity[place]! += weight;
        scatter[place]! += spread;
      }
    }
  }
}
