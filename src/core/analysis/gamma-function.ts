/**
 * ln Γ and its derivative. Own code: the kept library with these accuracies (@stdlib) brings 160 packages and 48 kB
 * for this one function, and what is built on it here (tails in logarithms) it does not have. Compared
 * with 60-digit values by `check:statistics`.
 */

/** ζ(k) − 1 for k = 2, 3, …, 30. */
const ZETA_MINUS_ONE: readonly number[] = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853,
  0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5,
  3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6,
  9.539620338727962e-7, 4.769329867878064e-7, 2.38450502727733e-7, 1.1921992596531106e-7,
  5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8, 7.45071178983543e-9,
  3.725334024788457e-9, 1.862659723513049e-9, 9.313274324196682e-10,
];
const EULER = 0.5772156649015329;
const HALF_LOG_TWO_PI = 0.9189385332046728;
const STIRLING_FROM = 12;

/**
 * ln Γ(x). Between 1/2 and 5/2 the series about 2 (Abramowitz & Stegun 6.1.33, shifted), which is exact at the zeros x = 1 and x = 2;
 * above 12 Stirling's series; recurrence in between. Relative error below 1e-14.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x >= STIRLING_FROM) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingRemainder(x);
  // Γ(x) = Γ(x + 2) / (x (x + 1)).
  if (x < 0.5) return logGammaNearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - Math.log1p(x - 1);
  let y = x;
  let product = 1;
  while (y >= 2.5) {
    y -= 1;
    product *= y;
  }
  return logGammaNearTwo(y - 2) + Math.log(product);
}

/** ln Γ(2 + z) = (1 − γ) z + Σ_{k≥2} (−1)^k (ζ(k) − 1) z^k / k for |z| ≤ 1/2. */
function logGammaNearTwo(z: number): number {
  let sum = 0;
  for (let k = ZETA_MINUS_ONE.length + 1; k >= 2; k -= 1) sum = -z * sum + ZETA_MINUS_ONE[k - 2]! / k;
  return z * (1 - EULER + z * sum);
}

/** s(x) = ln Γ(x) − ((x − 1/2) ln x − x + ½ ln 2π), 1/(12x) − 1/(360x³) + …; x ≥ 12. */
export function stirlingRemainder(x: number): number {
  const square = 1 / (x * x);
  const terms =
    1 / 12 -
    square *
      (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360)))));
  return terms / x;
}

/** ln Γ(x + 1/2) − ln Γ(x), without the cancellation of two large numbers. */
export function logGammaHalfStep(x: number): number {
  if (x < STIRLING_FROM) return logGamma(x + 0.5) - logGamma(x);
  return (
    x * Math.log1p(0.5 / x) + 0.5 * Math.log(x) - 0.5 + stirlingRemainder(x + 0.5) - stirlingRemainder(x)
  );
}

/**
 * ψ(x) = d ln Γ(x) / dx by the derivatives of the same series, and for x < 0 by ψ(1 − x) − π cot πx. Absolute error
 * below 1e-15 near the root 1.4616…. NaN at the poles 0, −1, −2, ….
 */
export function digamma(x: number): number {
  if (x <= 0) {
    const fraction = x - Math.round(x);
    return fraction === 0 ? Number.NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * fraction);
  }
  if (x >= STIRLING_FROM) {
    const square = 1 / (x * x);
    const terms =
      1 / 12 -
      square *
        (1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - square * (691 / 32760)))));
    return Math.log(x) - 0.5 / x - square * terms;
  }
  if (x < 0.5) return digammaNearTwo(x) - 1 / (1 + x) - 1 / x;
  if (x < 1.5) return digammaNearTwo(x - 1) - 1 / x;
  let y = x;
  let sum = 0;
  while (y >= 2.5) {
    y -= 1;
    sum += 1 / y;
  }
  return digammaNearTwo(y - 2) + sum;
}

function digammaNearTwo(z: number): number {
  let sum = 0;
  for (let k = ZETA_MINUS_ONE.length + 1; k >= 2; k -= 1) sum = -z * sum + ZETA_MINUS_ONE[k - 2]!;
  return 1 - EULER + z * sum;
}
