/** Adam's constants (Kingma and Ba 2015): β₁ = 0.9, β₂ = 0.999, ε̂ = 1e-8. */
export const ADAM = { firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8 } as const;

/** Step size of step t = 1 … T: geometric from `initial` at t = 1 to `final` at t = T. */
export function learningRateAt(
  rate: { readonly initial: number; readonly final: number },
  step: number,
  totalSteps: number,
): number {
  if (totalSteps <= 1) return rate.initial;
  return rate.initial * (rate.final / rate.initial) ** ((step - 1) / (totalSteps - 1));
}

/**
 * One ascent step of Adam in place: x ← x + lr · m̂/(√v̂ + ε̂), with
 * m = β₁m + (1 − β₁)g, v = β₂v + (1 − β₂)g², m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) (algorithm 1, written with
 * one square root and one division a parameter as in its section 2: ε̂ is scaled along, nothing is changed).
 *
 * @param values x, moved uphill along `gradient`; all arrays from `offset` of the moments on
 * @param step t ≥ 1
 */
export function adamAscend(
  values: Float64Array,
  gradient: Float64Array,
  firstMoment: Float64Array,
  secondMoment: Float64Array,
  offset: number,
  step: number,
  learningRate: number,
): void {
  const { firstDecay, secondDecay, epsilon } = ADAM;
  const secondCorrection = Math.sqrt(1 - secondDecay ** step);
  const stepSize = (learningRate * secondCorrection) / (1 - firstDecay ** step);
  const stepEpsilon = epsilon * secondCorrection;
  for (let k = 0; k < values.length; k += 1) {
    const g = gradient[k] as number;
    const m = firstDecay * (firstMoment[offset + k] as number) + (1 - firstDecay) * g;
    const v = secondDecay * (secondMoment[offset + k] as number) + (1 - secondDecay) * g * g;
    firstMoment[offset + k] = m;
    secondMoment[offset + k] = v;
    values[k] = (values[k] as number) + (stepSize * m) / (Math.sqrt(v) + stepEpsilon);
  }
}
