import { describe, expect, it } from 'vitest';
import { chacha20Source } from '../random/chacha20.ts';
import { uniform } from '../random/random-source.ts';
import { pairScore, SCORE_GRID, SCORE_RANGE } from './pair-score.ts';

const random = () => chacha20Source(new Uint8Array(32).fill(5), 'synthesis');

function shares(levels: number, source = random()): number[] {
  const raw = Array.from({ length: levels }, () => uniform(source));
  const total = raw.reduce((sum, one) => sum + one, 0);
  return raw.map((one) => one / total);
}

/** Every table of so many rows over so many cells. */
function* tablesOf(cells: number, rows: number): Generator<number[]> {
  if (cells === 1) {
    yield [rows];
    return;
  }
  for (let first = 0; first <= rows; first += 1) {
    for (const rest of tablesOf(cells - 1, rows - first)) yield [first, ...rest];
  }
}

describe('the score of a pair', () => {
  it('moves by at most one person with one row, for every small table, whatever the shares, and does move by one', () => {
    const source = random();
    let largest = 0;
    for (const [A, B] of [
      [2, 2],
      [2, 3],
      [3, 2],
    ] as const) {
      for (let trial = 0; trial < 6; trial += 1) {
        // Level shares of nothing, and of everything, too.
        const p = trial === 0 ? [1, ...new Array<number>(A - 1).fill(0)] : shares(A, source);
        const q = trial === 1 ? [0, ...new Array<number>(B - 1).fill(1 / (B - 1))] : shares(B, source);
        for (let rows = 0; rows <= 5; rows += 1) {
          for (const table of tablesOf(A * B, rows)) {
            const score = pairScore(table, [p, q]);
            for (let cell = 0; cell < A * B; cell += 1) {
              const more = table.map((n, k) => (k === cell ? n + 1 : n));
              const move = Math.abs(pairScore(more, [p, q]) - score) * SCORE_GRID;
              largest = Math.max(largest, move);
            }
          }
        }
      }
    }
    expect(largest).toBeLessThanOrEqual(1 + SCORE_GRID);
    expect(largest).toBeGreaterThan(0.99);
    expect(SCORE_RANGE * SCORE_GRID).toBeGreaterThanOrEqual(2 * (1 + SCORE_GRID));
  });

  it('moves by at most one on large tables of many levels too, where floats round', () => {
    const source = random();
    for (const [A, B] of [
      [7, 8],
      [12, 10],
      [50, 2],
    ] as const) {
      const [p, q] = [shares(A, source), shares(B, source)];
      const table = Array.from({ length: A * B }, () => Math.floor(uniform(source) ** 4 * 2 ** 24));
      const score = pairScore(table, [p, q]);
      for (let trial = 0; trial < 40; trial += 1) {
        const cell = Math.floor(uniform(source) * A * B);
        const more = table.map((n, k) => (k === cell ? n + 1 : n));
        expect(Math.abs(pairScore(more, [p, q]) - score) * SCORE_GRID).toBeLessThanOrEqual(1 + SCORE_GRID);
      }
    }
  });

  it('is 0 for independent variables, also where the shares of the second are others or those of the first are off', () => {
    const [p, q] = [shares(4), shares(6)];
    const table = (first: number[], second: number[]) =>
      first.flatMap((one) => second.map((other) => 1e4 * one * other));
    expect(pairScore(table(p, q), [p, q])).toBe(0);
    expect(pairScore(table(p, shares(6).toReversed()), [p, q])).toBe(0);
    expect(pairScore(table([0.1, 0.2, 0.3, 0.4], q), [p, q])).toBe(0);
  });

  it('is all people where two levels of equal shares decide each other, in any order of levels', () => {
    const half = [0.5, 0.5];
    expect(pairScore([50, 0, 0, 50], [half, half]) * SCORE_GRID).toBe(100);
    expect(pairScore([0, 50, 50, 0], [half, half]) * SCORE_GRID).toBe(100);
    const quarter = [0.25, 0.25, 0.25, 0.25];
    const at = (levels: number[]) => levels.flatMap((level) => quarter.map((_, b) => (b === level ? 25 : 0)));
    expect(pairScore(at([0, 1, 2, 3]), [quarter, quarter]) * SCORE_GRID).toBe(100);
    expect(pairScore(at([2, 0, 3, 1]), [quarter, quarter]) * SCORE_GRID).toBe(100);
  });

  it('is the same with the two variables exchanged, unless both have equally many levels', () => {
    const source = random();
    const [p, q] = [shares(3, source), shares(5, source)];
    const table = Array.from({ length: 15 }, () => Math.floor(uniform(source) * 100));
    const turned = Array.from({ length: 15 }, (_, k) => table[(k % 3) * 5 + Math.floor(k / 3)]!);
    expect(pairScore(turned, [q, p])).toBe(pairScore(table, [p, q]));
  });

  it('is the least over t: no other t gives less', () => {
    const q = [0.2, 0.5, 0.3];
    const table = [30, 5, 40, 2, 60, 9];
    const p = [0.4, 0.6];
    const y = q.map((_, b) => table[b]! - (0.4 / 0.6) * table[3 + b]!);
    const distance = (t: number) => y.reduce((sum, one, b) => sum + Math.abs(one - t * q[b]!), 0);
    const least = Math.min(...Array.from({ length: 40_001 }, (_, k) => distance((k - 20_000) / 50)));
    const score = pairScore(table, [p, q]) * SCORE_GRID;
    expect(Math.abs(score - least)).toBeLessThan(0.02);
  });
});
