import { choleskyInPlace, choleskyInverse, choleskySolve, product } from '../analysis/symmetric-matrix.ts';
import { GroupModel, type GroupMoments, type MeasuredGroup, type OutcomePeople } from './group-model.ts';

/**
 * Where a group's posterior is and how wide: Laplace's approximation about the mode ẑ at a first guess n̂ of the people without and with the event,
 *
 *     z ≈ N(ẑ, P⁻¹),  P = Λ + Jᵀ V̂⁻¹ J,  J = ∂μ/∂z,  V̂ = V(ẑ, n̂)
 *
 * with V held where it is: the slope of ln |V| is left out. It is not drawn from: the posterior of a rare cell is skewed, and a
 * normal one about its mode makes it several times too frequent (`README.md`). It gives the coordinates ξ = Lᵀ (z − ẑ),
 * P = L Lᵀ, in which `group-chain.ts` walks, and the correlations of V̂.
 */
export interface GroupFit {
  readonly model: GroupModel;
  /** n̂ */
  readonly people: OutcomePeople;
  /** ẑ */
  readonly mode: Float64Array;
  /** L */
  readonly factor: Float64Array;
  /** V̂⁻¹, and the diagonal of V̂. */
  readonly precisionOfCells: Float64Array;
  readonly variances: Float64Array;
}

const MOST_STEPS = 60;
/** In units of log-potentials. */
const LARGEST_STEP = 1;
/** Squared length of a step in standard deviations of the posterior, all directions together. */
const SMALL_STEP = 1e-3;

/** Room for what a Fisher step needs at one place: V⁻¹ J and P = Λ + Jᵀ V⁻¹ J. */
function fisherAt(model: GroupModel, z: Float64Array, moments: GroupMoments, people: OutcomePeople) {
  const n = model.size;
  const [V, J] = [new Float64Array(n * n), new Float64Array(n * n)];
  model.fillMoments(z, moments);
  model.fillCovariance(moments, people, V);
  if (!(choleskyInPlace(V, n) > 0)) throw new Error('the covariance of noisy tables is not positive');
  const precisionOfCells = choleskyInverse(V, n);
  model.fillSlope(moments, people, J);
  const weightedSlope = product(precisionOfCells, J, n);
  const P = transposedProduct(J, weightedSlope, n);
  for (let k = 0; k < n; k += 1) P[k * n + k]! += model.precision[k]!;
  return { precisionOfCells, weightedSlope, P };
}

function factored(P: Float64Array, n: number): Float64Array {
  if (!(choleskyInPlace(P, n) > 0)) throw new Error('the precision of a posterior is not positive');
  return P;
}

/** The mode by Fisher scoring, V renewed at every step. Deterministic. */
export function fitGroup(group: MeasuredGroup, people: OutcomePeople): GroupFit {
  const model = new GroupModel(group);
  const n = model.size;
  const moments = model.allocateMoments();
  const z = new Float64Array(n);
  const [score, step, residual] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const before = new Float64Array(n);
  let damping = 1;
  for (let iteration = 0; ; iteration += 1) {
    const { precisionOfCells, weightedSlope, P } = fisherAt(model, z, moments, people);
    const factor = factored(P, n);
    model.fillResidual(moments, people, residual);
    pulledBack(weightedSlope, residual, score);
    for (let k = 0; k < n; k += 1) score[k]! -= model.precision[k]! * z[k]!;
    const length = choleskySolve(factor, n, score, step);
    if (length < SMALL_STEP || iteration === MOST_STEPS) {
      const variances = new Float64Array(n);
      model.fillVariances(moments, people, variances);
      return { model, people, mode: z, factor, precisionOfCells, variances };
    }
    const largest = step.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    // V moves with z: two steps that undo each other are halved.
    const turned = step.reduce((sum, one, k) => sum + one * before[k]!, 0) < 0;
    damping = turned ? damping / 2 : Math.min(1, 1.5 * damping);
    const scale = Math.min(damping, LARGEST_STEP / largest);
    for (let k = 0; k < n; k += 1) z[k]! += scale * step[k]!;
    before.set(step);
  }
}

/** z = ẑ + L⁻ᵀ ξ */
export function positionAt({ mode, factor }: GroupFit, xi: Float64Array): Float64Array {
  const n = mode.length;
  const z = xi.slice();
  // Row by row from below, as memory runs.
  for (let k = n - 1; k >= 0; k -= 1) {
    const one = z[k]! / factor[k * n + k]!;
    z[k] = one;
    for (let i = 0; i < k; i += 1) z[i]! -= factor[k * n + i]! * one;
  }
  for (let k = 0; k < n; k += 1) z[k]! += mode[k]!;
  return z;
}

/** L⁻¹ g in place: the gradient in ξ of one in z. */
export function gradientInPlace({ factor }: GroupFit, g: Float64Array): void {
  const n = g.length;
  for (let i = 0; i < n; i += 1) {
    let sum = g[i]!;
    for (let k = 0; k < i; k += 1) sum -= factor[i * n + k]! * g[k]!;
    g[i] = sum / factor[i * n + i]!;
  }
}

/** (W J)ᵀ v */
function pulledBack(WJ: Float64Array, v: Float64Array, out: Float64Array): void {
  const n = v.length;
  out.fill(0);
  for (let i = 0; i < n; i += 1) for (let k = 0; k < n; k += 1) out[k]! += WJ[i * n + k]! * v[i]!;
}

/** Aᵀ B */
function transposedProduct(A: Float64Array, B: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k += 1) {
    for (let i = 0; i < n; i += 1) {
      const a = A[k * n + i]!;
      if (a === 0) continue;
      for (let j = 0; j < n; j += 1) out[i * n + j]! += a * B[k * n + j]!;
    }
  }
  return out;
}
