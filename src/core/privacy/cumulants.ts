import type { Direction, LossComponent, PlainGaussian, SubsampledRun } from './composition.ts';

/**
 * The loss of one step, tilted: under dP̃ ∝ e^{cL} dP, where P is the upper distribution of the pair.
 * K(λ) = ln E_P e^{λL} is what adds up over steps.
 */
export interface TiltedStep {
  readonly steps: number;
  /** K(c) */
  readonly cumulant: number;
  /** K′(c) = Ẽ L */
  readonly mean: number;
  /** K″(c) */
  readonly variance: number;
  /** Of a plain Gaussian K(c + iu) − K(c) is known; the arrays are then empty. */
  readonly gaussianVariance: number;
  /** Values of L. */
  readonly loss: Float64Array;
  /** Weights of the values under P̃, summing to 1. */
  readonly weight: Float64Array;
}

/** Everything beyond is below e^-42 of what it is compared with. */
const NEGLIGIBLE_LOG = 42;
const HALF_WIDTH = 9.5;
const NO_NODES = new Float64Array(0);
/**
 * A tilt that carries the mass further than this many σ is of no use: its cumulant is beyond any δ that a double
 * holds, and counts as +∞.
 */
const LONGEST_REACH = 100;
/** A frequency that needs more nodes than this is beyond the contour integral's work. */
const MOST_NODES = 1e5;

function beyondReach(steps: number): TiltedStep {
  return {
    steps,
    cumulant: Number.POSITIVE_INFINITY,
    mean: Number.POSITIVE_INFINITY,
    variance: Number.POSITIVE_INFINITY,
    gaussianVariance: 0,
    loss: NO_NODES,
    weight: NO_NODES,
  };
}

/**
 * l(x) = ln(1 − q + q e^z), z = (2x − 1)/(2σ²), relatively accurate near 0 and finite for every z.
 */
export function subsampledLoss(z: number, q: number): number {
  if (z > 30) return z + Math.log(q) + Math.log1p(((1 - q) / q) * Math.exp(-z));
  if (q > 0.5 && z < -0.7) return Math.log(1 - q + q * Math.exp(z));
  return Math.log1p(q * Math.expm1(z));
}

/**
 * Tilts the loss of one step of a component by c and puts it on nodes that are fine enough for K(c + iu),
 * |u| ≤ `largestFrequency`.
 */
export function tiltedStep(
  component: LossComponent,
  direction: Direction,
  tilt: number,
  largestFrequency = 0,
): TiltedStep {
  switch (component.kind) {
    case 'gaussian':
      return tiltedGaussian(component, tilt);
    case 'count':
      return tiltedAtoms(component.steps, component.epsilon, tilt);
    case 'subsampled':
      return tiltedSubsampled(component, direction, tilt, largestFrequency);
  }
}

/** L ~ N(μ²/2, μ²) in both directions, μ = 1/σ. */
function tiltedGaussian({ noiseMultiplier, steps }: PlainGaussian, tilt: number): TiltedStep {
  const variance = noiseMultiplier ** -2;
  return {
    steps,
    cumulant: (variance / 2) * tilt * (1 + tilt),
    mean: variance * (0.5 + tilt),
    variance,
    gaussianVariance: variance,
    loss: NO_NODES,
    weight: NO_NODES,
  };
}

/** L = ε₀ with probability 1/(1 + e^−ε₀), else −ε₀, in both directions. */
function tiltedAtoms(steps: number, epsilon: number, tilt: number): TiltedStep {
  const below = 1 / (1 + Math.exp(epsilon));
  const loss = Float64Array.of(epsilon, -epsilon);
  const shift = tilt * epsilon;
  const low = below * Math.exp(-2 * shift);
  const total = 1 - below + low;
  const weight = Float64Array.of((1 - below) / total, low / total);
  const mean = epsilon * (weight[0]! - weight[1]!);
  return {
    steps,
    cumulant: shift + Math.log(total),
    mean,
    variance: 4 * epsilon * epsilon * weight[0]! * weight[1]!,
    gaussianVariance: 0,
    loss,
    weight,
  };
}

/**
 * Trapezoid rule in x. With r = 1 + c (remove) or r = −c (add) the integrand is φ(x/σ) e^{r l(x)}: its tilted
 * mass lies between 0 and r, give or take σ.
 */
function tiltedSubsampled(
  run: SubsampledRun,
  direction: Direction,
  tilt: number,
  largestFrequency: number,
): TiltedStep {
  const { noiseMultiplier: sigma, samplingRate: q, steps } = run;
  const sign = direction === 'remove' ? 1 : -1;
  const power = direction === 'remove' ? 1 + tilt : -tilt;
  const from = -lowReach(run, -power) - HALF_WIDTH * sigma;
  const to = highReach(run, power) + HALF_WIDTH * sigma;
  if (to - from > LONGEST_REACH * sigma) return beyondReach(steps);
  const spacing = nodeSpacing(run, largestFrequency, power, from, to);
  const count = Math.ceil((to - from) / spacing) + 1;
  if (!(count <= MOST_NODES)) return beyondReach(steps);
  const loss = new Float64Array(count);
  const weight = new Float64Array(count);
  let largest = 0;
  for (let j = 0; j < count; j += 1) {
    const x = from + j * spacing;
    const l = subsampledLoss((2 * x - 1) / (2 * sigma * sigma), q);
    loss[j] = l;
    weight[j] = -0.5 * (x / sigma) ** 2;
    largest = Math.max(largest, Math.abs(power * l));
  }
  const scale = spacing / (sigma * Math.sqrt(2 * Math.PI));
  const cumulant =
    largest < 30 ? smallCumulant(loss, weight, power, scale) : largeCumulant(loss, weight, power, scale);
  let mean = 0;
  for (let j = 0; j < count; j += 1) {
    const w = scale * Math.exp(weight[j]! + power * loss[j]! - cumulant);
    const value = sign * loss[j]!;
    weight[j] = w;
    loss[j] = value;
    mean += w * value;
  }
  let variance = 0;
  for (let j = 0; j < count; j += 1) variance += weight[j]! * (loss[j]! - mean) ** 2;
  return { steps, cumulant, mean, variance, gaussianVariance: 0, loss, weight };
}

/** p(x) = q e^z/(1 − q + q e^z), the slope of l times σ². */
function mixtureShare({ noiseMultiplier, samplingRate }: SubsampledRun, x: number): number {
  const z = (2 * x - 1) / (2 * noiseMultiplier * noiseMultiplier);
  return 1 / (1 + ((1 - samplingRate) / samplingRate) * Math.exp(-z));
}

/**
 * Where the tilted mass ends on the right but for a Gaussian tail. The log density has slope (r p(x) − x)/σ² and
 * p ≤ 1 increases: beyond r it falls like a Gaussian about r; between u = r p(r) and r like one about u, and so on.
 */
function highReach(run: SubsampledRun, power: number): number {
  if (power <= 0) return 0;
  let reach = power;
  for (;;) {
    const nearer = power * mixtureShare(run, reach);
    if (!(reach - nearer >= HALF_WIDTH * run.noiseMultiplier)) return reach;
    reach = nearer;
  }
}

/** The same on the left for r = −c: −x of the unique root of c p(x) = −x, beyond which p is smaller still. */
function lowReach(run: SubsampledRun, negativePower: number): number {
  let low = 0;
  let high = Math.max(0, negativePower);
  while (high - low > run.noiseMultiplier) {
    const middle = 0.5 * (low + high);
    if (negativePower * mixtureShare(run, -middle) > middle) low = middle;
    else high = middle;
  }
  return high;
}

/** ln(1 + Σ w expm1(r l)): accurate relative to K itself, which T multiplies. */
function smallCumulant(loss: Float64Array, logWeight: Float64Array, power: number, scale: number): number {
  let sum = 0;
  for (let j = 0; j < loss.length; j += 1) sum += Math.exp(logWeight[j]!) * Math.expm1(power * loss[j]!);
  return Math.log1p(scale * sum);
}

function largeCumulant(loss: Float64Array, logWeight: Float64Array, power: number, scale: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < loss.length; j += 1) largest = Math.max(largest, logWeight[j]! + power * loss[j]!);
  let sum = 0;
  for (let j = 0; j < loss.length; j += 1) sum += Math.exp(logWeight[j]! + power * loss[j]! - largest);
  return largest + Math.log(scale * sum);
}

/**
 * Node spacing with a discretisation error below e^-42 of the tilted mass: shifted by iy the integrand
 *
 *     e^{−x²/2σ²} (1 − q + q e^z)^{r + iu}
 *
 * grows by e^{G(y)}, G the rise of its largest logarithm, and the trapezoid rule gains e^{−2πy/d}. The branch point
 * of l at distance πσ² bounds y. G is taken over x in steps of about σ/2: it is smooth, and e^-42 leaves room.
 */
function nodeSpacing(
  { noiseMultiplier: sigma, samplingRate: q }: SubsampledRun,
  frequency: number,
  power: number,
  from: number,
  to: number,
): number {
  const variance = sigma * sigma;
  const odds = q / (1 - q);
  const largestShift = Math.min(13 * sigma, 0.95 * Math.PI * variance);
  const points = Math.min(120, Math.ceil((2 * (to - from)) / sigma) + 1);
  const peak = (y: number): number => {
    const cosine = Math.cos(y / variance);
    const sine = Math.sin(y / variance);
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j <= points; j += 1) {
      const x = from + ((to - from) * j) / points;
      const s = odds * Math.exp(Math.min((2 * x - 1) / (2 * variance), 300));
      const logModulus = 0.5 * Math.log1p(s * (2 * cosine + s));
      const angle = Math.atan2(s * sine, 1 + s * cosine);
      largest = Math.max(largest, power * logModulus + frequency * angle - (x * x) / (2 * variance));
    }
    return largest;
  };
  const unshifted = peak(0);
  let best = 0;
  for (let i = 1; i <= 8; i += 1) {
    const y = (largestShift * i * i) / 64;
    const growth = (y * y) / (2 * variance) + peak(y) - unshifted;
    best = Math.max(best, (2 * Math.PI * y) / (NEGLIGIBLE_LOG + Math.max(0, growth)));
  }
  return best;
}
