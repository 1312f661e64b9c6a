/** A distribution symmetric about 0, as its quantiles need it. All for t ≥ 0. */
export interface SymmetricDistribution {
  /** ln P(T > t) */
  logUpperTail(t: number): number;
  /** P(0 < T < t), without the detour over 1/2 that would cost digits near 0. */
  centre(t: number): number;
  logDensity(t: number): number;
}

/**
 * The quantile by Newton's method: for the inner half on P(0 < T < t), for the tails on ln P(T > t) against
 * ln t, which is nearly straight both for a normal and for a heavy tail.
 */
export function quantileFromTails(p: number, distribution: SymmetricDistribution): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const inner = p - 0.5;
  if (inner === 0) return 0;
  const sign = inner < 0 ? -1 : 1;
  const t =
    Math.abs(inner) < 0.25
      ? innerQuantile(Math.abs(inner), distribution)
      : tailQuantile(inner < 0 ? Math.log(p) : Math.log1p(-p), distribution);
  return sign * t;
}

/** t > 0 with ln P(T > t) = logTail. Infinite where the tail is so heavy that t leaves the doubles. */
export function tailQuantile(logTail: number, { logUpperTail, logDensity }: SymmetricDistribution): number {
  let logT = 0;
  for (let step = 0; step < 500; step += 1) {
    const t = Math.exp(logT);
    if (t === Number.POSITIVE_INFINITY) return t;
    const tail = logUpperTail(t);
    const slope = -Math.exp(logT + logDensity(t) - tail);
    // A normal tail bends: far beyond the root its logarithm is too large to be differenced. Beyond 50 only
    // a heavy tail is left, which is straight.
    const change = Math.max(-1, Math.min(t < 50 ? 1 : 50, (logTail - tail) / slope));
    logT += change;
    if (Math.abs(change) < 4e-16 * Math.max(1, Math.abs(logT))) break;
  }
  return Math.exp(logT);
}

function innerQuantile(area: number, { centre, logDensity }: SymmetricDistribution): number {
  let t = area / Math.exp(logDensity(0));
  for (let step = 0; step < 100; step += 1) {
    const change = (area - centre(t)) / Math.exp(logDensity(t));
    t += change;
    if (Math.abs(change) <= 2e-16 * t) break;
  }
  return t;
}
