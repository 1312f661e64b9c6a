import { beta } from '../random/gamma.ts';
import { exponential, type RandomSource, uniform, uniformInteger } from '../random/random-source.ts';
import { type ChainPhase, GroupChain } from './group-chain.ts';
import { fitGroup, type GroupFit } from './group-fit.ts';
import { type MeasuredGroup, measuredGroups, type OutcomePeople } from './group-model.ts';
import type { NoisyTables } from './noisy-tables.ts';

/**
 * The posterior of what noisy tables variable × outcome are about, **given their noise** (after Räisä et al. 2023).
 *
 * Parameters: E, the number of people with the event; q_j, the shares of variable j's levels among them; r_j, among the
 * others. In the maximum-entropy model of these tables variables are independent given the outcome, a tree with y in its
 * middle, so given E the tables are independent of each other and, with M = E, p = q_j (or M = N − E, p = r_j),
 *
 *     s_jy ~ N(M p, M (diag p − p pᵀ) + σ_j² I),   Ê − N̂/2 ~ N(E − N/2, σ_E²)
 *
 * the normal approximation of multinomial counts plus the noise as it is. N̂ is N where that is public; else N is one parameter more, N̂ ~ N(N, σ_N²). What was measured of the table are departures from equal shares, which sum to
 * 0: s_jy is the released cell with (M − Ê_y)/C on top, so that its sum is M. Nothing is gained by that sum: 1 is an eigenvector of
 * the covariance, of value σ², so the sum's part of the density is a constant. With a_c = M p_c + σ², r_c = s_c − M p_c, h = Σ p²/a, g = Σ p r/a
 * the Sherman–Morrison formula gives its logarithm from four sums,
 *
 *     −½ (Σ r²/a + M g²/(1 − M h) + Σ ln a + ln(1 − M h)).
 *
 * Variables in declared pairs hang together given the outcome; each group of them is one block more (`group-model.ts`), again independent
 * of everything else given E and N.
 *
 * Prior: Dirichlet(1/C, …, 1/C) on every q_j and r_j (Perks 1947): a level that nobody is in may stay
 * near 0. A flat one would put a share of the noise into every rare level. Jeffreys' Beta(½, ½) on the event rate. Flat on N ≥ 1.
 */
export interface TableParameters {
  /** N: the public one, or one that may be. */
  readonly rowCount: number;
  /** E/N */
  readonly eventShare: number;
  /** q_j and r_j, one array a table. */
  readonly withEvent: readonly Float64Array[];
  readonly withoutEvent: readonly Float64Array[];
  /** Of variables in pairs also the whole distribution; absent where there are no pairs. */
  readonly groups?: readonly GroupParameters[];
}

export interface GroupParameters {
  readonly group: MeasuredGroup;
  /** Of p(x | y = 0) and p(x | y = 1), for a `TreeModel` of `group.tree`. */
  readonly potentials: readonly [Float64Array, Float64Array];
  /** Shares of the cells of the pairs among all people, pair after pair. */
  readonly pairShares: Float64Array;
}

/**
 * A Markov chain on the parameters: slice sampling (Neal 2003) within Gibbs. A rare level's posterior is a plateau near 0 and
 * a narrow peak elsewhere; paths of Hamiltonian Monte Carlo rarely cross from one to the other (R̂ 1.2 after 2,000 draws of the paper's
 * case), a slice reaches both at once.
 */
export interface TableChain {
  /** N, moves only where it is not public. */
  rowCount: number;
  events: number;
  readonly withEvent: readonly Float64Array[];
  readonly withoutEvent: readonly Float64Array[];
  readonly groups: readonly GroupChain[];
}

/** Once a release; all chains start from it. */
export function fitGroups(release: NoisyTables): GroupFit[] {
  const { rowCount } = release;
  const people = outcomePeople({ rowCount, events: guessedEvents(release) });
  return measuredGroups(release).map((group) => fitGroup(group, people));
}

function outcomePeople({ rowCount, events }: Pick<TableChain, 'rowCount' | 'events'>): OutcomePeople {
  return [rowCount - events, events];
}

/** Ê within 1 … 99 % of the rows. */
function guessedEvents({ rowCount: N, events }: NoisyTables): number {
  return Math.min(0.99 * N, Math.max(0.01 * N, events.count));
}

/**
 * A start drawn from the prior, so that chains start far apart; groups start with twice their spread, and E then near their guess. An N that is
 * not public starts within two standard deviations.
 *
 * @param density that decides about groups
 */
export function initTableChain(
  release: NoisyTables,
  random: RandomSource,
  fits: readonly GroupFit[] = [],
  density: 'exact' | 'approximate' = 'approximate',
): TableChain {
  const { tables } = release;
  const [fewest, most] = rowRange(release, 2);
  const rowCount = fewest === most ? fewest : fewest + (most - fewest) * uniform(random);
  const shares = (levels: number) => {
    let left = 1;
    return Float64Array.from({ length: levels }, (_, c) => {
      const rest = levels - 1 - c;
      const one = rest === 0 ? left : left * beta(random, 1 / levels, rest / levels);
      left -= one;
      return Math.max(one, 0);
    });
  };
  const guess = fits[0]?.people[1];
  return {
    rowCount,
    events:
      guess === undefined ? rowCount * (0.05 + 0.9 * uniform(random)) : guess * (0.7 + 0.6 * uniform(random)),
    withEvent: tables.map(({ levels }) => shares(levels)),
    withoutEvent: tables.map(({ levels }) => shares(levels)),
    groups: fits.map((fit) => new GroupChain(fit, density, random)),
  };
}

/**
 * One sweep in place: every half table by as many pairs as it has levels, each group by its paths, then E, then an N that is not public. Slices are cheap beside
 * paths: with groups each half table has three turns.
 */
export function stepTableChain(
  release: NoisyTables,
  chain: TableChain,
  random: RandomSource,
  phase: ChainPhase = 'keep',
): void {
  const { tables } = release;
  const grouped = groupedTables(chain);
  const people = outcomePeople(chain);
  const turns = chain.groups.length > 0 ? 3 : 1;
  for (const [t, { levels }] of tables.entries()) {
    if (grouped.has(t)) continue;
    for (const y of [0, 1] as const) {
      const shares = (y === 1 ? chain.withEvent : chain.withoutEvent)[t]!;
      const half = new HalfTable(release, t, y, people[y], shares);
      for (let turn = 0; turn < turns * levels; turn += 1) {
        const pair = turn % levels;
        const other = uniformInteger(random, levels - 1);
        half.exchange(pair, other < pair ? other : other + 1, random);
      }
    }
  }
  for (const group of chain.groups) group.step(people, phase, random);
  stepPeople(release, chain, grouped, phase, random);
}

/** From here on by the exact densities. */
export function endApproach(chain: TableChain): void {
  for (const group of chain.groups) group.endApproach(outcomePeople(chain));
}

/** The chain learns nothing more of itself from here on: draws may be kept. */
export function endTuning({ groups }: TableChain): void {
  for (const group of groups) group.endTuning();
}

/** Tables whose variable is in a group. */
function groupedTables({ groups }: TableChain): ReadonlySet<number> {
  return new Set(groups.flatMap(({ fit }) => fit.model.group.tables));
}

export function parametersOf({
  rowCount,
  events,
  withEvent,
  withoutEvent,
  groups,
}: TableChain): TableParameters {
  const share = events / rowCount;
  const shares = [withoutEvent, withEvent].map((half) => half.map((one) => one.slice()));
  const drawn = groups.map(({ fit, position, moments }): GroupParameters => {
    const { model } = fit;
    const { group } = model;
    const { levels, starts, features } = group.tree;
    for (const [v, t] of group.tables.entries()) {
      for (const y of [0, 1] as const)
        shares[y]![t] = moments.marginals[y].slice(starts[v]!, starts[v]! + levels[v]!);
    }
    const first = starts[levels.length]!;
    const pairShares = Float64Array.from(
      { length: features - first },
      (_, k) => (1 - share) * moments.marginals[0][first + k]! + share * moments.marginals[1][first + k]!,
    );
    return { group, potentials: [model.potentials(position, 0), model.potentials(position, 1)], pairShares };
  });
  return {
    rowCount,
    eventShare: share,
    withEvent: shares[1]!,
    withoutEvent: shares[0]!,
    ...(groups.length > 0 && { groups: drawn }),
  };
}

/** So far from N̂ in standard deviations an N that is not public is looked for. */
const FURTHEST_ROWS = 12;

/** From N̂ so many standard deviations either way, at least 1; N alone where it is public. */
function rowRange({ rowCount, rowCountStandardDeviation = 0 }: NoisyTables, deviations: number) {
  const far = deviations * rowCountStandardDeviation;
  return [Math.max(1, rowCount - far), rowCount + far] as const;
}

/** E by a slice over (0, N) in E/N; then N, where it is not public, at the same E/N. */
function stepPeople(
  release: NoisyTables,
  chain: TableChain,
  grouped: ReadonlySet<number>,
  phase: ChainPhase,
  random: RandomSource,
): void {
  const density = (N: number, e: number): number => {
    const { events, rowCount, rowCountStandardDeviation, tables } = release;
    const apart = (events.count - N * e + (N - rowCount) / 2) / events.standardDeviation;
    let sum = -0.5 * (Math.log(e) + Math.log1p(-e) + apart ** 2);
    if (rowCountStandardDeviation !== undefined)
      sum -= 0.5 * ((N - rowCount) / rowCountStandardDeviation) ** 2;
    const people = [N * (1 - e), N * e] as const;
    for (const group of chain.groups) sum += group.approximateLikelihood(people);
    for (let t = 0; t < tables.length; t += 1) {
      if (grouped.has(t)) continue;
      sum += new HalfTable(release, t, 1, people[1], chain.withEvent[t]!).logLikelihood();
      sum += new HalfTable(release, t, 0, people[0], chain.withoutEvent[t]!).logLikelihood();
    }
    return sum;
  };
  const N = chain.rowCount;
  const share = sliceInUnitInterval(chain.events / N, (e) => density(N, e), random);
  movePeople(chain, { rowCount: N, events: N * share }, phase, random);
  if (release.rowCountStandardDeviation === undefined) return;
  const [fewest, most] = rowRange(release, FURTHEST_ROWS);
  const e = chain.events / N;
  const rowsAt = (x: number) => fewest + (most - fewest) * x;
  const present = (N - fewest) / (most - fewest);
  const rowCount = rowsAt(sliceInUnitInterval(present, (x) => density(rowsAt(x), e), random));
  movePeople(chain, { rowCount, events: rowCount * e }, phase, random);
}

/**
 * To where a slice by approximate densities of the groups leads. Whether an exact group goes there is decided by its exact density at both ends (a
 * surrogate transition: Liu 2001, §9.4.3).
 */
function movePeople(
  chain: TableChain,
  proposed: Pick<TableChain, 'rowCount' | 'events'>,
  phase: ChainPhase,
  random: RandomSource,
): void {
  const before = outcomePeople(chain);
  const after = outcomePeople(proposed);
  const exact = phase === 'approach' ? [] : chain.groups.filter((group) => group.density === 'exact');
  let gain = 0;
  const likelihoods = exact.map((group) => {
    const likelihood = group.logLikelihood(after);
    gain += likelihood - group.approximateLikelihood(after);
    gain -= group.likelihood - group.approximateLikelihood(before);
    return likelihood;
  });
  if (gain < 0 && exponential(random) < -gain) return;
  chain.rowCount = proposed.rowCount;
  chain.events = proposed.events;
  for (const [g, group] of exact.entries()) group.movePeople(likelihoods[g]!);
}

const MOST_SHRINKS = 200;

/** Neal 2003, fig. 5, from the whole interval: shrink towards the present point until a point lies in the slice. */
export function sliceInUnitInterval(
  present: number,
  logDensity: (x: number) => number,
  random: RandomSource,
): number {
  const height = logDensity(present) - exponential(random);
  let [low, high] = [0, 1];
  for (let shrink = 0; shrink < MOST_SHRINKS; shrink += 1) {
    const x = low + (high - low) * uniform(random);
    if (x > 0 && x < 1 && logDensity(x) >= height) return x;
    if (x < present) low = x;
    else high = x;
  }
  return present;
}

/** One outcome's cells of one table, with the four sums of its likelihood kept up to date. */
class HalfTable {
  readonly #counts: Float64Array;
  readonly #outcome: 0 | 1;
  readonly #levels: number;
  readonly #noise: number;
  readonly #M: number;
  /** What takes the released cells to s, of sum M. */
  readonly #shift: number;
  readonly #shares: Float64Array;
  #h = 0;
  #g = 0;
  #squares = 0;
  #logs = 0;

  constructor(
    { rowCount, events, tables }: NoisyTables,
    t: number,
    outcome: 0 | 1,
    people: number,
    shares: Float64Array,
  ) {
    const { counts, levels, standardDeviation } = tables[t]!;
    this.#counts = counts;
    this.#outcome = outcome;
    this.#levels = levels;
    this.#noise = standardDeviation ** 2;
    this.#M = people;
    this.#shift = (people - (outcome === 1 ? events.count : rowCount - events.count)) / levels;
    this.#shares = shares;
    for (let c = 0; c < levels; c += 1) this.#add(c, shares[c]!, 1);
  }

  logLikelihood(): number {
    const left = Math.max(1 - this.#M * this.#h, 1e-12);
    return -0.5 * (this.#squares + (this.#M * this.#g ** 2) / left + this.#logs + Math.log(left));
  }

  /**
   * Splits p_a + p_b anew, from its conditional distribution. The share u of a has prior Beta(1/C, 1/C); in t with
   * u = t^C/(t^C + (1 − t)^C) its density is (t^C + (1 − t)^C)^(−2/C), between 1 and 4: no edges.
   */
  exchange(a: number, b: number, random: RandomSource): void {
    const C = this.#levels;
    const both = this.#shares[a]! + this.#shares[b]!;
    if (!(both > 0)) return;
    const M = this.#M;
    const noise = this.#noise;
    const countA = this.#count(a);
    const countB = this.#count(b);
    this.#add(a, this.#shares[a]!, -1);
    this.#add(b, this.#shares[b]!, -1);
    const h = this.#h;
    const g = this.#g;
    const squares = this.#squares;
    const logs = this.#logs;
    const density = (t: number) => {
      const x = t ** C;
      const y = (1 - t) ** C;
      const p = (both * x) / (x + y);
      const q = both - p;
      const varianceA = M * p + noise;
      const varianceB = M * q + noise;
      const apartA = countA - M * p;
      const apartB = countB - M * q;
      const left = Math.max(1 - M * (h + (p * p) / varianceA + (q * q) / varianceB), 1e-12);
      const mixed = g + (p * apartA) / varianceA + (q * apartB) / varianceB;
      const square = squares + (apartA * apartA) / varianceA + (apartB * apartB) / varianceB;
      return (
        -0.5 * (square + (M * mixed * mixed) / left + logs + Math.log(varianceA * varianceB * left)) -
        (2 / C) * Math.log(x + y)
      );
    };
    const x = (this.#shares[a]! / both) ** (1 / C);
    const y = (this.#shares[b]! / both) ** (1 / C);
    const t = sliceInUnitInterval(Math.min(Math.max(x / (x + y), 1e-12), 1 - 1e-12), density, random);
    const u = t ** C / (t ** C + (1 - t) ** C);
    this.#shares[a] = both * u;
    this.#shares[b] = both * (1 - u);
    this.#add(a, this.#shares[a]!, 1);
    this.#add(b, this.#shares[b]!, 1);
  }

  #count(c: number): number {
    return this.#counts[2 * c + this.#outcome]! + this.#shift;
  }

  #add(c: number, p: number, sign: 1 | -1): void {
    const a = this.#M * p + this.#noise;
    const r = this.#count(c) - this.#M * p;
    this.#h += (sign * p * p) / a;
    this.#g += (sign * p * r) / a;
    this.#squares += (sign * r * r) / a;
    this.#logs += sign * Math.log(a);
  }
}
