import type { ParameterLayout } from './layout.ts';

/** e^u of a logit is cut at e^80, as everywhere (`outcome-family.ts`). */
const LARGEST_LOGIT = 80;

/**
 * ln p(z) up to a constant (METHOD §3): Dirichlet(1) on π and every θ as logits of independent Gamma(1)
 * variables, Σ (u − e^u), and Normal(0, 1) on β, −β²/2.
 */
export function logPrior(layout: ParameterLayout, z: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < layout.intercept; k += 1) {
    const u = z[k] as number;
    sum += u - Math.exp(Math.min(u, LARGEST_LOGIT));
  }
  for (let k = layout.intercept; k < layout.dimension; k += 1) {
    const beta = z[k] as number;
    sum -= 0.5 * beta * beta;
  }
  return sum;
}

/** ∇_z ln p(z): 1 − e^u for logits, −β for coefficients. Depends on no data: never clipped, never paid for. */
export function addPriorGradient(
  layout: ParameterLayout,
  z: Float64Array,
  weight: number,
  gradient: Float64Array,
): void {
  for (let k = 0; k < layout.intercept; k += 1) {
    gradient[k] = (gradient[k] as number) + weight * (1 - Math.exp(Math.min(z[k] as number, LARGEST_LOGIT)));
  }
  for (let k = layout.intercept; k < layout.dimension; k += 1) {
    gradient[k] = (gradient[k] as number) - weight * (z[k] as number);
  }
}
