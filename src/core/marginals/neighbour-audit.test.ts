import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { inventedTable } from '../inference/check-problem.ts';
import { choiceRate } from '../privacy/noisy-choice.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { Pair } from './junction-tree.ts';
import { departuresInPlace, exactCounts, type NoisyTables, releaseTables } from './noisy-tables.ts';
import { pairScore, SCORE_RANGE } from './pair-score.ts';
import { candidatePairs } from './pair-selection.ts';
import { measuredOf, noise, withoutRow } from './plan.check.ts';
import { type MarginalsPlan, type MarginalsRequest, planMarginals } from './plan-marginals.ts';
import { levelShares } from './select-pairs.ts';

/** P(X ≥ k), X ~ Binomial(n, p), where it is below a half; else 1, which is all that is asked of it here. */
function upperTail(k: number, n: number, p: number): number {
  if (k <= n * p) return 1;
  let log = 0;
  for (let i = 0; i < k; i += 1) log += Math.log((n - i) / (k - i));
  let term = Math.exp(log + k * Math.log(p) + (n - k) * Math.log1p(-p));
  let sum = 0;
  for (let i = k; i <= n && term > 0; i += 1) {
    sum += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return sum;
}

/** Clopper and Pearson's bounds of a probability at one-sided level α. */
function clopperPearson(k: number, n: number, alpha: number): { lower: number; upper: number } {
  const bisect = (low: (p: number) => boolean) => {
    let [a, b] = [0, 1];
    for (let i = 0; i < 60; i += 1) {
      const p = (a + b) / 2;
      if (low(p)) a = p;
      else b = p;
    }
    return a;
  };
  return {
    lower: k === 0 ? 0 : bisect((p) => upperTail(k, n, p) < alpha),
    upper: k === n ? 1 : 1 - bisect((p) => upperTail(n - k, n, p) < alpha),
  };
}

/** What is counted beside the tables of the outcome. */
interface Counted {
  readonly pairs?: MarginalsRequest['pairs'];
  /** The number of rows is a secret. */
  readonly noisyRows?: boolean;
  /** Pairs that the mechanism chooses. */
  readonly selected?: number;
}

/** ln p(x | here) − ln p(x | there) of one coordinate with normal noise. */
const ofNormal = (x: number, here: number, there: number, standardDeviation: number) =>
  ((x - there) ** 2 - (x - here) ** 2) / (2 * standardDeviation ** 2);

/** Of one choice of the exponential mechanism. */
function ofChoice(chosen: number, here: readonly number[], there: readonly number[], rate: number): number {
  const logChance = (scores: readonly number[]) => {
    const most = Math.max(...scores);
    const sum = scores.reduce((total, score) => total + Math.exp(rate * (score - most)), 0);
    return rate * (scores[chosen]! - most) - Math.log(sum);
  };
  return logChance(here) - logChance(there);
}

/**
 * The logarithm of the likelihood ratio of a whole release between two tables, from what was measured: the number of rows where it is a secret, the
 * events, the departures of tables and declared pairs, then choice after choice given what was released before it, and the pairs chosen.
 */
function likelihoodRatio(plan: MarginalsPlan, tables: readonly [CodedTable, CodedTable]) {
  const measured = tables.map((table) => measuredOf(plan.workload, table));
  const departures = (pair: Pair, which: number) => {
    const counts = countsOf(plan, pair, tables[which]!);
    const cells = counts.length;
    return departuresInPlace(counts, 1).map((m) => m / cells);
  };
  const ofCells = (
    counts: Float64Array,
    totals: readonly number[],
    [here, there]: readonly Float64Array[],
    standardDeviation: number,
  ) => {
    const classes = totals.length;
    return counts.reduce((sum, count, k) => {
      const departure = count - (classes * totals[k % classes]!) / counts.length;
      return sum + ofNormal(departure, here![k]!, there![k]!, standardDeviation);
    }, 0);
  };
  return (release: NoisyTables): number => {
    const { rowCount, rowCountStandardDeviation: ofRows, events, tables: outcome, pairs = [] } = release;
    let sum = ofNormal(
      events.count - rowCount / 2,
      measured[0]![0]![0]!,
      measured[1]![0]![0]!,
      events.standardDeviation,
    );
    // Where N is public each plan has its own, and nothing more is to be learnt of it.
    if (ofRows !== undefined) sum += ofNormal(rowCount, tables[0].rowCount, tables[1].rowCount, ofRows);
    const declared = plan.workload.pairs.length;
    for (const [t, { counts, standardDeviation }] of [...outcome, ...pairs.slice(0, declared)].entries()) {
      const totals = t < outcome.length ? [rowCount - events.count, events.count] : [rowCount];
      sum += ofCells(
        counts,
        totals,
        measured.map((one) => one[t + 1]!),
        standardDeviation,
      );
    }
    // One choice only: of more the order is not released.
    const [chosen] = pairs.slice(declared);
    if (chosen === undefined) return sum;
    const shares = outcome.map(({ counts }) => levelShares(counts));
    const candidates = candidatePairs(
      plan.levelCounts,
      plan.workload.pairs.map(({ variables }) => variables),
    );
    const scores = tables.map((table) =>
      candidates.map((pair) => pairScore(countsOf(plan, pair, table), [shares[pair[0]]!, shares[pair[1]]!])),
    );
    const rate = choiceRate(plan.selectionNoise!.choice) / SCORE_RANGE;
    const place = candidates.findIndex((pair) => pair.join() === chosen.variables.join());
    sum += ofChoice(place, scores[0]!, scores[1]!, rate);
    const both = [0, 1].map((which) => departures(chosen.variables, which));
    return sum + ofCells(chosen.counts, [rowCount], both, chosen.standardDeviation);
  };
}

function countsOf({ levelCounts }: MarginalsPlan, [i, j]: Pair, table: CodedTable): Float64Array {
  const pair = { variables: [i, j], levels: [levelCounts[i]!, levelCounts[j]!], weight: 1 } as const;
  return exactCounts({ tables: [], pairs: [pair] }, table)[0]!;
}

describe('an attacker who knows all rows but one', () => {
  const codebook = cohortCodebook();
  const few = {
    ...codebook,
    variables: codebook.variables.filter(({ name }) => ['sex', 'deprivation', 'education'].includes(name)),
  };

  /**
   * ε that 10,000 releases prove with 99 % confidence: ln((P(S | D) − δ) / P(S | D′)) for the sets S of the likelihood ratio test, the best
   * there are, with Clopper–Pearson bounds shared among the thresholds (Jagielski, Ullman and Oprea 2020).
   */
  function provenEpsilon(epsilon: number, noiseFactor: number, counted: Counted = {}): number {
    const { pairs, noisyRows = false, selected = 0 } = counted;
    const delta = 1e-6;
    const rows = 40;
    const table = inventedTable({
      // Choices are scored anew for every release: three variables are enough.
      levelCounts: selected > 0 ? [2, 4, 5] : [7, 2, 8, 4, 5],
      rowCount: rows,
      meanOutcome: 0.3,
      binary: true,
      number: 2,
    });
    const fewer = withoutRow(table, 7);
    const weaker = (sd: number) => sd * noiseFactor;
    const plans = [rows, rows - 1].map((n): MarginalsPlan => {
      const found = planMarginals({
        codebook: selected > 0 ? few : codebook,
        rowCount: noisyRows ? 'noisy' : n,
        epsilon,
        delta,
        ...(pairs && { pairs }),
        selection: { count: selected },
      });
      if (!found.ok) throw new Error(found.failure.kind);
      const plan = found.value;
      return {
        ...plan,
        eventNoise: weaker(plan.eventNoise),
        ...(plan.rowCountNoise !== undefined && { rowCountNoise: weaker(plan.rowCountNoise) }),
        noise: plan.noise.map(weaker),
        ...(plan.selectionNoise && {
          selectionNoise: {
            choice: weaker(plan.selectionNoise.choice),
            table: weaker(plan.selectionNoise.table),
          },
        }),
      };
    });
    const ratio = likelihoodRatio(plans[0]!, [table, fewer]);
    const releases = 10_000;
    const scores = [table, fewer].map((data, which) => {
      const source = noise(which);
      return Float64Array.from({ length: releases }, () => ratio(releaseTables(plans[which]!, data, source)));
    });
    const sorted = scores[1]!.toSorted();
    const thresholds = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998];
    let proven = 0;
    for (const share of thresholds) {
      const threshold = sorted[Math.floor(share * releases)]!;
      const hits = scores.map((one) => one.filter((score) => score > threshold).length);
      const alpha = 0.01 / (2 * thresholds.length);
      const { lower } = clopperPearson(hits[0]!, releases, alpha);
      const { upper } = clopperPearson(hits[1]!, releases, alpha);
      if (lower > delta) proven = Math.max(proven, Math.log((lower - delta) / upper));
    }
    return proven;
  }

  it.each([
    ['tables of the outcome', {}],
    ['tables and the number of rows', { noisyRows: true }],
    ['tables, the number of rows, a choice and the pair chosen', { noisyRows: true, selected: 1 }],
    [
      'tables and pairs',
      {
        pairs: [{ variables: ['age_group', 'sex'] as const }, { variables: ['sex', 'ethnicity'] as const }],
      },
    ],
  ])('never proves more than the claimed ε of %s', { timeout: 120_000 }, (_, counted) => {
    const proven = provenEpsilon(2, 1, counted);
    expect(proven).toBeLessThan(2);
    // Not for want of trying: at this δ most of ε is in the tail, and a third of it shows.
    expect(proven).toBeGreaterThan(0.5);
  });

  it('proves more where the noise is a quarter of the planned', { timeout: 120_000 }, () => {
    expect(provenEpsilon(2, 0.25)).toBeGreaterThan(2);
    expect(provenEpsilon(2, 0.25, { noisyRows: true, selected: 1 })).toBeGreaterThan(2);
  });
});
