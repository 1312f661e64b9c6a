import type { Direction, PlainGaussian, SubsampledRun } from './composition.ts';
import { normalDensity, normalLowerTail, normalUpperTail } from './normal.ts';

/**
 * One continuous step's loss as a monotone function of the output x: L = offset ± y(x), y increasing. The grid
 * hangs on the offset: for a subsampled step that is ln(1−q), where most of the mass lies when q is small, so
 * that y is known relative to itself and not to q.
 */
export interface StepLoss {
  readonly offset: number;
  /** +1: L = offset + y; −1: L = offset − y. */
  readonly orientation: 1 | -1;
  /** y at x, and the density of x under the upper distribution; written to `y` and `density`. */
  evaluate(x: number): void;
  readonly y: number;
  readonly density: number;
  /** The x with y(x) = y; −∞ where y is below every value. */
  inverse(y: number): number;
  massBelow(x: number): number;
  massAbove(x: number): number;
  /** Centre and scale of x: beyond centre ± z·scale lies at most Φ̄(z). */
  readonly lowCentre: number;
  readonly highCentre: number;
  readonly scale: number;
  /** Length in x over which the integrands are smooth. */
  readonly smoothness: number;
  /** Relative rounding of a density no further than z scales from a centre. */
  densityRounding(farthest: number): number;
  /** Relative rounding of y there. */
  placeRounding(farthest: number): number;
}

const UNIT_ROUNDOFF = 2 ** -53;

export function stepLoss(component: SubsampledRun | PlainGaussian, direction: Direction): StepLoss {
  return component.kind === 'gaussian'
    ? new GaussianLoss(component.noiseMultiplier)
    : new SubsampledLoss(component, direction);
}

/** L = μ²/2 + μx, x ~ N(0, 1), μ = 1/σ: the same in both directions. */
class GaussianLoss implements StepLoss {
  readonly offset: number;
  readonly orientation = 1;
  readonly lowCentre = 0;
  readonly highCentre = 0;
  readonly scale = 1;
  readonly smoothness: number;
  y = 0;
  density = 0;
  readonly #mu: number;

  constructor(sigma: number) {
    this.#mu = 1 / sigma;
    this.smoothness = Math.min(1, sigma);
    this.offset = 0.5 * this.#mu * this.#mu;
  }

  evaluate(x: number): void {
    this.y = this.#mu * x;
    this.density = normalDensity(x);
  }

  /** exp passes on the absolute rounding of its argument z²/2 + 0.92, two units of it. */
  densityRounding(farthest: number): number {
    return UNIT_ROUNDOFF * (2 * farthest * farthest + 8);
  }

  /** μ is a sum of precisions, each rounded, a root and a quotient. */
  placeRounding(): number {
    return 16 * UNIT_ROUNDOFF;
  }

  inverse(y: number): number {
    return y / this.#mu;
  }

  massBelow(x: number): number {
    return normalLowerTail(x);
  }

  massAbove(x: number): number {
    return normalUpperTail(x);
  }
}

/** L = ±ln(1 − q + q e^z), z = (2x − 1)/(2σ²); with s = q e^z/(1−q) that is ±(ln(1−q) + ln(1+s)). */
class SubsampledLoss implements StepLoss {
  readonly offset: number;
  readonly orientation: 1 | -1;
  readonly lowCentre = 0;
  readonly highCentre: number;
  readonly scale: number;
  readonly smoothness: number;
  y = 0;
  density = 0;
  readonly #sigma: number;
  readonly #q: number;
  readonly #logRatio: number;
  readonly #mixture: boolean;

  constructor({ noiseMultiplier, samplingRate }: SubsampledRun, direction: Direction) {
    this.#sigma = noiseMultiplier;
    this.#q = samplingRate;
    this.#mixture = direction === 'remove';
    this.#logRatio = Math.log(samplingRate) - Math.log1p(-samplingRate);
    this.orientation = this.#mixture ? 1 : -1;
    this.offset = this.orientation * Math.log1p(-samplingRate);
    this.highCentre = this.#mixture ? 1 : 0;
    this.scale = noiseMultiplier;
    this.smoothness = Math.min(noiseMultiplier, noiseMultiplier ** 2);
  }

  evaluate(x: number): void {
    const sigma = this.#sigma;
    const w = this.#logRatio + (2 * x - 1) / (2 * sigma * sigma);
    const s = Math.exp(w);
    this.y = w > 30 ? w + Math.log1p(1 / s) : Math.log1p(s);
    const base = normalDensity(x / sigma) / sigma;
    this.density = !this.#mixture
      ? base
      : w > 30
        ? (this.#q * normalDensity((x - 1) / sigma)) / sigma + (1 - this.#q) * base
        : (1 - this.#q) * (1 + s) * base;
  }

  /**
   * φ(x/σ) as for a plain Gaussian, and (1 + s): the relative rounding of s is the absolute one of w, at most four units of
   * |ln q/(1−q)| and of |2x − 1|/2σ² ≤ z²/2.
   */
  densityRounding(farthest: number): number {
    return UNIT_ROUNDOFF * (4 * farthest * farthest + 4 * Math.abs(this.#logRatio) + 16);
  }

  /** ln(1 + s) is relatively as good as s, and for large s as good as w. */
  placeRounding(farthest: number): number {
    return UNIT_ROUNDOFF * (2 * farthest * farthest + 4 * Math.abs(this.#logRatio) + 16);
  }

  inverse(y: number): number {
    if (!(y > 0)) return Number.NEGATIVE_INFINITY;
    const w = y > 30 ? y + Math.log1p(-Math.exp(-y)) : Math.log(Math.expm1(y));
    return 0.5 + this.#sigma * this.#sigma * (w - this.#logRatio);
  }

  massBelow(x: number): number {
    const base = normalLowerTail(x / this.#sigma);
    return this.#mixture ? (1 - this.#q) * base + this.#q * normalLowerTail((x - 1) / this.#sigma) : base;
  }

  massAbove(x: number): number {
    const base = normalUpperTail(x / this.#sigma);
    return this.#mixture ? (1 - this.#q) * base + this.#q * normalUpperTail((x - 1) / this.#sigma) : base;
  }
}

/** Probabilities of the losses −ε₀ and ε₀ of a noisy count. */
export function countAtoms(epsilon: number): { readonly lower: number; readonly upper: number } {
  return { lower: 1 / (1 + Math.exp(epsilon)), upper: 1 / (1 + Math.exp(-epsilon)) };
}
