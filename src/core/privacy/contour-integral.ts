import type { Direction, LossComponent } from './composition.ts';
import { largestLoss } from './composition.ts';
import { type TiltedStep, tiltedStep } from './cumulants.ts';

/** Σ T K and its derivatives at a real tilt c. */
export interface Tilt {
  readonly tilt: number;
  readonly cumulant: number;
  readonly mean: number;
  readonly variance: number;
}

/** δ at an ε by the contour integral, with what is known of its error. */
export interface ContourDelta {
  readonly delta: number;
  /** dδ/dε ≤ 0 */
  readonly slope: number;
  /** Bound on the aliasing, stopping and rounding errors, absolute in δ. */
  readonly error: number;
}

/** Terms below e^-42 of the first are left out. */
const NEGLIGIBLE_LOG = 42;
/** Sines per value: about 0.1 s. A slower integrand is left to the grid. */
const LARGEST_WORK = 4e6;

/** Σ T K(c) with its first two derivatives. */
export function tiltAt(components: readonly LossComponent[], direction: Direction, tilt: number): Tilt {
  let cumulant = 0;
  let mean = 0;
  let variance = 0;
  for (const component of components) {
    const step = tiltedStep(component, direction, tilt);
    cumulant += step.steps * step.cumulant;
    mean += step.steps * step.mean;
    variance += step.steps * step.variance;
  }
  return { tilt, cumulant, mean, variance };
}

/** The ε whose saddle point is at this tilt. */
export function saddleEpsilon(at: Tilt): number {
  return at.mean - 1 / at.tilt - 1 / (1 + at.tilt);
}

/** ln δ at that ε to leading order (Alghamdi et al. 2023): within some percent for long runs, a start for short ones. */
export function saddleLogDelta(at: Tilt): number {
  const c = at.tilt;
  const curvature = at.variance + c ** -2 + (1 + c) ** -2;
  return (
    at.cumulant - c * saddleEpsilon(at) - Math.log(c * (1 + c)) - 0.5 * Math.log(2 * Math.PI * curvature)
  );
}

/**
 * The root of a monotone function of ln c by bracketing and the regula falsi of Illinois. `increasing` in c.
 */
function tiltWhere(
  components: readonly LossComponent[],
  direction: Direction,
  increasing: (at: Tilt) => number,
  start: number,
): Tilt {
  // a tilt out of reach is too large
  const at = (tilt: number) => {
    const f = increasing(tiltAt(components, direction, tilt));
    return Number.isNaN(f) ? Number.POSITIVE_INFINITY : f;
  };
  // Beyond 30 times the first guess nothing is gained: any c > 0 is a valid contour.
  const highest = Math.log(30 * startingTilt(components, direction));
  let low = Math.log(start);
  let fLow = at(start);
  let high = low;
  let fHigh = fLow;
  let stride = 0.5;
  while (fLow > 0 && low > -50) {
    high = low;
    fHigh = fLow;
    low -= stride;
    stride *= 1.7;
    fLow = at(Math.exp(low));
  }
  stride = 0.5;
  while (fHigh < 0 && high < highest) {
    low = high;
    fLow = fHigh;
    high = Math.min(highest, high + stride);
    stride *= 1.7;
    fHigh = at(Math.exp(high));
  }
  for (let i = 0; i < 60 && high - low > 1e-3; i += 1) {
    let middle = (low * fHigh - high * fLow) / (fHigh - fLow);
    if (!(middle > low && middle < high) || i % 3 === 2) middle = 0.5 * (low + high);
    const f = at(Math.exp(middle));
    if (Math.abs(f) < 1e-9) {
      low = middle;
      high = middle;
    } else if (f < 0) {
      low = middle;
      fLow = f;
    } else {
      high = middle;
      fHigh = f;
    }
  }
  return tiltAt(components, direction, Math.exp(fHigh < Number.POSITIVE_INFINITY ? 0.5 * (low + high) : low));
}

/** A first guess of c from the width of the untilted loss. */
function startingTilt(components: readonly LossComponent[], direction: Direction): number {
  return 3 / Math.max(1e-8, Math.sqrt(tiltAt(components, direction, 1e-9).variance));
}

/** The saddle point c of M(λ) e^{−λε} / (λ(λ+1)), to about 0.1 %: its place matters for speed only. */
export function saddleForEpsilon(
  components: readonly LossComponent[],
  direction: Direction,
  epsilon: number,
  start = startingTilt(components, direction),
): Tilt {
  return tiltWhere(components, direction, (at) => saddleEpsilon(at) - epsilon, start);
}

/** The saddle point for the ε at which δ(ε) is about `delta`. */
export function saddleForDelta(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
): Tilt {
  const target = Math.log(delta);
  return tiltWhere(
    components,
    direction,
    (at) => target - saddleLogDelta(at),
    startingTilt(components, direction),
  );
}

/**
 * δ(ε) = (1/π) ∫₀^∞ Re[exp(Σ T K(λ) − λε) / (λ(λ+1))] du, λ = c + iu, by the trapezoid rule.
 *
 * With step 2π/P the sum equals Σ_k e^{kcP} δ(ε + kP): every term is ≥ 0, so that the rule errs upwards only,
 * and P makes the terms k ≠ 0 negligible. Null where the integrand decays too slowly (about q·T ≤ 1, or little
 * noise and few steps). Source: Alghamdi et al. 2023, Zhu et al. 2022.
 */
export function contourDelta(
  components: readonly LossComponent[],
  direction: Direction,
  epsilon: number,
  saddle: Tilt = saddleForEpsilon(components, direction, epsilon),
): ContourDelta | null {
  if (epsilon >= largestLoss(components, direction)) return { delta: 0, slope: 0, error: 0 };
  const c = saddle.tilt;
  const exponent = saddle.cumulant - c * epsilon;
  const size = exponent - Math.log(c * (1 + c));
  if (size < -690) return { delta: 0, slope: 0, error: Math.exp(size) };
  const step = (2 * Math.PI) / period(components, direction, saddle, epsilon, exponent, size);
  let reach = Math.max(16 * step, 11 / Math.sqrt(saddle.variance));
  let tables = tabulate(components, direction, c, reach);
  if (!withinReach(tables)) return null;
  let sum = 0.5 / (c * (1 + c));
  let slopeSum = 0.5 / (1 + c);
  let absolute = sum;
  let quiet = 0;
  let work = 0;
  let k = 1;
  for (; quiet < 6; k += 1) {
    const u = k * step;
    if (u > reach) {
      reach *= 1.6;
      tables = tabulate(components, direction, c, reach);
      if (!withinReach(tables)) return null;
      work += 4 * nodeCount(tables);
    }
    let logSize = 0;
    let phase = -u * epsilon;
    for (const table of tables) {
      const ratio = lineRatio(table, u);
      logSize += table.steps * ratio.logSize;
      phase += table.steps * ratio.angle;
    }
    work += nodeCount(tables);
    if (work > LARGEST_WORK) return null;
    const amplitude = Math.exp(logSize);
    const real = amplitude * Math.cos(phase);
    const imaginary = amplitude * Math.sin(phase);
    // 1/(λ(λ+1)) and 1/(λ+1) times the conjugates
    const a = c * (1 + c) - u * u;
    const b = u * (1 + 2 * c);
    const d = a * a + b * b;
    sum += (real * a + imaginary * b) / d;
    slopeSum += (real * (1 + c) + imaginary * u) / ((1 + c) ** 2 + u * u);
    absolute += amplitude / Math.sqrt(d);
    const fallen = logSize - 0.5 * Math.log(d) + Math.log(c * (1 + c));
    quiet = fallen < -NEGLIGIBLE_LOG ? quiet + 1 : 0;
    // 1 − |φ(2u)|² ≤ 4 (1 − |φ(u)|²): the logarithm falls no faster than u², so that the end can be foretold
    if ((k & (k - 1)) === 0 && k >= 16) {
      const least = k * Math.sqrt(NEGLIGIBLE_LOG / Math.max(1e-9, -fallen));
      if (least * nodeCount(tables) > LARGEST_WORK) return null;
    }
  }
  const scale = (step / Math.PI) * Math.exp(exponent);
  // T multiplies the rounding of one step's sums over its nodes, whose errors add up like a random walk at most
  let rounding = 64;
  for (const table of tables) {
    const sums = 16 + 4 * Math.sqrt(table.loss.length);
    rounding += table.steps * (sums + Math.abs(table.cumulant) + Math.abs(c * table.mean));
  }
  const error = scale * absolute * (1e-13 + rounding * 2 ** -52) + 2 * Math.exp(size - NEGLIGIBLE_LOG + 2);
  return { delta: Math.max(0, scale * sum), slope: -scale * slopeSum, error };
}

/** P, from the two tails: below by δ ≤ 1, above by Chernoff's bound at a larger tilt. */
function period(
  components: readonly LossComponent[],
  direction: Direction,
  saddle: Tilt,
  epsilon: number,
  exponent: number,
  size: number,
): number {
  const c = saddle.tilt;
  let above = Number.POSITIVE_INFINITY;
  for (const factor of [1.25, 1.5, 2, 3, 5]) {
    const further = tiltAt(components, direction, factor * c);
    const needed = further.cumulant - factor * c * epsilon - exponent + NEGLIGIBLE_LOG;
    above = Math.min(above, needed / ((factor - 1) * c));
  }
  return Math.max((NEGLIGIBLE_LOG - Math.min(0, size)) / c, above);
}

function tabulate(
  components: readonly LossComponent[],
  direction: Direction,
  tilt: number,
  reach: number,
): readonly TiltedStep[] {
  return components.map((component) => tiltedStep(component, direction, tilt, reach));
}

function withinReach(tables: readonly TiltedStep[]): boolean {
  return tables.every(({ cumulant }) => cumulant < Number.POSITIVE_INFINITY);
}

function nodeCount(tables: readonly TiltedStep[]): number {
  return tables.reduce((count, table) => count + table.loss.length, 0);
}

/**
 * E_P̃ e^{iuL} in polar form. The real part is taken as 1 − 2 Σ w sin²(uL/2): T multiplies what is small here.
 */
function lineRatio(table: TiltedStep, u: number): { readonly logSize: number; readonly angle: number } {
  if (table.gaussianVariance > 0) {
    return { logSize: -0.5 * table.gaussianVariance * u * u, angle: u * table.mean };
  }
  const { loss, weight } = table;
  const half = 0.5 * u;
  let real = 0;
  let imaginary = 0;
  for (let j = 0; j < loss.length; j += 1) {
    const angle = half * loss[j]!;
    const sine = Math.sin(angle);
    const scaled = weight[j]! * sine;
    real += scaled * sine;
    imaginary += scaled * Math.cos(angle);
  }
  real *= -2;
  imaginary *= 2;
  const excess = 2 * real + real * real + imaginary * imaginary;
  return {
    logSize: excess > -1 ? 0.5 * Math.log1p(excess) : -800,
    angle: Math.atan2(imaginary, 1 + real),
  };
}
