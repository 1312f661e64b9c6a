import type { LogDensity } from './hamiltonian.ts';
import type { NoisyTables } from './noisy-tables.ts';
import type { TableParameters } from './table-chain.ts';

/**
 * The posterior of `table-chain.ts` once more, as one differentiable density: an oracle for tests, sampled by Hamiltonian Monte Carlo.
 *
 * Coordinates: x = logit(E/N), last N where it is not public, and, for each share, v with p_c = |v_c|^C / Σ |v|^C. In v a Dirichlet(1/C) is flat, with
 * no edge and no long tail at rare levels. Σ |v|^C, which no share depends on, is held at 1 by a normal factor on its logarithm.
 */
export interface TablePosterior {
  readonly dimension: number;
  readonly density: LogDensity;
  readonly start: Float64Array;
  /** Scales to begin with. */
  readonly scale: Float64Array;
  readonly parametersAt: (position: Float64Array) => TableParameters;
}

/** Standard deviation of ln Σ |v|^C: loose enough not to be the stiffest direction. */
const TOTAL_SPREAD = 0.3;

export function tablePosterior(release: NoisyTables): TablePosterior {
  const { rowCount, rowCountStandardDeviation, events, tables } = release;
  const starts: number[] = [];
  let dimension = 1;
  for (const { levels } of tables) {
    starts.push(dimension);
    dimension += 2 * levels;
  }
  const placeOfRows = rowCountStandardDeviation === undefined ? -1 : dimension;
  if (placeOfRows >= 0) dimension += 1;
  const rowsAt = (position: Float64Array) => (placeOfRows < 0 ? rowCount : position[placeOfRows]!);
  const most = Math.max(...tables.map(({ levels }) => levels));
  const room = {
    shares: new Float64Array(most),
    slope: new Float64Array(most),
    cells: new Float64Array(most),
  };
  const density: LogDensity = (position, gradient) => {
    gradient.fill(0);
    const e = 1 / (1 + Math.exp(-position[0]!));
    const N = rowsAt(position);
    const E = N * e;
    // Beta(½, ½) on e, with the Jacobian e (1 − e) of the logit.
    const noiseOfEvents = events.standardDeviation ** 2;
    const apart = events.count - rowCount / 2 - (E - N / 2);
    let sum = 0.5 * Math.log(e) + 0.5 * Math.log1p(-e) - 0.5 * (apart ** 2 / noiseOfEvents);
    // With the event, and without it.
    const slopes = [-apart / 2 / noiseOfEvents, apart / 2 / noiseOfEvents];
    for (const [t, { levels, counts, standardDeviation }] of tables.entries()) {
      for (const y of [1, 0]) {
        const start = starts[t]! + (y === 1 ? 0 : levels);
        const M = y === 1 ? E : N - E;
        const shift = (M - (y === 1 ? events.count : rowCount - events.count)) / levels;
        for (let c = 0; c < levels; c += 1) room.cells[c] = counts[2 * c + y]! + shift;
        const [value, slopeM] = addBlock(position, gradient, start, levels, M, standardDeviation ** 2, room);
        sum += value;
        slopes[y]! += slopeM;
      }
    }
    gradient[0] = 0.5 - e + (slopes[1]! - slopes[0]!) * N * e * (1 - e);
    if (placeOfRows < 0) return sum;
    const off = (rowCount - N) / rowCountStandardDeviation!;
    gradient[placeOfRows] = slopes[1]! * e + slopes[0]! * (1 - e) + off / rowCountStandardDeviation!;
    return sum - 0.5 * off ** 2;
  };
  const { start, scale } = startOf(rowCount, events, tables, starts, dimension);
  if (placeOfRows >= 0) {
    start[placeOfRows] = rowCount;
    scale[placeOfRows] = rowCountStandardDeviation!;
  }
  return { dimension, density, start, scale, parametersAt };

  function parametersAt(position: Float64Array): TableParameters {
    const block = (t: number, y: 0 | 1) => {
      const { levels } = tables[t]!;
      const start = starts[t]! + (y === 1 ? 0 : levels);
      const shares = position.slice(start, start + levels).map((v) => Math.abs(v) ** levels);
      const total = shares.reduce((all, one) => all + one, 0);
      return shares.map((one) => one / total);
    };
    return {
      rowCount: rowsAt(position),
      eventShare: 1 / (1 + Math.exp(-position[0]!)),
      withEvent: tables.map((_, t) => block(t, 1)),
      withoutEvent: tables.map((_, t) => block(t, 0)),
    };
  }
}

/** Log-likelihood and prior of one half of a table, its gradient added in place; also the slope in M, with which the cells move by 1/C. */
function addBlock(
  position: Float64Array,
  gradient: Float64Array,
  start: number,
  C: number,
  M: number,
  noise: number,
  { shares: p, slope, cells }: { shares: Float64Array; slope: Float64Array; cells: Float64Array },
): [number, number] {
  let total = 0;
  for (let c = 0; c < C; c += 1) {
    p[c] = Math.abs(position[start + c]!) ** C;
    total += p[c]!;
  }
  for (let c = 0; c < C; c += 1) p[c]! /= total;
  // A = diag(a), a = M p + σ²; covariance A − M p pᵀ; residual r = s − M p.
  let [h, g, squares, logs] = [0, 0, 0, 0];
  for (let c = 0; c < C; c += 1) {
    const a = M * p[c]! + noise;
    const r = cells[c]! - M * p[c]!;
    h += p[c]! ** 2 / a;
    g += (p[c]! * r) / a;
    squares += r ** 2 / a;
    logs += Math.log(a);
  }
  const H = 1 - M * h;
  const value = -0.5 * (squares + (M * g ** 2) / H + logs + Math.log(H));
  let [quadM, gM, hM, logM] = [0, 0, 0, 0];
  for (let c = 0; c < C; c += 1) {
    const a = M * p[c]! + noise;
    const r = cells[c]! - M * p[c]!;
    const q = p[c]!;
    const dQuad = -(2 * M * r) / a - (M * r ** 2) / a ** 2;
    const dg = r / a - (q * M) / a - (q * r * M) / a ** 2;
    const dh = (2 * q) / a - (q ** 2 * M) / a ** 2;
    slope[c] = -0.5 * (dQuad + (2 * M * g * dg) / H + (M ** 2 * g ** 2 * dh) / H ** 2 + M / a - (M * dh) / H);
    quadM += (2 * (1 / C - q) * r) / a - (q * r ** 2) / a ** 2;
    gM += (q * (1 / C - q)) / a - (q ** 2 * r) / a ** 2;
    hM -= q ** 3 / a ** 2;
    logM += q / a;
  }
  const HM = -(h + M * hM);
  const slopeM =
    -0.5 * (quadM + g ** 2 / H + (2 * M * g * gM) / H - (M * g ** 2 * HM) / H ** 2 + logM + HM / H);
  // ν = |v|^C: ∂/∂ν_c = (slope_c − Σ p slope)/total, and the prior's factor of the total.
  let mean = 0;
  for (let c = 0; c < C; c += 1) mean += p[c]! * slope[c]!;
  const logTotal = Math.log(total);
  const ofTotal = -(1 + logTotal / TOTAL_SPREAD ** 2) / total;
  for (let c = 0; c < C; c += 1) {
    const v = position[start + c]!;
    const derivative = C * Math.abs(v) ** (C - 1) * Math.sign(v);
    gradient[start + c] = ((slope[c]! - mean) / total + ofTotal) * derivative;
  }
  // C α = 1: the total of C Gamma(1/C) variables has density T^(1 − 1), replaced by a log-normal one.
  return [value - logTotal - 0.5 * (logTotal / TOTAL_SPREAD) ** 2, slopeM];
}

function startOf(
  N: number,
  events: NoisyTables['events'],
  tables: NoisyTables['tables'],
  starts: readonly number[],
  dimension: number,
): { start: Float64Array; scale: Float64Array } {
  const start = new Float64Array(dimension);
  const scale = new Float64Array(dimension).fill(0.1);
  const E = Math.min(0.99 * N, Math.max(0.01 * N, events.count));
  start[0] = Math.log(E / (N - E));
  scale[0] = Math.min(0.5, events.standardDeviation * (N / (E * (N - E))));
  for (const [t, { levels, counts, standardDeviation }] of tables.entries()) {
    for (const y of [1, 0]) {
      const M = y === 1 ? E : N - E;
      const at = starts[t]! + (y === 1 ? 0 : levels);
      let total = 0;
      const positive = Float64Array.from({ length: levels }, (_, c) => {
        const one = Math.max(counts[2 * c + y]!, 0.1 * standardDeviation, 0.5);
        total += one;
        return one;
      });
      for (let c = 0; c < levels; c += 1) {
        const share = positive[c]! / total;
        const v = share ** (1 / levels);
        start[at + c] = v;
        const deviation = Math.sqrt(standardDeviation ** 2 + M * share) / M;
        scale[at + c] = Math.min(0.4, ((v / levels) * deviation) / share);
      }
    }
  }
  return { start, scale };
}
