import { type RandomSource, uniformInteger } from '../random/random-source.ts';
import { bernoulliExp } from './noisy-count.ts';
import { logNormalUpperTail } from './normal.ts';

/** Room for the rounding of two logarithms and their difference. */
const RATE_ROUNDING = 1 - 2 ** -30;
/** A rate is used as a fraction of this denominator, rounded down: never more is told than is paid for. */
const DENOMINATOR_BITS = 96n;

/**
 * η of a choice that tells no more than one release of a Gaussian mechanism with noise multiplier σ (`drawChoice`):
 *
 *     η = 2 ln(Φ(μ/2) / Φ(−μ/2)),   μ = 1/σ;   η ≈ 1.596/σ
 */
export function choiceRate(noiseMultiplier: number): number {
  const half = 0.5 / noiseMultiplier;
  return 2 * (logNormalUpperTail(-half) - logNormalUpperTail(half)) * RATE_ROUNDING;
}

/**
 * The exponential mechanism (McSherry and Talwar 2007): one of n candidates, P(i) ∝ e^{η s_i / r}, η of `choiceRate`.
 *
 * **What it costs**: no more than one Gaussian release of noise multiplier σ, whatever n is. So a choice is accounted as that release, and
 * choices and releases compose, adaptively too, to one Gaussian of 1/σ² = Σ 1/σ_k² (Dong, Roth, Su 2022, corollary 3.3). Proof, for two
 * neighbouring tables with P and Q:
 *
 * 1. ln P(i)/Q(i) = η (s_i − s′_i)/r + a constant, and s − s′ lies in an interval of length r: so the loss lies in some
 *    [t − η, t] ("bounded range", Durfee and Rogers 2019).
 * 2. Of all laws of a likelihood ratio with mean 1 on [e^{t−η}, e^t], the one on the two ends is largest in convex order. Every δ(ε) is
 *    the mean of a convex function of the ratio. So the pair is dominated by two laws on two outcomes, one with probability p and p′,
 *    whose log-odds differ by η (Dong, Durfee, Rogers 2020).
 * 3. The trade-off curve of that pair has one corner, (p, 1 − p′) where p < p′. The curve of the Gaussian, G_μ, is convex, so it lies below
 *    if it does at the corner: if Φ⁻¹(p′) − Φ⁻¹(p) ≤ μ.
 * 4. In z = Φ⁻¹(p) log-odds are ln Φ(z)/Φ(−z), with slope h(z) + h(−z), h = φ/Φ(−z) the normal hazard. h is convex (Sampford 1953), so
 *    the slope is even and smallest in the middle: among all pairs η apart the two of ±η/2 are furthest apart in z. Their distance is
 *    2 Φ⁻¹(1/(1 + e^{−η/2})) = μ. ∎
 *
 * **Drawn exactly**: a candidate at random, accepted with probability e^{−η (s_max − s_i)/r}, in whole numbers (`bernoulliExp`).
 *
 * @param scores whole numbers of the candidates, from the rows
 * @param range r: between neighbouring tables s − s′ of any two candidates differ by at most this, a whole number
 */
export function drawChoice(
  scores: readonly number[],
  range: number,
  noiseMultiplier: number,
  random: RandomSource,
): number {
  if (scores.length === 0 || !scores.every(Number.isSafeInteger)) throw new Error('scores are whole numbers');
  if (!(Number.isSafeInteger(range) && range > 0)) throw new Error('a range is a whole number above 0');
  const rate = BigInt(Math.floor((choiceRate(noiseMultiplier) / range) * 2 ** Number(DENOMINATOR_BITS)));
  const highest = scores.reduce((most, score) => Math.max(most, score), scores[0]!);
  for (;;) {
    const i = uniformInteger(random, scores.length);
    if (isAccepted(BigInt(highest - scores[i]!) * rate, random)) return i;
  }
}

/** True with probability e^{−x}, x in 2^-96. */
function isAccepted(x: bigint, random: RandomSource): boolean {
  const one = 1n << DENOMINATOR_BITS;
  for (let left = x >> DENOMINATOR_BITS; left > 0n; left -= 1n) {
    if (!bernoulliExp(1n, 1n, random)) return false;
  }
  return bernoulliExp(x % one, one, random);
}
