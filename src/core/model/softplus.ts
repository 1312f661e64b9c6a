/** τ = softplus(s) = ln(1 + e^s), relatively accurate for all s. */
export function softplus(s: number): number {
  return s > 0 ? s + Math.log1p(Math.exp(-s)) : Math.log1p(Math.exp(s));
}

/** softplus'(s) = 1/(1 + e^-s) */
export function softplusSlope(s: number): number {
  if (s >= 0) return 1 / (1 + Math.exp(-s));
  const e = Math.exp(s);
  return e / (1 + e);
}

/** s with softplus(s) = τ, τ > 0: τ + ln(1 − e^-τ). */
export function rawScaleOf(scale: number): number {
  return scale + Math.log(-Math.expm1(-scale));
}

/** Keeps 1/τ finite where softplus underflows (s < −745); far below any scale that a training reaches. */
const SMALLEST_SCALE = 1e-300;

/** τ of a raw scale s, never 0. */
export function scaleOf(s: number): number {
  return Math.max(softplus(s), SMALLEST_SCALE);
}
