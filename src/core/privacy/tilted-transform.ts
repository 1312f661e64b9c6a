import FFT from 'fft.js';
import type { GridStep } from './loss-grid.ts';

/** The tilted composite loss on a window of the grid. */
export interface TiltedComposite {
  readonly tilt: number;
  readonly mesh: number;
  /** Σ T ln Σ mass e^{θa}: untilting multiplies by e^{logScale − θL}. */
  readonly logScale: number;
  /** Loss of the window's first cell. */
  readonly firstLoss: number;
  /** Tilted masses, window order; off by at most `normError` in the Euclidean norm. */
  readonly mass: Float64Array;
  readonly normError: number;
}

const UNIT_ROUNDOFF = 2 ** -53;

/**
 * Relative error of one transform in the Euclidean norm, log₂N · 24 u: Higham 2002, theorem 24.2, with 7 u for
 * the butterflies and 13 u for fft.js's twiddle factors (cos and sin of an angle rounded three times).
 */
function transformError(size: number): number {
  return 24 * Math.log2(size) * UNIT_ROUNDOFF;
}

/** ln Σ mass e^{θa} of one step: relatively accurate where it is small, since T multiplies it. */
export function gridCumulant(step: GridStep, mesh: number, tilt: number): number {
  const { mass, offset, firstIndex, infinity } = step;
  const first = tilt * (offset + firstIndex * mesh);
  const last = tilt * (offset + (firstIndex + mass.length - 1) * mesh);
  let sum = 0;
  if (Math.max(Math.abs(first), Math.abs(last)) < 30) {
    for (let j = 0; j < mass.length; j += 1) {
      sum += mass[j]! * Math.expm1(tilt * (offset + (firstIndex + j) * mesh));
    }
    return Math.log1p(sum - infinity);
  }
  // Every mass is at most 1, so that the largest exponent is no overflow once it is taken out.
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < mass.length; j += 1) {
    if (mass[j]! > 0) {
      largest = Math.max(largest, Math.log(mass[j]!) + tilt * (offset + (firstIndex + j) * mesh));
    }
  }
  for (let j = 0; j < mass.length; j += 1) {
    if (mass[j]! > 0) sum += mass[j]! * Math.exp(tilt * (offset + (firstIndex + j) * mesh) - largest);
  }
  return largest + Math.log(sum);
}

/**
 * Composes the steps: tilt by e^{θL}, transform, raise to the power T in polar form, multiply the runs, transform
 * back. Tilting makes rounding relative to δ instead of absolute.
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
  const fft = new FFT(size);
  const error = transformError(size);
  const logSize = new Float64Array(half + 1);
  const logBound = new Float64Array(half + 1);
  const angle = new Float64Array(half + 1);
  const folded = new Float64Array(size);
  const spectrum = new Float64Array(2 * size);
  let logScale = 0;
  let offset = 0;
  let totalSteps = 0;
  for (const step of steps) {
    const cumulant = gridCumulant(step, mesh, tilt);
    logScale += step.steps * cumulant;
    offset += step.steps * step.offset;
    totalSteps += step.steps;
    foldTilted(folded, step, mesh, tilt, cumulant);
    fft.realTransform(spectrum, folded);
    // |error| of every frequency ≤ Euclidean norm of the error of all
    let norm = 0;
    for (let j = 0; j < size; j += 1) norm += folded[j]! ** 2;
    const pointError = error * Math.sqrt(norm * size);
    for (let j = 0; j <= half; j += 1) {
      const real = spectrum[2 * j]!;
      const imaginary = spectrum[2 * j + 1]!;
      const modulus = Math.sqrt(real * real + imaginary * imaginary);
      logSize[j] = logSize[j]! + step.steps * Math.log(modulus);
      logBound[j] = logBound[j]! + step.steps * Math.log(modulus + pointError);
      angle[j] = angle[j]! + step.steps * Math.atan2(imaginary, real);
    }
  }
  // The inverse of a Hermitian spectrum G is the Hartley transform of Re G − Im G: one real transform.
  let norm = 0;
  let errorNorm = 0;
  const powerRounding = 16 * UNIT_ROUNDOFF * (totalSteps + 1);
  for (let j = 0; j <= half; j += 1) {
    const modulus = Math.exp(logSize[j]!);
    const real = modulus * Math.cos(angle[j]!);
    const imaginary = modulus * Math.sin(angle[j]!);
    folded[j] = real - imaginary;
    if (j > 0 && j < half) folded[size - j] = real + imaginary;
    const twice = j === 0 || j === half ? 1 : 2;
    norm += twice * modulus * modulus;
    errorNorm += twice * (Math.exp(logBound[j]!) - modulus + powerRounding * modulus) ** 2;
  }
  fft.realTransform(spectrum, folded);
  const first = Math.round((windowStart - offset) / mesh);
  const mass = new Float64Array(size);
  for (let k = 0; k < size; k += 1) {
    const j = modulo(first + k, size);
    const mirrored = j <= half ? j : size - j;
    const real = spectrum[2 * mirrored]!;
    const imaginary = j <= half ? spectrum[2 * mirrored + 1]! : -spectrum[2 * mirrored + 1]!;
    mass[k] = (real - imaginary) / size;
  }
  return {
    tilt,
    mesh,
    logScale,
    firstLoss: offset + first * mesh,
    mass,
    normError: Math.sqrt(2 / size) * (Math.sqrt(errorNorm) + error * Math.sqrt(norm)),
  };
}

function foldTilted(
  folded: Float64Array,
  step: GridStep,
  mesh: number,
  tilt: number,
  cumulant: number,
): void {
  folded.fill(0);
  const { mass, offset, firstIndex } = step;
  for (let j = 0; j < mass.length; j += 1) {
    if (mass[j] === 0) continue;
    const index = firstIndex + j;
    const slot = modulo(index, folded.length);
    folded[slot] = folded[slot]! + mass[j]! * Math.exp(tilt * (offset + index * mesh) - cumulant);
  }
}

function modulo(index: number, size: number): number {
  const rest = index % size;
  return rest < 0 ? rest + size : rest;
}
