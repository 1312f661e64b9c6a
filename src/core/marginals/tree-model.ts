import { CategoricalSampler } from '../random/discrete.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { JunctionTree } from './junction-tree.ts';

/**
 * p(x) ∝ exp(Σ u) on a junction tree, by passing sums from the leaves to the first clique and back (Jensen, Lauritzen and Olesen
 * 1990). Exact. One object serves many potentials in turn and keeps its tables.
 */
export class TreeModel {
  readonly tree: JunctionTree;
  /** exp(Σ u − most) per clique. */
  readonly #base: readonly Float64Array[];
  /** Marginal probabilities of each clique's entries. */
  readonly #beliefs: readonly Float64Array[];
  readonly #messages: readonly Float64Array[];
  /** Marginal probabilities of what each clique shares with its parent. */
  readonly #shared: readonly Float64Array[];
  readonly #joint: readonly Float64Array[];
  readonly #carried: readonly Float64Array[];
  readonly #walks: readonly (readonly Walk[])[];
  #logPartition = 0;

  constructor(tree: JunctionTree) {
    this.tree = tree;
    this.#base = tree.cliques.map(({ entries }) => new Float64Array(entries));
    this.#beliefs = tree.cliques.map(({ entries }) => new Float64Array(entries));
    this.#messages = tree.cliques.map(({ separatorEntries }) => new Float64Array(separatorEntries));
    this.#shared = tree.cliques.map(({ separatorEntries }) => new Float64Array(separatorEntries));
    this.#joint = tree.cliques.map(({ entries }) => new Float64Array(entries));
    this.#carried = tree.cliques.map(({ separatorEntries }) => new Float64Array(separatorEntries));
    this.#walks = tree.cliques.map((_, c) => walkFrom(tree, c));
  }

  /** ln Σ_x exp(Σ u) of the potentials set last. */
  get logPartition(): number {
    return this.#logPartition;
  }

  /** @param potentials u of all features, in the order of `tree.starts` */
  set(potentials: Float64Array): void {
    let shift = 0;
    for (const [c, { entries, factors }] of this.tree.cliques.entries()) {
      const table = this.#base[c]!;
      table.fill(0);
      for (const { start, cell } of factors)
        for (let e = 0; e < entries; e += 1) table[e]! += potentials[start + cell[e]!]!;
      let most = Number.NEGATIVE_INFINITY;
      for (let e = 0; e < entries; e += 1) most = Math.max(most, table[e]!);
      for (let e = 0; e < entries; e += 1) table[e] = Math.exp(table[e]! - most);
      this.#beliefs[c]!.set(table);
      shift += most;
    }
    this.#logPartition = shift + this.#calibrate();
  }

  /** Probability of each cell of each variable and pair under the potentials set last. */
  marginals(out: Float64Array): void {
    this.#addUp(this.#beliefs, out);
  }

  /**
   * Covariance of the indicators of all cells, features × features: P(k and l) − P(k) P(l). The joint probability of cell k and every
   * entry is carried from its clique outwards, P(k, e) = P(e) P(k, s) / P(s) with s the part of e that the clique behind has too.
   */
  covariance(marginals: Float64Array, out: Float64Array): void {
    const n = this.tree.features;
    for (const [c, { entries, factors }] of this.tree.cliques.entries()) {
      const belief = this.#beliefs[c]!;
      const home = this.#joint[c]!;
      for (const { start, cell } of factors) {
        // Every level occurs: the last entry is in the last cell.
        const end = start + cell.at(-1)! + 1;
        for (let k = start; k < end; k += 1) {
          for (let e = 0; e < entries; e += 1) home[e] = cell[e] === k - start ? belief[e]! : 0;
          for (const walk of this.#walks[c]!) this.#carry(walk);
          const row = out.subarray(k * n, (k + 1) * n);
          this.#addUp(this.#joint, row);
          const p = marginals[k]!;
          for (let l = 0; l < n; l += 1) row[l]! -= p * marginals[l]!;
        }
      }
    }
  }

  /** Draws rows of the potentials set last, clique after clique along the tree; stays valid when others are set. */
  sampler(): (random: RandomSource, row: Uint8Array | number[]) => void {
    const { cliques, levels } = this.tree;
    const steps = cliques.map(({ variables, entries, separatorEntries, toSeparator, parent }, c) => {
      const belief = this.#beliefs[c]!;
      const members: number[][] = Array.from({ length: separatorEntries }, () => []);
      for (let e = 0; e < entries; e += 1) if (belief[e]! > 0) members[toSeparator[e]!]!.push(e);
      const samplers = members.map((list) => {
        if (list.length === 0) return undefined;
        const total = list.reduce((sum, e) => sum + belief[e]!, 0);
        return new CategoricalSampler(list.map((e) => belief[e]! / total));
      });
      const shared = parent < 0 ? [] : variables.filter((v) => cliques[parent]!.variables.includes(v));
      return { variables: variables.toReversed(), shared, members, samplers };
    });
    return (random, row) => {
      for (const { variables, shared, members, samplers } of steps) {
        const place = shared.reduce((found, v) => found * levels[v]! + row[v]!, 0);
        let entry = members[place]![samplers[place]!.draw(random)]!;
        for (const v of variables) {
          row[v] = entry % levels[v]!;
          entry = Math.floor(entry / levels[v]!);
        }
      }
    };
  }

  #addUp(tables: readonly Float64Array[], out: Float64Array): void {
    out.fill(0);
    for (const [c, { entries, factors }] of this.tree.cliques.entries()) {
      const table = tables[c]!;
      for (const { start, cell } of factors)
        for (let e = 0; e < entries; e += 1) out[start + cell[e]!]! += table[e]!;
    }
  }

  #carry({ from, to, link, out, back }: Walk): void {
    const [behind, ahead, belief] = [this.#joint[from]!, this.#joint[to]!, this.#beliefs[to]!];
    const [carried, shared] = [this.#carried[link]!, this.#shared[link]!];
    carried.fill(0);
    for (let e = 0; e < behind.length; e += 1) carried[out[e]!]! += behind[e]!;
    for (let s = 0; s < carried.length; s += 1) carried[s] = shared[s]! > 0 ? carried[s]! / shared[s]! : 0;
    for (let e = 0; e < ahead.length; e += 1) ahead[e] = belief[e]! * carried[back[e]!]!;
  }

  /** Beliefs from tables to marginal probabilities; returns the logarithm of their total. */
  #calibrate(): number {
    const { cliques } = this.tree;
    let log = 0;
    for (let c = cliques.length - 1; c > 0; c -= 1) {
      const { entries, parent, toSeparator, parentToSeparator } = cliques[c]!;
      const belief = this.#beliefs[c]!;
      const message = this.#messages[c]!;
      message.fill(0);
      for (let e = 0; e < entries; e += 1) message[toSeparator[e]!]! += belief[e]!;
      // Scaled, so that long chains do not run out of numbers.
      let total = 0;
      for (let s = 0; s < message.length; s += 1) total += message[s]!;
      for (let s = 0; s < message.length; s += 1) message[s]! /= total;
      log += Math.log(total);
      const above = this.#beliefs[parent]!;
      for (let e = 0; e < above.length; e += 1) above[e]! *= message[parentToSeparator[e]!]!;
    }
    const first = this.#beliefs[0]!;
    let total = 0;
    for (let e = 0; e < first.length; e += 1) total += first[e]!;
    for (let e = 0; e < first.length; e += 1) first[e]! /= total;
    for (let c = 1; c < cliques.length; c += 1) {
      const { entries, parent, toSeparator, parentToSeparator } = cliques[c]!;
      const above = this.#beliefs[parent]!;
      const shared = this.#shared[c]!;
      shared.fill(0);
      for (let e = 0; e < above.length; e += 1) shared[parentToSeparator[e]!]! += above[e]!;
      const belief = this.#beliefs[c]!;
      // What the clique said itself is taken out of what comes back.
      const own = this.#messages[c]!;
      own.fill(0);
      for (let e = 0; e < entries; e += 1) own[toSeparator[e]!]! += belief[e]!;
      for (let e = 0; e < entries; e += 1) {
        const s = toSeparator[e]!;
        belief[e] = own[s]! > 0 ? (belief[e]! * shared[s]!) / own[s]! : 0;
      }
    }
    return log + Math.log(total);
  }
}

/** One step from a clique to the next; the separator is that of `link`, the lower one of the two. */
interface Walk {
  readonly from: number;
  readonly to: number;
  readonly link: number;
  readonly out: Int32Array;
  readonly back: Int32Array;
}

/** All other cliques, each reached from one that was reached before. */
function walkFrom({ cliques }: JunctionTree, start: number): Walk[] {
  const walks: Walk[] = [];
  const reached = [start];
  for (const from of reached) {
    for (const [to, { parent, toSeparator, parentToSeparator }] of cliques.entries()) {
      if (reached.includes(to)) continue;
      if (parent === from) walks.push({ from, to, link: to, out: parentToSeparator, back: toSeparator });
      else if (cliques[from]!.parent === to) {
        const own = cliques[from]!;
        walks.push({ from, to, link: from, out: own.toSeparator, back: own.parentToSeparator });
      } else continue;
      reached.push(to);
    }
  }
  return walks;
}
