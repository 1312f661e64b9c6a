import { describe, expect, it } from 'vitest';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { drawTwinSets, drawTwins } from './draw-twins.ts';
import { junctionTree } from './junction-tree.ts';
import type { TableParameters } from './table-chain.ts';
import { TreeModel } from './tree-model.ts';

const source = (number: number) => chacha20Source(publicKey(number), 'synthesis');
const parameters: TableParameters = {
  // 10^9 people measured: the event rate is the event share.
  rowCount: 1e9,
  eventShare: 0.2,
  withEvent: [Float64Array.of(0.5, 0.5, 0), Float64Array.of(0.3, 0.7)],
  withoutEvent: [Float64Array.of(0.25, 0.5, 0.25), Float64Array.of(0.5, 0.5)],
};

describe.each(['ratio', 'odds'] as const)('twins of the %s model', (model) => {
  it('have the tables that the parameters say', () => {
    const rows = 400_000;
    const { columns, outcome } = drawTwins(parameters, rows, model, source(1));
    const events = outcome.reduce((sum, y) => sum + y, 0);
    // Standard error 0.0006; five of them.
    expect(Math.abs(events / rows - 0.2)).toBeLessThan(0.0032);
    for (const [j, column] of columns.entries()) {
      const counts = new Float64Array(6);
      for (let i = 0; i < rows; i += 1) counts[2 * column[i]! + outcome[i]!]! += 1;
      for (const [level, share] of parameters.withEvent[j]!.entries()) {
        expect(Math.abs(counts[2 * level + 1]! / events - share)).toBeLessThan(0.009);
        expect(
          Math.abs(counts[2 * level]! / (rows - events) - parameters.withoutEvent[j]![level]!),
        ).toBeLessThan(0.005);
      }
    }
    // A level that nobody with the event is in has none among the twins either.
    expect(columns[0]!.some((level, i) => level === 2 && outcome[i] === 1)).toBe(false);
  });

  it('take a draw of the posterior each', () => {
    const sets = [
      ...drawTwinSets({ draws: [parameters, { ...parameters, eventShare: 0.9 }] }, 4, 500, model, source(2)),
    ];
    const rates = sets.map(({ outcome }) => outcome.reduce((sum, y) => sum + y, 0) / 500);
    expect(sets.map(({ rowCount }) => rowCount)).toEqual([500, 500, 500, 500]);
    expect(rates.map((rate) => (rate < 0.5 ? 'low' : 'high'))).toEqual(['low', 'low', 'high', 'high']);
  });

  it('have the pairs that the parameters say, and the tables of all variables beside', () => {
    const tree = junctionTree(
      [3, 2, 2],
      [
        [0, 1],
        [1, 2],
      ],
    );
    const potentials = [0, 1].map((y) =>
      Float64Array.from(
        { length: tree.features },
        (_, f) => Math.sin(3 * f) + (f < 7 ? 0.8 * y * Math.cos(f) : 0),
      ),
    ) as [Float64Array, Float64Array];
    const marginals = potentials.map((u) => {
      const trees = new TreeModel(tree);
      trees.set(u);
      const out = new Float64Array(tree.features);
      trees.marginals(out);
      return out;
    });
    const half = (y: 0 | 1, v: number, levels: number) =>
      marginals[y]!.slice(tree.starts[v]!, tree.starts[v]! + levels);
    // Columns 0, 1 and 3 are the group; 2 stands alone.
    const alone = [Float64Array.of(0.5, 0.5), Float64Array.of(0.3, 0.7)] as const;
    const group = {
      tables: [0, 1, 3],
      pairs: [0, 1],
      tree,
      cells: new Float64Array(),
      noise: new Float64Array(),
      equalShares: new Float64Array(),
    };
    const grouped: TableParameters = {
      rowCount: 1e9,
      eventShare: 0.3,
      withoutEvent: [half(0, 0, 3), half(0, 1, 2), alone[0], half(0, 2, 2)],
      withEvent: [half(1, 0, 3), half(1, 1, 2), alone[1], half(1, 2, 2)],
      groups: [{ group, potentials, pairShares: new Float64Array() }],
    };
    const rows = 300_000;
    const { columns, outcome } = drawTwins(grouped, rows, model, source(3));
    const events = outcome.reduce((sum, y) => sum + y, 0);
    for (const [j, column] of columns.entries()) {
      for (const [level, share] of grouped.withEvent[j]!.entries()) {
        let found = 0;
        for (let i = 0; i < rows; i += 1) if (column[i] === level && outcome[i] === 1) found += 1;
        // Standard error 0.0017 at most; the ratio model cuts risks at 1, which moves a little more.
        expect(Math.abs(found / events - share)).toBeLessThan(0.012);
      }
    }
    const cells = new Float64Array(6);
    for (let i = 0; i < rows; i += 1) cells[2 * columns[0]![i]! + columns[1]![i]!]! += 1 / rows;
    for (const [cell, share] of cells.entries()) {
      const k = tree.starts[3]! + cell;
      expect(Math.abs(share - 0.7 * marginals[0]![k]! - 0.3 * marginals[1]![k]!)).toBeLessThan(0.005);
    }
  });
});
