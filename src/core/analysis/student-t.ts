import { logGammaHalfStep } from './gamma-function.ts';
import { logNormalSf, normalQuantile } from './normal-distribution.ts';
import type { SymmetricDistribution } from './quantile.ts';
import { quantileFromTails } from './quantile.ts';

/**
 * Student's t distribution with df > 0 (any real number, Infinity for the normal), tails in logarithms:
 *
 *     P(T > t) = ½ I_x(df/2, ½),  x = df / (df + t²)            (DLMF 8.17; continued fraction 8.17.22)
 */

/** From here on the normal tail with its first correction is as exact as a double. */
const NEARLY_NORMAL = 1e9;

export function logStudentTSf(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t)) return Number.NaN;
  if (t === 0) return -Math.LN2;
  if (t === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  if (t === Number.NEGATIVE_INFINITY) return 0;
  const { logTail, centre } = parts(Math.abs(t), df);
  if (t > 0) return logTail ?? Math.log(0.5 - centre);
  return logTail === undefined ? Math.log(0.5 + centre) : Math.log1p(-Math.exp(logTail));
}

export function studentTSf(t: number, df: number): number {
  return Math.exp(logStudentTSf(t, df));
}

export function studentTCdf(t: number, df: number): number {
  return studentTSf(-t, df);
}

export function logStudentTCdf(t: number, df: number): number {
  return logStudentTSf(-t, df);
}

/** ln of the two-sided p-value. */
export function logStudentTTwoSidedP(t: number, df: number): number {
  return Math.min(0, Math.LN2 + logStudentTSf(Math.abs(t), df));
}

export function studentTQuantile(p: number, df: number): number {
  if (!(df > 0)) return Number.NaN;
  if (df >= NEARLY_NORMAL) {
    const z = normalQuantile(p);
    return Number.isFinite(z) && Number.isFinite(df) ? z + (z ** 3 + z) / (4 * df) : z;
  }
  return quantileFromTails(p, distribution(df));
}

function distribution(df: number): SymmetricDistribution {
  const logScale = logGammaHalfStep(df / 2) - 0.5 * Math.log(df * Math.PI);
  return {
    logUpperTail: (t) => logStudentTSf(t, df),
    centre: (t) => {
      const { logTail, centre } = parts(t, df);
      return logTail === undefined ? centre : 0.5 - Math.exp(logTail);
    },
    logDensity: (t) => logScale - ((df + 1) / 2) * logOnePlus(t, df),
  };
}

/** ln(1 + t²/df) where t² may overflow. */
function logOnePlus(t: number, df: number): number {
  return t > 1e100 ? 2 * Math.log(t) - Math.log(df) : Math.log1p((t * t) / df);
}

/** For t > 0 either ln P(T > t) or, where that would lose digits, P(0 < T < t). */
function parts(t: number, df: number): { readonly logTail: number | undefined; readonly centre: number } {
  if (df >= NEARLY_NORMAL) {
    const normal = logNormalSf(t);
    // P(T > t) ≈ (1 − Φ(t)) + φ(t) (t³ + t)/(4 df).
    const density = Math.exp(-0.5 * t * t - 0.5 * Math.log(2 * Math.PI) - normal);
    return {
      logTail: Number.isFinite(df) ? normal + Math.log1p((density * (t ** 3 + t)) / (4 * df)) : normal,
      centre: Number.NaN,
    };
  }
  const a = df / 2;
  const logX = -logOnePlus(t, df);
  const x = Math.exp(logX);
  const y = t > 1e100 ? 1 : (t * t) / (df + t * t);
  // ln of x^a y^½ / B(a, ½), with 1/B(a, ½) = Γ(a + ½) / (Γ(a) √π).
  const logFront = a * logX + 0.5 * Math.log(y) + logGammaHalfStep(a) - 0.5 * Math.log(Math.PI);
  if (x < (a + 1) / (a + 2.5)) {
    return { logTail: logFront - Math.log(2 * betaFraction(a, 0.5, x, y)), centre: Number.NaN };
  }
  return { logTail: undefined, centre: Math.exp(logFront) / (2 * betaFraction(0.5, a, y, x)) };
}

/**
 * Even part of the continued fraction of DLMF 8.17.22 (DiDonato & Morris 1992, eq. 9;
 * the form used by Boost): I_x(a, b) = x^a y^b / B(a, b) / (b_0 + a_1/(b_1 + a_2/(b_2 + …))). It takes y = 1 − x as an
 * argument of its own, because for large df x is so near to 1 that 1 − x would lose its digits.
 */
function betaFraction(a: number, b: number, x: number, y: number): number {
  const tiny = 1e-300;
  const partial = (m: number) =>
    m + (m * (b - m) * x) / (a + 2 * m - 1) + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1);
  let h = (a * (a * y - b * x + 1)) / (a + 1);
  if (Math.abs(h) < tiny) h = tiny;
  let c = h;
  let d = 0;
  for (let m = 1; m < 100_000; m += 1) {
    const numerator = ((a + m - 1) * (a + b + m - 1) * m * (b - m) * x * x) / (a + 2 * m - 1) ** 2;
    const denominator = partial(m);
    d = denominator + numerator * d;
    c = denominator + numerator / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    const change = c * d;
    h *= change;
    if (Math.abs(change - 1) < 2e-16) break;
  }
  return h;
}
