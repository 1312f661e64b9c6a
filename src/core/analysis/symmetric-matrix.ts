/** Small dense symmetric positive matrices, row-major Float64Array of p × p (p is a few dozen). */

/**
 * Cholesky factor L of A = L Lᵀ in the lower triangle of `a`, in place.
 *
 * @returns the smallest pivot relative to its diagonal entry: near 0 when columns nearly depend on each
 *   other; 0 or negative (and the factor unusable) when A is not positive definite
 */
export function choleskyInPlace(a: Float64Array, p: number): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let j = 0; j < p; j += 1) {
    const top = j * p;
    const diagonal = a[top + j]!;
    let pivot = diagonal;
    for (let k = 0; k < j; k += 1) pivot -= a[top + k]! ** 2;
    const relative = diagonal > 0 ? pivot / diagonal : 0;
    if (!(relative > 0)) return 0;
    smallest = Math.min(smallest, relative);
    const root = Math.sqrt(pivot);
    a[top + j] = root;
    let row = top + p;
    // Two rows at a time: their sums do not wait for each other.
    for (; row + p < p * p; row += 2 * p) {
      let first = a[row + j]!;
      let second = a[row + p + j]!;
      for (let k = 0; k < j; k += 1) {
        const above = a[top + k]!;
        first -= a[row + k]! * above;
        second -= a[row + p + k]! * above;
      }
      a[row + j] = first / root;
      a[row + p + j] = second / root;
    }
    if (row < p * p) {
      let sum = a[row + j]!;
      for (let k = 0; k < j; k += 1) sum -= a[row + k]! * a[top + k]!;
      a[row + j] = sum / root;
    }
  }
  return smallest;
}

/** Solves L Lᵀ x = b; returns bᵀ A⁻¹ b, the squared length of b in that metric. */
export function choleskySolve(factor: Float64Array, p: number, b: Float64Array, x: Float64Array): number {
  let length = 0;
  for (let i = 0; i < p; i += 1) {
    let sum = b[i]!;
    for (let k = 0; k < i; k += 1) sum -= factor[i * p + k]! * x[k]!;
    x[i] = sum / factor[i * p + i]!;
    length += x[i]! ** 2;
  }
  for (let i = p - 1; i >= 0; i -= 1) {
    let sum = x[i]!;
    for (let k = i + 1; k < p; k += 1) sum -= factor[k * p + i]! * x[k]!;
    x[i] = sum / factor[i * p + i]!;
  }
  return length;
}

/** X ← L⁻¹ X in place, X of p × m row-major. Sums run along rows, as memory does. */
export function solveLower(factor: Float64Array, p: number, x: Float64Array, m: number): void {
  for (let i = 0; i < p; i += 1) {
    const at = i * m;
    for (let k = 0; k < i; k += 1) addTimes(x, at, x, k * m, -factor[i * p + k]!, m);
    const pivot = 1 / factor[i * p + i]!;
    for (let j = 0; j < m; j += 1) x[at + j]! *= pivot;
  }
}

/** X ← L⁻ᵀ X in place, X of p × m row-major. */
export function solveUpper(factor: Float64Array, p: number, x: Float64Array, m: number): void {
  for (let i = p - 1; i >= 0; i -= 1) {
    const at = i * m;
    for (let k = i + 1; k < p; k += 1) addTimes(x, at, x, k * m, -factor[k * p + i]!, m);
    const pivot = 1 / factor[i * p + i]!;
    for (let j = 0; j < m; j += 1) x[at + j]! *= pivot;
  }
}

function addTimes(
  x: Float64Array,
  to: number,
  y: Float64Array,
  from: number,
  factor: number,
  length: number,
): void {
  if (factor === 0) return;
  for (let j = 0; j < length; j += 1) x[to + j]! += factor * y[from + j]!;
}

/** A⁻¹ from its Cholesky factor: the columns of L⁻¹ as rows of X, then A⁻¹ = X Xᵀ. Sums run along rows, as memory does. */
export function choleskyInverse(factor: Float64Array, p: number): Float64Array {
  const x = new Float64Array(p * p);
  for (let j = 0; j < p; j += 1) {
    const column = j * p;
    x[column + j] = 1 / factor[column + j]!;
    for (let i = j + 1; i < p; i += 1) {
      const row = i * p;
      let sum = 0;
      for (let k = j; k < i; k += 1) sum -= factor[row + k]! * x[column + k]!;
      x[column + i] = sum / factor[row + i]!;
    }
  }
  const inverse = new Float64Array(p * p);
  for (let i = 0; i < p; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (let k = i; k < p; k += 1) sum += x[i * p + k]! * x[j * p + k]!;
      inverse[i * p + j] = sum;
    }
  }
  return mirrored(inverse, p);
}

/** A B of any two n × n. */
export function product(A: Float64Array, B: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < n; k += 1) {
      const a = A[i * n + k]!;
      if (a === 0) continue;
      for (let j = 0; j < n; j += 1) out[i * n + j]! += a * B[k * n + j]!;
    }
  }
  return out;
}

/** B M B for symmetric B and M: the sandwich. */
export function sandwich(bread: Float64Array, meat: Float64Array, p: number): Float64Array {
  return mirrored(rowProducts(rowProducts(bread, meat, p), bread, p), p);
}

/** A Bᵀ, two rows of each at a time so that every number that is read serves two sums. */
function rowProducts(a: Float64Array, b: Float64Array, p: number): Float64Array {
  const out = new Float64Array(p * p);
  const even = p - (p % 2);
  for (let i = 0; i < even; i += 2) {
    const top = i * p;
    const next = top + p;
    for (let j = 0; j < even; j += 2) {
      const left = j * p;
      const right = left + p;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      for (let k = 0; k < p; k += 1) {
        const a0 = a[top + k]!;
        const a1 = a[next + k]!;
        const b0 = b[left + k]!;
        const b1 = b[right + k]!;
        s00 += a0 * b0;
        s01 += a0 * b1;
        s10 += a1 * b0;
        s11 += a1 * b1;
      }
      out[top + j] = s00;
      out[top + j + 1] = s01;
      out[next + j] = s10;
      out[next + j + 1] = s11;
    }
  }
  if (even < p) {
    for (let i = 0; i < p; i += 1) {
      out[i * p + even] = rowProduct(a, i * p, b, even * p, p);
      out[even * p + i] = rowProduct(a, even * p, b, i * p, p);
    }
  }
  return out;
}

function rowProduct(a: Float64Array, aStart: number, b: Float64Array, bStart: number, p: number): number {
  let sum = 0;
  for (let k = 0; k < p; k += 1) sum += a[aStart + k]! * b[bStart + k]!;
  return sum;
}

/** Copies the lower triangle to the upper one. */
function mirrored(a: Float64Array, p: number): Float64Array {
  for (let i = 0; i < p; i += 1) for (let j = 0; j < i; j += 1) a[j * p + i] = a[i * p + j]!;
  return a;
}

/** Column `column` is the combination Σ coefficient · kept column; `involved` are those with coefficient ≠ 0. */
export interface Dependence {
  readonly column: number;
  readonly involved: readonly number[];
}

/**
 * Which columns of X depend on earlier ones, from the Gram matrix XᵀX of 0/1 columns, by sweeping columns in
 * order as R's pivoted QR does: an earlier column stays, a later dependent one goes.
 *
 * @param gram p × p, destroyed
 * @param tolerance pivot, relative to the diagonal, below which a column counts as dependent. The Gram
 *   matrix holds whole numbers up to the number of patterns n, so a true pivot is at least about 1/n
 *   and rounding leaves about 1e-15 n.
 */
export function dependentColumns(gram: Float64Array, p: number, tolerance: number): Dependence[] {
  const kept = new Uint8Array(p);
  const diagonal = Float64Array.from({ length: p }, (_, j) => gram[j * p + j]!);
  for (let k = 0; k < p; k += 1) {
    const pivot = gram[k * p + k]!;
    if (!(pivot > tolerance * diagonal[k]!)) continue;
    kept[k] = 1;
    for (let i = 0; i < p; i += 1) {
      if (i === k) continue;
      const ratio = gram[i * p + k]! / pivot;
      if (ratio === 0) continue;
      for (let j = 0; j < p; j += 1) if (j !== k) gram[i * p + j]! -= ratio * gram[k * p + j]!;
      // Kept rows hold −A_kk⁻¹ in their own columns; only their part over dependent columns is read.
      gram[i * p + k] = -ratio;
    }
    for (let j = 0; j < p; j += 1) if (j !== k) gram[k * p + j]! /= pivot;
    gram[k * p + k] = 1 / pivot;
  }
  const found: Dependence[] = [];
  for (let column = 0; column < p; column += 1) {
    if (kept[column] === 1) continue;
    const involved: number[] = [];
    for (let k = 0; k < p; k += 1) {
      if (kept[k] === 1 && Math.abs(gram[k * p + column]!) > INVOLVED) involved.push(k);
    }
    found.push({ column, involved });
  }
  return found;
}

/** Coefficients of dependences among 0/1 columns are small fractions; anything below is rounding. */
const INVOLVED = 1e-6;
