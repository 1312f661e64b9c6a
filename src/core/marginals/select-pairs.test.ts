import { describe, expect, it } from 'vitest';
import { certify, certifyComposition } from '../privacy/certify.ts';
import { singleReleaseDelta } from '../privacy/closed-form.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { uniform } from '../random/random-source.ts';
import type { Pair } from './junction-tree.ts';
import { candidatePairs } from './pair-selection.ts';
import { isTooWide, pairWidth } from './pair-width.ts';
import { type SelectionInput, selectPairs, sharesOf } from './select-pairs.ts';

function keyed(number: number) {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, number);
  return chacha20Source(key, 'mechanismNoise');
}

/** Six variables; the last follows the third in eight rows of ten, all else is chance. */
const LEVELS = [2, 3, 4, 2, 5, 4];
function rows(count: number): number[][] {
  const random = chacha20Source(new Uint8Array(32).fill(9), 'synthesis');
  return Array.from({ length: count }, () => {
    const row = LEVELS.map((levels) => Math.floor(uniform(random) * levels));
    if (uniform(random) < 0.8) row[5] = (3 * row[2]! + 1) % 4;
    return row;
  });
}

function input(people: readonly number[][], change: Partial<SelectionInput> = {}): SelectionInput {
  return {
    selection: { count: 1, weight: 1, choiceWeight: 1 },
    levelCounts: LEVELS,
    declared: [],
    noiseMultiplier: 10,
    // Released before, the same for neighbours.
    shares: LEVELS.map((levels) => sharesOf(Array.from({ length: levels }, (_, c) => 40 + 3 * c))),
    countsOf: ([i, j]) => {
      const counts = new Float64Array(LEVELS[i]! * LEVELS[j]!);
      for (const row of people) counts[row[i]! * LEVELS[j]! + row[j]!]! += 1;
      return counts;
    },
    ...change,
  };
}

describe('private selection of pairs', () => {
  it('finds the pair that hangs together, and first of all', () => {
    const people = rows(500);
    const found = Array.from({ length: 200 }, (_, k) => selectPairs(input(people), keyed(k))[0]!.join());
    expect(found.filter((pair) => pair === '2,5').length).toBeGreaterThan(195);
  });

  it('chooses no pair twice, none that is declared, in the order of positions', () => {
    const people = rows(300);
    const selection = { count: 3, weight: 1, choiceWeight: 1 };
    const declared: Pair[] = [[2, 5]];
    for (let k = 0; k < 60; k += 1) {
      const chosen = selectPairs(input(people, { selection, declared, noiseMultiplier: 500 }), keyed(k));
      expect(new Set([...declared, ...chosen].map(String)).size).toBe(4);
      expect(chosen).toEqual(chosen.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
    }
  });

  it('never chooses pairs that are together too wide, and fewer where no more fit', () => {
    const levelCounts = [20, 20, 20, 6, 6];
    const wide = input([], {
      selection: { count: 5, weight: 1, choiceWeight: 1 },
      levelCounts,
      shares: levelCounts.map((levels) => sharesOf(new Array<number>(levels).fill(0))),
      countsOf: ([i, j]) => new Float64Array(levelCounts[i]! * levelCounts[j]!),
      noiseMultiplier: 1000,
    });
    const sizes = new Set<number>();
    for (let k = 0; k < 60; k += 1) {
      const chosen = selectPairs(wide, keyed(k));
      sizes.add(chosen.length);
      expect(isTooWide(pairWidth(levelCounts, chosen))).toBe(false);
      expect(chosen.length === 5 || candidatePairs(levelCounts, chosen).length === 0).toBe(true);
    }
    expect(Math.min(...sizes)).toBeLessThan(5);
    expect(candidatePairs([20, 20], [])).toEqual([]);
  });

  it('is told apart from a neighbour no better than a Gaussian release of its noise allows: 10,000 releases of either', () => {
    // Few people and little noise, so that one row matters; the row is one of those that make the pair.
    const people = rows(6).concat([[0, 0, 3, 0, 0, 2]]);
    const sigma = 0.8;
    // All but three of the pairs are declared.
    const declared = candidatePairs(LEVELS, []).filter(
      (pair) => !['1,2', '2,5', '1,5'].includes(pair.join()),
    );
    const audited = (table: readonly number[][]) => input(table, { noiseMultiplier: sigma, declared });
    const releases = 10_000;
    const frequencies = [people, people.slice(0, -1)].map((table, which) => {
      const found = new Map<string, number>();
      for (let k = 0; k < releases; k += 1) {
        const key = selectPairs(audited(table), keyed(2 * k + which)).join();
        found.set(key, (found.get(key) ?? 0) + 1 / releases);
      }
      return found;
    });
    const [P, Q] = frequencies as [Map<string, number>, Map<string, number>];
    const outcomes = new Set([...P.keys(), ...Q.keys()]);
    const delta = (one: Map<string, number>, other: Map<string, number>, epsilon: number) =>
      [...outcomes].reduce(
        (sum, key) => sum + Math.max(0, (one.get(key) ?? 0) - Math.exp(epsilon) * (other.get(key) ?? 0)),
        0,
      );
    for (const epsilon of [0, 0.2, 0.5, 1]) {
      // Frequencies of three outcomes: their positive parts are off by a few standard errors.
      const spread = (1 + Math.exp(epsilon)) * Math.sqrt(outcomes.size / releases);
      const allowed = singleReleaseDelta(sigma, 1, 'remove', epsilon) + spread;
      expect(delta(P, Q, epsilon)).toBeLessThan(allowed);
      expect(delta(Q, P, epsilon)).toBeLessThan(allowed);
    }
    // The test can fail: the two are not the same.
    expect(delta(P, Q, 0)).toBeGreaterThan(0.02);
  });
});

describe('the cost of tables, choices and tables of chosen pairs', () => {
  it('is that of one Gaussian: the accountant composes the parts to the same ε', () => {
    const sigma = 4;
    const [tables, declared, count] = [5, 1, 2];
    const sensitivity = Math.sqrt(tables + declared + 2 * count);
    // Each table and each choice is a release of noise σ Δ of its own.
    const parts = Array.from({ length: tables + declared + 2 * count }, () => ({
      noiseMultiplier: sigma * sensitivity,
      samplingRate: 1,
      steps: 1,
    }));
    const [apart, together] = [
      certifyComposition(parts, 1e-6),
      certify({ noiseMultiplier: sigma, samplingRate: 1, steps: 1 }, 1e-6),
    ];
    if (!apart.ok || !together.ok) throw new Error('no cost');
    const { epsilonUpper } = together.value.cost;
    expect(Math.abs(apart.value.epsilonValue - epsilonUpper)).toBeLessThan(1e-6);
  });
});
