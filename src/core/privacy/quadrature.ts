/** Nodes and weights on [0, 1]. */
export interface Quadrature {
  readonly node: readonly number[];
  readonly weight: readonly number[];
}

/** Gauss–Legendre on [0, 1], by Newton's method on the Legendre recurrence. */
export function gaussLegendre(n: number): Quadrature {
  const node: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < n; i += 1) {
    let x = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5));
    let slope = 1;
    for (let k = 0; k < 20; k += 1) {
      let previous = 1;
      let value = x;
      for (let m = 2; m <= n; m += 1) {
        [previous, value] = [value, ((2 * m - 1) * x * value - (m - 1) * previous) / m];
      }
      slope = (n * (x * value - previous)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    node.push(0.5 * (1 + x));
    weight.push(1 / ((1 - x * x) * slope * slope));
  }
  return { node, weight };
}

/** Proved relative error of a panel's mass, and of the share of it that goes up, for every rule below. */
export const PANEL_ERROR = 2 ** -47;

const RULES: readonly Quadrature[] = [2, 3, 4, 6, 12].map(gaussLegendre);
const LONGEST_PANEL = 0.5;

/**
 * What is integrated over a panel: masses and shares that go up with 1 − e^{a−L}, or with the loss itself and its square, as the
 * lower grid's do.
 */
export type Integrand = 'exponential' | 'logarithmic';

/**
 * Bound on the error of n-point Gauss–Legendre on a panel of the masses, relative to the panel's mass.
 *
 * With r half the panel's length and every length in units of min(σ, σ²): for f analytic inside of the ellipse of
 * Bernstein with parameter ρ the error is at most (64/15) M ρ^−2n/(1 − ρ^−2) times the half length, M = max |f|
 * (Trefethen 2008, theorem 4.5). The ellipse lies in the disc of radius R, ρ = R/r + √((R/r)² − 1).
 *
 * The density is a sum of Gaussians with positive weights, and so an entire function: at a distance R from x₀ it is at
 * most e^{zR + R²/2} times that at x₀, and on the panel at least e^{−zr − r²/2} times it, z = |x₀ − centre|/σ.
 *
 * Exponential: the part that goes up has the density A(x)·(S(x) − S(a))·const, S = q e^z/(1−q) and A a Gaussian again, whether a
 * row is added or removed; relative to the cell's whole width that is at most ((R + r)/2r) e^{R + r} of A, and 1.2 allows for
 * cells of up to 0.1 nats.
 *
 * Logarithmic: the part that goes up has τ + 4ατ(1 − τ), |α| ≤ 1/4, τ = (L − a)/h, with L = ln(1 + S) up to a sign and a constant:
 * analytic as far as the branch point at S = −1, which is at a distance of at least π. Within R ≤ 2.5 is |1 + S| ≥ sin 2.5 and
 * |S|/|1 + S| ≤ 1/sin 2.5, so that the slope S/(1 + S) of L is at most (1 + e^r) e^{R + r}/sin 2.5 times its least on
 * the panel (S ≤ 1 and S ≥ 1 apart), and |τ| ≤ t = ((R + r)/2r) (1 + e^r) e^{R + r}/sin 2.5. The balances, τ times e^{a−L} − 1 over
 * h and the like, are at most t(1 + t) for the same reason, with 1.2 for e^h.
 *
 * All bounds are for panels that are whole cells; parts of a cell are the smaller case.
 *
 * @param farthest z, at the far end of the range
 */
export function panelErrorBound(
  n: number,
  length: number,
  farthest: number,
  integrand: Integrand = 'exponential',
): number {
  const r = 0.5 * length;
  let best = Number.POSITIVE_INFINITY;
  for (let R = integrand === 'exponential' ? 8 : 2.5; R > 2 * r && R > 1e-3; R *= 0.85) {
    const rho = R / r + Math.sqrt((R / r) ** 2 - 1);
    const share = ((R + r) / (2 * r)) * Math.exp(R + r);
    const t = (share * (1 + Math.exp(r))) / Math.sin(2.5);
    const factor = integrand === 'exponential' ? share : t * (1 + t);
    const growth = farthest * (R + r) + 0.5 * (R * R + r * r);
    const log = growth + Math.log((32 / 15) * 1.2 * factor) - 2 * n * Math.log(rho);
    best = Math.min(best, Math.exp(log) / (1 - rho ** -2));
  }
  return best;
}

interface PanelRule {
  readonly longest: number;
  readonly rule: Quadrature;
}

const rulesByReach = new Map<string, readonly PanelRule[]>();

/**
 * The rules by the longest panel for which {@link panelErrorBound} is at most {@link PANEL_ERROR}. They hang on z
 * alone, rounded up, and are kept.
 */
export function rulesFor(farthest: number, integrand: Integrand = 'exponential'): readonly PanelRule[] {
  const reach = Math.ceil(farthest);
  const key = `${integrand} ${reach}`;
  const rules = rulesByReach.get(key) ?? rulesWithin(reach, integrand);
  rulesByReach.set(key, rules);
  return rules;
}

function rulesWithin(farthest: number, integrand: Integrand): readonly PanelRule[] {
  return RULES.map((rule) => {
    const bound = (length: number) => panelErrorBound(rule.node.length, length, farthest, integrand);
    let low = -20;
    let high = Math.log(LONGEST_PANEL);
    if (bound(LONGEST_PANEL) <= PANEL_ERROR) low = high;
    for (let i = 0; i < 24 && high > low; i += 1) {
      const middle = 0.5 * (low + high);
      if (bound(Math.exp(middle)) <= PANEL_ERROR) low = middle;
      else high = middle;
    }
    return { longest: Math.exp(low), rule };
  });
}
