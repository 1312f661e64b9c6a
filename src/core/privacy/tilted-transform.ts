import FFT from 'fft.js';
import { ExactSum } from './exact-sum.ts';
import type { GridStep } from './loss-grid.ts';

/** The tilted composite loss on a window of the grid. */
export interface TiltedComposite {
  readonly tilt: number;
  readonly mesh: number;
  /** Σ T ln Σ mass e^{θa}: untilting multiplies by e^{logScale − θL}. */
  readonly logScale: number;
  /** Loss of the window's first cell. */
  readonly firstLoss: number;
  /** Tilted masses, window order; off by at most `normError` in the Euclidean norm and `pointError` each. */
  readonly mass: Float64Array;
  readonly normError: number;
  readonly pointError: number;
}

const UNIT_ROUNDOFF = 2 ** -53;
/** Below e^-110 of the largest a frequency adds nothing that its error term, which is kept, does not cover. */
const NEGLIGIBLE_LOG = -110;

/** Twiddle factors cost as much as a transform. Small tables are kept, of large ones only two, for memory's sake. */
const LARGE = 2 ** 17;
const transforms: FFT[] = [];

function transformOf(size: number): FFT {
  const kept = transforms.find((each) => each.size === size);
  if (kept !== undefined) return kept;
  const large = transforms.filter((each) => each.size > LARGE);
  if (size > LARGE && large.length > 1) transforms.splice(transforms.indexOf(large[0]!), 1);
  const fft = new FFT(size);
  transforms.push(fft);
  return fft;
}

/**
 * Every output of a radix-4 transform is a sum over inputs, each of which has gone through one path of log₂N/2
 * butterflies. The error of an output is at most this much of the inputs' sum of absolute values, u = 2^-53:
 *
 * - fft.js takes twiddle factors as cos and sin of π i/N, i < 2N: Math.PI is good to 0.35 u, one product rounds, the
 *   quotient by a power of two is exact. So the angle, below 2π, is off by at most 1.35 · 2π = 8.5 u, which turns the
 *   factor by as much; cos and sin within two units each add √2 · 2. Modulus of the error: at most 11.4 u.
 * - A complex product is good to √2 γ₂ < 2.9 u (Higham 2002, lemma 3.5), and each of the two levels of sums in a butterfly of
 *   radix 4 to u of the sum of moduli. So a butterfly multiplies what it passes on by at most 1 + 16.4 u (1 + 2^-40).
 * - A butterfly is two halvings: 8.2 u each. 24 u leaves room for a cos or sin that is off by eleven units.
 *
 * The same holds of Euclidean norms (Higham 2002, theorem 24.2), and of the real transform, whose butterflies are the same with
 * conjugates taken for granted.
 */
function transformError(size: number): number {
  return 24 * Math.log2(size) * UNIT_ROUNDOFF;
}

/** Beyond this an exponential of a loss may overflow, and ln Σ is taken relative to its largest term. */
const LARGEST_EXPONENT = 600;

/** K(θ) = ln Σ mass e^{θa} of one step. */
export function gridCumulant(step: GridStep, mesh: number, tilt: number): number {
  return roundedCumulant(step, mesh, tilt).cumulant;
}

/**
 * K(θ) relatively accurate where it is small, since T multiplies it, and the absolute rounding of it: of each term five
 * units, of the sum two, of the logarithm two.
 */
function roundedCumulant(
  step: GridStep,
  mesh: number,
  tilt: number,
): { readonly cumulant: number; readonly rounding: number } {
  const { mass, offset, position, surplus } = step;
  const first = tilt * (offset + position[0]! * mesh);
  const last = tilt * (offset + position[position.length - 1]! * mesh);
  const sum = new ExactSum();
  if (Math.max(Math.abs(first), Math.abs(last)) < LARGEST_EXPONENT && Math.abs(surplus) < 0.5) {
    let absolute = Math.abs(surplus);
    for (let j = 0; j < mass.length; j += 1) {
      const term = mass[j]! * Math.expm1(tilt * (offset + position[j]! * mesh));
      absolute += Math.abs(term);
      sum.add(term);
    }
    const excess = sum.value + surplus;
    const cumulant = Math.log1p(excess);
    return { cumulant, rounding: 8 * UNIT_ROUNDOFF * (absolute / (1 + excess) + Math.abs(cumulant)) };
  }
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < mass.length; j += 1) {
    if (mass[j]! > 0) largest = Math.max(largest, Math.log(mass[j]!) + tilt * (offset + position[j]! * mesh));
  }
  for (let j = 0; j < mass.length; j += 1) {
    // the logarithm of the mass inside: a tiny one may meet an exponential that would overflow
    if (mass[j]! > 0) sum.add(Math.exp(Math.log(mass[j]!) + tilt * (offset + position[j]! * mesh) - largest));
  }
  const cumulant = largest + Math.log(sum.value);
  return { cumulant, rounding: 8 * UNIT_ROUNDOFF * (1500 + Math.abs(cumulant) + Math.abs(largest)) };
}

/**
 * Chernoff's bound min over θ of Π M(θ)^T e^{−θL}: mass of the composed grid at or above a loss for θ > 0, at or below
 * it for θ < 0.
 */
export function chernoff(
  steps: readonly GridStep[],
  mesh: number,
  tilts: readonly number[],
  loss: number,
): number {
  let best = 0;
  for (const theta of tilts) {
    let exponent = -theta * loss;
    for (const step of steps) exponent += step.steps * gridCumulant(step, mesh, theta);
    best = Math.min(best, exponent);
  }
  return Math.exp(best);
}

/** Variance that splitting added to a step's tilted loss, with the tilt taken at the middle of the cell. */
export function spreadVariance(step: GridStep, mesh: number, tilt: number): number {
  const cumulant = gridCumulant(step, mesh, tilt);
  const { position, spread, offset } = step;
  let sum = 0;
  for (let j = 0; j + 1 < spread.length; j += 1) {
    if (spread[j] === 0) continue;
    const middle = 0.5 * (position[j]! + position[j + 1]!);
    sum += spread[j]! * Math.exp(tilt * (offset + middle * mesh) - cumulant);
  }
  return sum;
}

/** A tilted step as one dominant cell, which is transformed exactly, and the rest. */
interface FoldedStep {
  readonly dominantIndex: number;
  /** Sum of the rest; the dominant cell has 1 minus it. */
  readonly restSum: number;
}

/** ln of the power of the spectrum so far, frequency by frequency, with what its error may be. */
interface PowerSpectrum {
  readonly logSize: Float64Array;
  readonly angle: Float64Array;
  /** ln of the largest size within the errors of the transforms. */
  readonly logBound: Float64Array;
  /** Σ T (|ln size| + |angle|), which rounding is relative to. */
  readonly magnitude: Float64Array;
}

/**
 * Composes the steps: tilt by e^{θL}, transform, raise to the power T in polar form, multiply the runs, transform
 * back. Tilting makes rounding relative to δ instead of absolute. The heaviest cell of a step, and the atom that all
 * heaviest cells together make, go through neither transform: with a small sampling rate they are nearly all of the
 * mass, and rounding is then relative to what is not in them.
 *
 * @param windowStart lower end of the window, a loss
 * @param size cells of the window, a power of two; mass outside wraps around
 */
export function composeTilted(
  steps: readonly GridStep[],
  mesh: number,
  tilt: number,
  windowStart: number,
  size: number,
): TiltedComposite {
  const half = size / 2;
  const fft = transformOf(size);
  const folded = new Float64Array(size);
  const spectrum = new Float64Array(2 * size);
  const power: PowerSpectrum = {
    logSize: new Float64Array(half + 1),
    angle: new Float64Array(half + 1),
    logBound: new Float64Array(half + 1),
    magnitude: new Float64Array(half + 1),
  };
  let logScale = 0;
  let offset = 0;
  let atomIndex = 0;
  let logAtom = 0;
  for (const step of steps) {
    const { cumulant, rounding } = roundedCumulant(step, mesh, tilt);
    const { dominantIndex, restSum } = foldTilted(folded, step, mesh, tilt, cumulant);
    fft.realTransform(spectrum, folded);
    // the dominant cell is 1 less the rest, and so as good as K is
    raise(power, spectrum, step.steps, restSum, transformError(size) * restSum + rounding);
    logScale += step.steps * cumulant;
    offset += step.steps * step.offset;
    atomIndex += step.steps * dominantIndex;
    logAtom += restSum < 1 ? step.steps * Math.log1p(-restSum) : Number.NEGATIVE_INFINITY;
  }
  const atom = logAtom > -60 ? Math.exp(logAtom) : 0;
  const errors = foldPower(folded, power, atom, logAtom, transformError(size));
  fft.realTransform(spectrum, folded);
  const first = Math.round((windowStart - offset) / mesh);
  const mass = new Float64Array(size);
  for (let k = 0; k < size; k += 1) {
    const j = modulo(first + k - atomIndex, size);
    const mirrored = j <= half ? j : size - j;
    const real = spectrum[2 * mirrored]!;
    const imaginary = j <= half ? spectrum[2 * mirrored + 1]! : -spectrum[2 * mirrored + 1]!;
    mass[k] = (real - imaginary) / size;
  }
  // outside of the window the atom is below ε, or above and in Chernoff's bound: it need not wrap
  const atomCell = atomIndex - first;
  if (atomCell >= 0 && atomCell < size) mass[atomCell] = mass[atomCell]! + atom;
  return { tilt, mesh, logScale, firstLoss: offset + first * mesh, mass, ...errors };
}

/** Adds T ln F to the power, F = 1 + a + ib the transform of one step relative to its dominant cell. */
function raise(
  { logSize, angle, logBound, magnitude }: PowerSpectrum,
  spectrum: Float64Array,
  steps: number,
  restSum: number,
  pointError: number,
): void {
  for (let j = 0; j < logSize.length; j += 1) {
    const a = spectrum[2 * j]! - restSum;
    const b = spectrum[2 * j + 1]!;
    const excess = 2 * a + a * a + b * b;
    // near 0 the excess would cancel: there the size itself is taken, whose rounding is relative
    const log =
      excess > -0.5 ? 0.5 * Math.log1p(excess) : Math.max(-800, 0.5 * Math.log((1 + a) * (1 + a) + b * b));
    const turn = Math.atan2(b, 1 + a);
    logSize[j] = logSize[j]! + steps * log;
    const bound =
      log > -30 ? log + Math.log1p(pointError * Math.exp(-log)) : Math.log(Math.exp(log) + pointError);
    logBound[j] = logBound[j]! + steps * bound;
    angle[j] = angle[j]! + steps * turn;
    magnitude[j] = magnitude[j]! + steps * (Math.abs(log) + Math.abs(turn));
  }
}

/**
 * The inverse of a Hermitian spectrum G is the Hartley transform of Re G − Im G: one real transform. The atom is
 * taken out of G before, as γ (e^{x+iy} − 1).
 */
function foldPower(
  folded: Float64Array,
  { logSize, angle, logBound, magnitude }: PowerSpectrum,
  atom: number,
  logAtom: number,
  error: number,
): { readonly normError: number; readonly pointError: number } {
  const size = folded.length;
  const half = size / 2;
  let squares = 0;
  let errorSquares = 0;
  let errorSum = 0;
  for (let j = 0; j <= half; j += 1) {
    const doubt = logBound[j]! - logSize[j]!;
    const twice = j === 0 || j === half ? 1 : 2;
    if (logSize[j]! < NEGLIGIBLE_LOG && atom === 0) {
      folded[j] = 0;
      if (j > 0 && j < half) folded[size - j] = 0;
      const bound = Math.exp(logBound[j]!);
      errorSquares += twice * bound * bound;
      errorSum += twice * bound;
      continue;
    }
    const y = angle[j]!;
    const modulus = Math.exp(logSize[j]!);
    let real = modulus * Math.cos(y);
    const imaginary = modulus * Math.sin(y);
    if (atom > 0) {
      const sine = Math.sin(0.5 * y);
      real = atom * (Math.expm1(logSize[j]! - logAtom) * Math.cos(y) - 2 * sine * sine);
    }
    folded[j] = real - imaginary;
    if (j > 0 && j < half) folded[size - j] = real + imaginary;
    const kept = Math.sqrt(real * real + imaginary * imaginary);
    const powerError =
      (doubt < 1 ? modulus * Math.expm1(doubt) : Math.exp(logBound[j]!)) +
      16 * UNIT_ROUNDOFF * (modulus * (magnitude[j]! + Math.abs(logAtom > -60 ? logAtom : 0)) + kept);
    squares += twice * kept * kept;
    errorSquares += twice * powerError * powerError;
    errorSum += twice * (powerError + error * kept);
  }
  return {
    pointError: (Math.SQRT2 * errorSum) / size,
    normError: Math.sqrt(2 / size) * (Math.sqrt(errorSquares) + error * Math.sqrt(squares)),
  };
}

function foldTilted(
  folded: Float64Array,
  step: GridStep,
  mesh: number,
  tilt: number,
  cumulant: number,
): FoldedStep {
  folded.fill(0);
  const { mass, offset, position } = step;
  const tilted = (j: number) => mass[j]! * Math.exp(tilt * (offset + position[j]! * mesh) - cumulant);
  let dominant = 0;
  let largest = 0;
  for (let j = 0; j < mass.length; j += 1) {
    if (mass[j]! > 0 && tilted(j) > largest) {
      largest = tilted(j);
      dominant = j;
    }
  }
  const rest = new ExactSum();
  for (let j = 0; j < mass.length; j += 1) {
    if (mass[j] === 0 || j === dominant) continue;
    const slot = modulo(position[j]! - position[dominant]!, folded.length);
    const value = tilted(j);
    folded[slot] = folded[slot]! + value;
    rest.add(value);
  }
  return { dominantIndex: position[dominant]!, restSum: rest.value };
}

function modulo(index: number, size: number): number {
  const rest = index % size;
  return rest < 0 ? rest + size : rest;
}
