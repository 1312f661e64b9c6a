import { choleskyInPlace, choleskySolve } from './symmetric-matrix.ts';

/** Relative to the mean square of the differences: keeps differences that say the same from being told apart. */
const RIDGE = 1e-10;

/**
 * A fixed-point iteration x ← x + f(x) made faster from its own last steps (Anderson 1965; Walker and Ni 2011, type II): with ΔX and ΔF the
 * differences of the last points and steps,
 *
 *     x₊ = x + f − (ΔX + ΔF) γ,   γ = argmin ‖f − ΔF γ‖
 *
 * the step that the last few would make if f were linear between them. Where plain steps shrink by a twentieth each, a dozen of these do.
 */
export class AndersonMixing {
  readonly #depth: number;
  readonly #points: Float64Array[] = [];
  readonly #steps: Float64Array[] = [];

  /** @param depth how many differences are remembered, at least 1 */
  constructor(depth: number) {
    this.#depth = depth;
  }

  /** How far to go from x where the plain step is f: f itself at the first call. */
  stepFrom(x: Float64Array, f: Float64Array): Float64Array {
    this.#points.push(x.slice());
    this.#steps.push(f.slice());
    if (this.#points.length > this.#depth + 1) {
      this.#points.shift();
      this.#steps.shift();
    }
    const m = this.#points.length - 1;
    const out = f.slice();
    if (m === 0) return out;
    const between = (all: readonly Float64Array[], k: number) =>
      all[k + 1]!.map((one, i) => one - all[k]![i]!);
    const moved = Array.from({ length: m }, (_, k) => between(this.#points, k));
    const changed = Array.from({ length: m }, (_, k) => between(this.#steps, k));
    const gram = new Float64Array(m * m);
    const right = new Float64Array(m);
    let scale = 0;
    for (let k = 0; k < m; k += 1) {
      right[k] = dot(changed[k]!, f);
      for (let l = 0; l < m; l += 1) gram[k * m + l] = dot(changed[k]!, changed[l]!);
      scale += gram[k * m + k]! / m;
    }
    for (let k = 0; k < m; k += 1) gram[k * m + k]! += RIDGE * scale;
    if (!(choleskyInPlace(gram, m) > 0)) return out;
    const gamma = new Float64Array(m);
    choleskySolve(gram, m, right, gamma);
    for (let k = 0; k < m; k += 1) {
      for (let i = 0; i < out.length; i += 1) out[i]! -= gamma[k]! * (moved[k]![i]! + changed[k]![i]!);
    }
    return out;
  }

  /** Forgets: what follows has nothing to do with what was. */
  reset(): void {
    this.#points.length = 0;
    this.#steps.length = 0;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
