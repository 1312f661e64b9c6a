import { choleskyInPlace, choleskySolve } from '../analysis/symmetric-matrix.ts';
import { type JunctionTree, junctionTree, type PairGroup, pairGroups } from './junction-tree.ts';
import type { NoisyTables } from './noisy-tables.ts';
import { TreeModel } from './tree-model.ts';

/**
 * Variables that hang together through declared pairs, in the maximum-entropy model of their tables,
 *
 *     p(x | y) ∝ exp(Σ_j (b_j[x_j] + (y − ½) g_j[x_j]) + Σ_(i,j) G_ij[x_i, x_j])
 *
 * and what was measured of them. Given the number of events E no other table says anything about them, so a release falls into such
 * groups and single variables (`table-chain.ts`). The group's cells s = (without the event, with it, pairs), as departures from equal
 * shares of the people that they are about (Ê_y/C and N/(C C′) less than released), are
 *
 *     s ~ N(μ, V),  μ = (N − E) A₀(p₀ − ō) + E A₁(p₁ − ō),  V = (N − E) A₀Σ₀A₀ᵀ + E A₁Σ₁A₁ᵀ + diag(σ²)
 *
 * with p_y, Σ_y the marginals of all cells and their covariance under p(· | y), exact by junction tree, ō the equal shares, and A_y the
 * places of a half's cells in s (after Räisä et al. 2023, eq. 10–12). Each table's sum is 0 in s and in μ, and has the constant σ² of its own in V.
 *
 * Priors: b ~ N(0, 2²): 95 % of levels between 1/50 and 50 times the usual size; g and G ~ N(0, 1): ratios of risks and of
 * odds mostly between 1/7 and 7. Every cell has a parameter of its own, so that no level is a special one; directions that
 * the tables say nothing about keep their prior.
 */
export interface MeasuredGroup {
  /** Positions in the release's tables, and in its pairs. */
  readonly tables: readonly number[];
  readonly pairs: readonly number[];
  readonly tree: JunctionTree;
  /** s and σ² */
  readonly cells: Float64Array;
  readonly noise: Float64Array;
  /** ō of each feature of the tree. */
  readonly equalShares: Float64Array;
}

/** People without and with the event: N − E and E. */
export type OutcomePeople = readonly [number, number];

const PRIOR_SCALE = { level: 2, outcome: 1, pair: 1 } as const;

export function measuredGroups(release: NoisyTables): MeasuredGroup[] {
  const { tables, pairs = [] } = release;
  const place = (variable: number) => tables.findIndex((table) => table.variable === variable);
  const scopes = pairs.map(({ variables: [i, j] }) => [place(i), place(j)] as const);
  return pairGroups(tables.length, scopes).map((group) => measured(group, scopes, release));
}

function measured(
  group: PairGroup,
  scopes: readonly (readonly [number, number])[],
  { rowCount, events, tables, pairs = [] }: NoisyTables,
): MeasuredGroup {
  const local = (t: number) => group.variables.indexOf(t);
  const tree = junctionTree(
    group.variables.map((t) => tables[t]!.levels),
    group.pairs.map((k) => [local(scopes[k]![0]), local(scopes[k]![1])]),
  );
  const cells: number[] = [];
  const noise: number[] = [];
  const equalShares: number[] = [];
  for (const y of [0, 1]) {
    const people = y === 1 ? events.count : rowCount - events.count;
    for (const t of group.variables) {
      const { counts, levels, standardDeviation } = tables[t]!;
      for (let c = 0; c < levels; c += 1) {
        if (y === 0) equalShares.push(1 / levels);
        cells.push(counts[2 * c + y]! - people / levels);
        noise.push(standardDeviation ** 2);
      }
    }
  }
  for (const k of group.pairs) {
    const { counts, standardDeviation } = pairs[k]!;
    for (const count of counts) {
      equalShares.push(1 / counts.length);
      cells.push(count - rowCount / counts.length);
      noise.push(standardDeviation ** 2);
    }
  }
  return {
    tables: group.variables,
    pairs: group.pairs,
    tree,
    cells: Float64Array.from(cells),
    noise: Float64Array.from(noise),
    equalShares: Float64Array.from(equalShares),
  };
}

/** p_0, p_1, Σ_0 and Σ_1 at one position. */
export interface GroupMoments {
  readonly marginals: readonly [Float64Array, Float64Array];
  readonly covariances: readonly [Float64Array, Float64Array];
}

/** The model of one group at positions z = (b, g, G), as long as s is. */
export class GroupModel {
  readonly group: MeasuredGroup;
  readonly size: number;
  /** Precision of the prior of each part of z. */
  readonly precision: Float64Array;
  readonly #trees: readonly [TreeModel, TreeModel];
  readonly #levelCells: number;
  readonly #matrix: Float64Array;
  readonly #vector: Float64Array;
  readonly #solved: Float64Array;

  constructor(group: MeasuredGroup) {
    this.group = group;
    this.size = group.cells.length;
    const { tree } = group;
    this.#trees = [new TreeModel(tree), new TreeModel(tree)];
    const V = tree.levels.reduce((sum, C) => sum + C, 0);
    this.#levelCells = V;
    this.precision = new Float64Array(this.size).fill(PRIOR_SCALE.pair ** -2);
    this.precision.fill(PRIOR_SCALE.level ** -2, 0, V);
    this.precision.fill(PRIOR_SCALE.outcome ** -2, V, 2 * V);
    this.#matrix = new Float64Array(this.size ** 2);
    this.#vector = new Float64Array(this.size);
    this.#solved = new Float64Array(this.size);
  }

  allocateMoments(): GroupMoments {
    const F = this.group.tree.features;
    const two = (length: number) => [new Float64Array(length), new Float64Array(length)] as const;
    return { marginals: two(F), covariances: two(F ** 2) };
  }

  /** Potentials of p(x | y) at z. */
  fillPotentials(z: Float64Array, y: 0 | 1, out: Float64Array): void {
    const V = this.#levelCells;
    for (let f = 0; f < out.length; f += 1) out[f] = f < V ? z[f]! + (y - 0.5) * z[V + f]! : z[V + f]!;
  }

  potentials(z: Float64Array, y: 0 | 1): Float64Array {
    const out = new Float64Array(this.group.tree.features);
    this.fillPotentials(z, y, out);
    return out;
  }

  /** Place in s of feature f among people with outcome y; pairs are counted over both. */
  #place(f: number, y: 0 | 1): number {
    return f < this.#levelCells && y === 0 ? f : this.#levelCells + f;
  }

  fillMarginals(z: Float64Array, moments: GroupMoments): void {
    for (const y of [0, 1] as const) {
      this.#trees[y].set(this.potentials(z, y));
      this.#trees[y].marginals(moments.marginals[y]);
    }
  }

  fillMoments(z: Float64Array, moments: GroupMoments): void {
    this.fillMarginals(z, moments);
    for (const y of [0, 1] as const) this.#trees[y].covariance(moments.marginals[y], moments.covariances[y]);
  }

  /** s − μ */
  fillResidual({ marginals }: GroupMoments, people: OutcomePeople, out: Float64Array): void {
    const { cells, equalShares } = this.group;
    out.set(cells);
    for (const y of [0, 1] as const) {
      const ofOutcome = people[y];
      for (let f = 0; f < this.group.tree.features; f += 1)
        out[this.#place(f, y)]! -= ofOutcome * (marginals[y][f]! - equalShares[f]!);
    }
  }

  fillCovariance({ covariances }: GroupMoments, people: OutcomePeople, out: Float64Array): void {
    const n = this.size;
    const F = this.group.tree.features;
    out.fill(0);
    for (const y of [0, 1] as const) {
      const ofOutcome = people[y];
      for (let f = 0; f < F; f += 1) {
        const row = this.#place(f, y) * n;
        for (let h = 0; h < F; h += 1)
          out[row + this.#place(h, y)]! += ofOutcome * covariances[y][f * F + h]!;
      }
    }
    for (let k = 0; k < n; k += 1) out[k * n + k]! += this.group.noise[k]!;
  }

  /** ∂μ/∂z, row-major, cells of s by parts of z. */
  fillSlope({ covariances }: GroupMoments, people: OutcomePeople, out: Float64Array): void {
    const n = this.size;
    const V = this.#levelCells;
    const F = this.group.tree.features;
    out.fill(0);
    for (const y of [0, 1] as const) {
      const ofOutcome = people[y];
      for (let f = 0; f < F; f += 1) {
        const row = this.#place(f, y) * n;
        for (let h = 0; h < F; h += 1) {
          const slope = ofOutcome * covariances[y][f * F + h]!;
          if (h < V) out[row + h]! += slope;
          out[row + V + h]! += h < V ? (y - 0.5) * slope : slope;
        }
      }
    }
  }

  /** ln N(s | μ, V) up to a constant; −∞ where V is not positive to rounding. */
  logLikelihood(moments: GroupMoments, people: OutcomePeople): number {
    const n = this.size;
    this.fillCovariance(moments, people, this.#matrix);
    if (!(choleskyInPlace(this.#matrix, n) > 0)) return Number.NEGATIVE_INFINITY;
    this.fillResidual(moments, people, this.#vector);
    const squares = choleskySolve(this.#matrix, n, this.#vector, this.#solved);
    let logDeterminant = 0;
    for (let k = 0; k < n; k += 1) logDeterminant += 2 * Math.log(this.#matrix[k * n + k]!);
    return -0.5 * (squares + logDeterminant);
  }

  logPrior(z: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < z.length; k += 1) sum -= 0.5 * this.precision[k]! * z[k]! ** 2;
    return sum;
  }

  /** Variances of the cells of s: the diagonal of V, from marginals alone. */
  fillVariances({ marginals }: GroupMoments, people: OutcomePeople, out: Float64Array): void {
    out.set(this.group.noise);
    for (const y of [0, 1] as const) {
      const ofOutcome = people[y];
      for (let f = 0; f < this.group.tree.features; f += 1) {
        const p = marginals[y][f]!;
        out[this.#place(f, y)]! += ofOutcome * p * (1 - p);
      }
    }
  }

  /**
   * Gradient in z of a function of μ and of the variances of s, given its slopes in both, without Σ: Σ_y w is the derivative of the
   * marginals as potentials move along w, taken as a central difference (relative error about 1e-8).
   */
  fillPulledBack(
    z: Float64Array,
    { marginals }: GroupMoments,
    slopes: { readonly ofMean: Float64Array; readonly ofVariance: Float64Array },
    people: OutcomePeople,
    out: Float64Array,
  ): void {
    const V = this.#levelCells;
    const F = this.group.tree.features;
    const [w, moved, ahead, behind] = Array.from({ length: 4 }, () => new Float64Array(F)) as Four;
    out.fill(0);
    for (const y of [0, 1] as const) {
      let most = 0;
      for (let f = 0; f < F; f += 1) {
        const k = this.#place(f, y);
        w[f] = slopes.ofMean[k]! + (1 - 2 * marginals[y][f]!) * slopes.ofVariance[k]!;
        most = Math.max(most, Math.abs(w[f]!));
      }
      if (most === 0) continue;
      const step = 1e-4 / most;
      this.fillPotentials(z, y, moved);
      for (let f = 0; f < F; f += 1) moved[f]! += step * w[f]!;
      this.#trees[y].set(moved);
      this.#trees[y].marginals(ahead);
      for (let f = 0; f < F; f += 1) moved[f]! -= 2 * step * w[f]!;
      this.#trees[y].set(moved);
      this.#trees[y].marginals(behind);
      const ofOutcome = people[y];
      for (let f = 0; f < F; f += 1) {
        const slope = (ofOutcome * (ahead[f]! - behind[f]!)) / (2 * step);
        if (f < V) out[f]! += slope;
        out[V + f]! += f < V ? (y - 0.5) * slope : slope;
      }
    }
  }
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];
