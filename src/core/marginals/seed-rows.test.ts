import { describe, expect, it } from 'vitest';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { uniform, uniformInteger } from '../random/random-source.ts';
import { rake, type SeedRows } from './seed-rows.ts';

const random = chacha20Source(publicKey(3), 'synthesis');

/** Rows with levels that hang together: each variable repeats the one before it in every third row. */
function seedOf(rows: number, levels: readonly number[]): SeedRows {
  const codes = levels.map(() => new Uint8Array(rows));
  for (let r = 0; r < rows; r += 1) {
    for (const [v, C] of levels.entries()) {
      const before = codes[v - 1]?.[r];
      codes[v]![r] = before !== undefined && r % 3 === 0 ? before % C : uniformInteger(random, C);
    }
  }
  return { rows, ownRows: rows, codes, weight: new Float64Array(rows).map(() => 0.5 + uniform(random)) };
}

const someMargin = (C: number) => {
  const raw = Float64Array.from({ length: C }, () => 0.2 + uniform(random));
  const total = raw.reduce((sum, one) => sum + one, 0);
  return raw.map((one) => one / total);
};

function marginsOf({ rows, codes }: SeedRows, levels: readonly number[], weight: Float64Array) {
  return levels.map((C, v) => {
    const found = new Float64Array(C);
    for (let r = 0; r < rows; r += 1) found[codes[v]![r]!]! += weight[r]!;
    return found;
  });
}

describe('raking', () => {
  it.each([
    [[3, 2, 4], 1],
    [new Array(40).fill(5), 0.2],
  ])('meets the margins of %j levels that are a good deal (%f) off', (levels: number[], apart) => {
    const seed = seedOf(1500, levels);
    const margins = levels.map((C) => someMargin(C).map((share) => apart * share + (1 - apart) / C));
    const found = marginsOf(seed, levels, rake(seed, margins));
    for (const [v, margin] of margins.entries())
      for (const [c, target] of margin.entries()) expect(found[v]![c]! / target).toBeCloseTo(1, 6);
  });

  it('keeps the odds ratios of the seed, from wherever it starts', () => {
    const levels = [2, 3];
    const rows = 6;
    const codes = [Uint8Array.of(0, 0, 0, 1, 1, 1), Uint8Array.of(0, 1, 2, 0, 1, 2)];
    const seed = { rows, ownRows: rows, codes, weight: Float64Array.of(1, 2, 3, 4, 1, 9) };
    const before = rake(seed, levels.map(someMargin));
    const margins = levels.map(someMargin);
    const [once, again] = [rake(seed, margins), rake(seed, margins, before)];
    const odds = (w: ArrayLike<number>, b: number) => (w[0]! * w[3 + b]!) / (w[b]! * w[3]!);
    for (const b of [1, 2]) expect(odds(once, b)).toBeCloseTo(odds(seed.weight, b), 6);
    for (const [r, w] of once.entries()) expect(again[r]!).toBeCloseTo(w, 7);
  });

  it('ends where margins cannot be met, with the weight not on a few rows', () => {
    const levels = new Array(40).fill(5);
    const seed = seedOf(300, levels);
    const raked = rake(seed, levels.map(someMargin));
    expect(raked.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 9);
    expect(1 / raked.reduce((sum, w) => sum + w ** 2, 0)).toBeGreaterThan(15);
  });

  it('leaves out a level that no row has, and meets the others among themselves', () => {
    const levels = [2, 4];
    const seed = seedOf(200, [2, 3]);
    const margins = [Float64Array.of(0.3, 0.7), Float64Array.of(0.2, 0.2, 0.4, 0.2)];
    const [first, second] = marginsOf(seed, levels, rake(seed, margins));
    expect(first![0]!).toBeCloseTo(0.3, 6);
    expect([...second!].map((one) => Math.round(1e6 * one))).toEqual([250_000, 250_000, 500_000, 0]);
  });
});
