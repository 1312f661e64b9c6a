import type { NoisyTables } from './noisy-tables.ts';
import { cellNoise } from './table-noise.ts';

/**
 * How frequent each level is among a party's people, from its noisy tables and from everybody else's: an empirical Bayes
 * estimate in units of people,
 *
 *     E[n_c | t_c] = m_c + B (t_c − m_c),  B = prior variance / (prior variance + var t_c)
 *
 * with t_c the party's own unbiased estimate, m_c = N π_c the level's share over all parties, and a prior variance
 * N² π_c (1 − π_c)(ν + 1/N), ν how much parties differ, by moments. Where the noise is large a party looks like the others; where
 * it is small, like its own table.
 */
export interface PartyMargins {
  /** Per design variable and level: people, positive, with sum N. */
  readonly people: readonly Float64Array[];
  /** Posterior variance of `people`. */
  readonly variance: readonly Float64Array[];
}

/** A party's unbiased estimates of people per level with the variances of their noise, per design variable. */
export interface LevelEstimates {
  readonly rowCount: number;
  readonly people: readonly Float64Array[];
  readonly variance: readonly Float64Array[];
}

/** Parties always differ a little; the moments of a few noisy parties can say that they do not. */
const SMALLEST_SPREAD = 0.002;
const SWEEPS = 3;
/** No level is impossible: raking needs a positive share. */
const SMALLEST_PEOPLE = 0.05;

/**
 * From a level's two cells s_1 (with the event) and s_0, given its risk κ: the best unbiased combination t = a s_1 + b s_0 of mean n_c,
 * (a, b) ∝ W⁻¹ (κ, 1 − κ) with W the covariance of the two. Its error is uncorrelated with z = (1 − κ) s_1 − κ s_0. Then weights made from t do not
 * bias estimating equations in z, however noisy they are (the conditional score of Stefanski and Carroll,
 * Biometrika 74 (1987) 703).
 *
 * Where the number of rows is N̂, counted with noise ξ_N, people are of N̂: `variance` is that of t − N̂ p, p the level's share, in which ξ_N has
 * (a + b)/(2 C) − p. That N̂ itself may be off makes the party count for a little more or less, and moves no share.
 */
export function levelEstimates(
  release: NoisyTables,
  tableOf: readonly number[],
  risks: readonly Float64Array[],
  expected: readonly Float64Array[],
): LevelEstimates {
  const people: Float64Array[] = [];
  const variance: Float64Array[] = [];
  const rowsVariance = (release.rowCountStandardDeviation ?? 0) ** 2;
  for (const [v, t] of tableOf.entries()) {
    const { counts } = release.tables[t]!;
    const { variance: noise, betweenOutcomes } = cellNoise(release, t);
    const risk = risks[v]!;
    people.push(new Float64Array(risk.length));
    variance.push(new Float64Array(risk.length));
    for (let c = 0; c < risk.length; c += 1) {
      const k = risk[c]!;
      const v1 = expected[v]![c]! * k + noise;
      const v0 = expected[v]![c]! * (1 - k) + noise;
      const ofEvent = k * v0 - (1 - k) * betweenOutcomes;
      const ofOthers = (1 - k) * v1 - k * betweenOutcomes;
      const information = k * ofEvent + (1 - k) * ofOthers;
      const [a, b] = [ofEvent / information, ofOthers / information];
      people[v]![c] = a * counts[2 * c + 1]! + b * counts[2 * c]!;
      const p = expected[v]![c]! / release.rowCount;
      const ofRows = p ** 2 - (p * (a + b)) / risk.length;
      variance[v]![c] = (a ** 2 + b ** 2) * noise + 2 * a * b * betweenOutcomes + ofRows * rowsVariance;
    }
  }
  return { rowCount: release.rowCount, people, variance };
}

/**
 * @param own exact people per level of the own table, per design variable; one more party, without noise
 * @param parties unbiased estimates
 */
export function partyMargins(
  own: { readonly rowCount: number; readonly people: readonly Float64Array[] },
  parties: readonly LevelEstimates[],
): PartyMargins[] {
  const shared = own.people.map((counts, v) =>
    sharedShares(
      { rowCount: own.rowCount, people: counts, variance: counts.map(() => 0) },
      parties.map(({ rowCount, people, variance }) => ({
        rowCount,
        people: people[v]!,
        variance: variance[v]!,
      })),
    ),
  );
  return parties.map(({ rowCount, people, variance }) => {
    const estimated: Float64Array[] = [];
    const spread: Float64Array[] = [];
    for (const [v, { shares, nu }] of shared.entries()) {
      const found = new Float64Array(shares.length);
      const left = new Float64Array(shares.length);
      for (let c = 0; c < shares.length; c += 1) {
        const prior = rowCount ** 2 * shares[c]! * (1 - shares[c]!) * (nu + 1 / rowCount);
        const noise = variance[v]![c]!;
        const pull = prior / (prior + noise);
        const mean = rowCount * shares[c]!;
        found[c] = Math.max(SMALLEST_PEOPLE, mean + pull * (people[v]![c]! - mean));
        left[c] = pull * noise;
      }
      const total = found.reduce((sum, one) => sum + one, 0);
      estimated.push(found.map((one) => (one * rowCount) / total));
      spread.push(left);
    }
    return { people: estimated, variance: spread };
  });
}

interface OneVariable {
  readonly rowCount: number;
  readonly people: Float64Array;
  readonly variance: Float64Array;
}

/** π over all parties and ν, by turns. */
function sharedShares(
  own: OneVariable,
  parties: readonly OneVariable[],
): { shares: Float64Array; nu: number } {
  const size = own.people.length;
  const all = [own, ...parties];
  let shares = normalised(own.people.map((n) => n + 0.5));
  let nu = SMALLEST_SPREAD;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const next = new Float64Array(size);
    let [excess, scale] = [0, 0];
    for (let c = 0; c < size; c += 1) {
      const binomial = shares[c]! * (1 - shares[c]!);
      let [sum, total] = [0, 0];
      for (const { rowCount, people, variance } of all) {
        const noise = variance[c]! / rowCount ** 2;
        const weight = 1 / (binomial * (nu + 1 / rowCount) + noise);
        sum += (weight * people[c]!) / rowCount;
        total += weight;
        excess += (people[c]! / rowCount - shares[c]!) ** 2 - noise - binomial / rowCount;
        scale += binomial;
      }
      next[c] = Math.max(sum / total, 0.5 / (own.rowCount + 1));
    }
    shares = normalised(next);
    nu = Math.max(SMALLEST_SPREAD, excess / scale);
  }
  return { shares, nu };
}

function normalised(values: Float64Array): Float64Array {
  const total = values.reduce((sum, one) => sum + one, 0);
  return values.map((one) => one / total);
}
