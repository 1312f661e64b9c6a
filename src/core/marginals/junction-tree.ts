/**
 * A junction tree of discrete variables under declared pairs: exact marginals of the family
 *
 *     p(x) ∝ exp(Σ_j u_j[x_j] + Σ_(i,j) u_ij[x_i, x_j])
 *
 * cost what its cliques' tables cost, not what the table of all variables costs (Lauritzen and Spiegelhalter 1988).
 * `tree-model.ts` computes with it.
 */
export interface JunctionTree {
  /** C_j of each variable of the tree. */
  readonly levels: readonly number[];
  /** Positions in `levels`. */
  readonly pairs: readonly (readonly [number, number])[];
  /** The first has no parent; a parent stands before its children. */
  readonly cliques: readonly Clique[];
  /** Where u_j, and behind them u_ij, begin among all potentials; the cell (a, b) of a pair is at a C_j + b. */
  readonly starts: readonly number[];
  /** Σ C_j + Σ C_i C_j */
  readonly features: number;
}

export interface Clique {
  /** Ascending. */
  readonly variables: readonly number[];
  /** Π C_j of its variables; the last one counts fastest. */
  readonly entries: number;
  /** −1 for the first. */
  readonly parent: number;
  readonly separatorEntries: number;
  /** Entry of this clique, and of its parent, to the entry of what they share. */
  readonly toSeparator: Int32Array;
  readonly parentToSeparator: Int32Array;
  /** Potentials that stand in this clique, each in one clique only: entry to cell. */
  readonly factors: readonly { readonly start: number; readonly cell: Int32Array }[];
}

/** Variables that hang together through pairs, and the pairs among them, by the positions given. */
export interface PairGroup {
  readonly variables: readonly number[];
  /** Indices of pairs. */
  readonly pairs: readonly number[];
}

/** Positions of two variables, the smaller first. */
export type Pair = readonly [number, number];

/** Connected components with at least one pair, in the order of their first variable. */
export function pairGroups(variableCount: number, pairs: readonly Pair[]): PairGroup[] {
  const groupOf = Array.from({ length: variableCount }, (_, v) => v);
  for (const [i, j] of pairs) {
    const [from, to] = [groupOf[i]!, groupOf[j]!];
    for (let v = 0; v < variableCount; v += 1) {
      if (groupOf[v] === Math.max(from, to)) groupOf[v] = Math.min(from, to);
    }
  }
  return [...new Set(groupOf)].flatMap((group) => {
    const variables = groupOf.flatMap((one, v) => (one === group ? [v] : []));
    const inside = pairs.flatMap(([i], t) => (groupOf[i] === group ? [t] : []));
    return inside.length === 0 ? [] : [{ variables, pairs: inside }];
  });
}

/** Sizes of the maximal cliques' tables, without building them. */
export function cliqueSizes(levels: readonly number[], pairs: readonly Pair[]): number[] {
  return maximalCliques(levels, pairs).map((clique) => entriesOf(clique, levels));
}

/** @param pairs distinct, of different variables */
export function junctionTree(levels: readonly number[], pairs: readonly Pair[]): JunctionTree {
  const { order, parents } = spanningTree(maximalCliques(levels, pairs));
  const starts: number[] = [];
  let features = 0;
  for (const size of [...levels, ...pairs.map(([i, j]) => levels[i]! * levels[j]!)]) {
    starts.push(features);
    features += size;
  }
  const scopes = [...levels.map((_, v) => [v]), ...pairs];
  const homes = scopes.map((scope) => order.findIndex((clique) => scope.every((v) => clique.includes(v))));
  const cliques = order.map((variables, c): Clique => {
    const parent = parents[c]!;
    const shared = parent < 0 ? [] : variables.filter((v) => order[parent]!.includes(v));
    return {
      variables,
      entries: entriesOf(variables, levels),
      parent,
      separatorEntries: entriesOf(shared, levels),
      toSeparator: projection(variables, shared, levels),
      parentToSeparator: parent < 0 ? new Int32Array() : projection(order[parent]!, shared, levels),
      factors: scopes.flatMap((scope, f) =>
        homes[f] === c ? [{ start: starts[f]!, cell: projection(variables, scope, levels) }] : [],
      ),
    };
  });
  return { levels, pairs, cliques, starts, features };
}

function entriesOf(variables: readonly number[], levels: readonly number[]): number {
  return variables.reduce((product, v) => product * levels[v]!, 1);
}

/**
 * Triangulation by elimination: the variable whose neighbours lack the fewest links among themselves goes first, of equals
 * the one with the smallest table (min-fill; Kjærulff 1990). A variable with its neighbours at that moment is a clique.
 */
function maximalCliques(levels: readonly number[], pairs: readonly Pair[]): number[][] {
  const neighbours = levels.map(() => new Set<number>());
  const link = (i: number, j: number) => {
    neighbours[i]!.add(j);
    neighbours[j]!.add(i);
  };
  for (const [i, j] of pairs) link(i, j);
  const left = new Set(levels.keys());
  const cliques: number[][] = [];
  while (left.size > 0) {
    let [best, fewest, smallest] = [-1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const v of left) {
      const around = [...neighbours[v]!];
      let fill = 0;
      for (const [k, i] of around.entries())
        for (const j of around.slice(k + 1)) if (!neighbours[i]!.has(j)) fill += 1;
      const size = entriesOf([v, ...around], levels);
      if (fill < fewest || (fill === fewest && size < smallest)) [best, fewest, smallest] = [v, fill, size];
    }
    const around = [...neighbours[best]!];
    for (const [k, i] of around.entries()) for (const j of around.slice(k + 1)) link(i, j);
    for (const i of around) neighbours[i]!.delete(best);
    left.delete(best);
    const clique = [best, ...around].toSorted((a, b) => a - b);
    if (!cliques.some((other) => clique.every((v) => other.includes(v)))) cliques.push(clique);
  }
  return cliques;
}

/** A spanning tree with separators as large as can be: then every variable's cliques hang together (Jensen and Jensen 1994). */
function spanningTree(cliques: readonly number[][]): { order: number[][]; parents: number[] } {
  const order = [cliques[0]!];
  const parents = [-1];
  const outside = new Set(cliques.slice(1));
  while (outside.size > 0) {
    let best: { clique: number[]; parent: number; shared: number } | undefined;
    for (const clique of outside) {
      for (const [parent, inside] of order.entries()) {
        const shared = clique.filter((v) => inside.includes(v)).length;
        if (best === undefined || shared > best.shared) best = { clique, parent, shared };
      }
    }
    order.push(best!.clique);
    parents.push(best!.parent);
    outside.delete(best!.clique);
  }
  return { order, parents };
}

/** Each entry of the table of `variables` to the entry of the table of `onto`. */
function projection(
  variables: readonly number[],
  onto: readonly number[],
  levels: readonly number[],
): Int32Array {
  const stride = new Map<number, number>();
  let product = 1;
  for (const v of onto.toReversed()) {
    stride.set(v, product);
    product *= levels[v]!;
  }
  return Int32Array.from({ length: entriesOf(variables, levels) }, (_, entry) => {
    let [rest, found] = [entry, 0];
    for (const v of variables.toReversed()) {
      found += (rest % levels[v]!) * (stride.get(v) ?? 0);
      rest = Math.floor(rest / levels[v]!);
    }
    return found;
  });
}
