import { describe, expect, it } from 'vitest';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { fillStandardNormal } from '../random/gaussian.ts';
import { cliqueSizes, type JunctionTree, junctionTree, pairGroups } from './junction-tree.ts';
import { TreeModel } from './tree-model.ts';

const random = (number: number) => chacha20Source(publicKey(number), 'synthesis');

type Pairs = readonly (readonly [number, number])[];
const GRAPHS: readonly [string, readonly number[], Pairs][] = [
  ['a pair', [2, 3], [[0, 1]]],
  [
    'a chain',
    [3, 2, 4, 2],
    [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
  ],
  [
    'a star',
    [3, 2, 3, 2],
    [
      [0, 2],
      [1, 2],
      [2, 3],
    ],
  ],
  [
    'a triangle',
    [3, 2, 2],
    [
      [0, 1],
      [1, 2],
      [0, 2],
    ],
  ],
  [
    'a ring of five, which needs fill',
    [2, 3, 2, 2, 3],
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [0, 4],
    ],
  ],
  [
    'two pieces and one alone',
    [2, 3, 2, 2, 4],
    [
      [0, 3],
      [1, 2],
    ],
  ],
  [
    'a grid',
    [2, 2, 2, 2, 2, 2],
    [
      [0, 1],
      [1, 2],
      [3, 4],
      [4, 5],
      [0, 3],
      [1, 4],
      [2, 5],
    ],
  ],
];

/** All rows with their unnormalised weights. */
function enumerate({ levels, pairs, starts }: JunctionTree, u: Float64Array) {
  const rows: { row: number[]; weight: number; cells: number[] }[] = [];
  const total = levels.reduce((product, C) => product * C, 1);
  for (let number = 0; number < total; number += 1) {
    let rest = number;
    const row = levels.map((C) => {
      const level = rest % C;
      rest = Math.floor(rest / C);
      return level;
    });
    const cells = [
      ...row.map((level, v) => starts[v]! + level),
      ...pairs.map(([i, j], t) => starts[levels.length + t]! + row[i]! * levels[j]! + row[j]!),
    ];
    rows.push({ row, cells, weight: Math.exp(cells.reduce((sum, cell) => sum + u[cell]!, 0)) });
  }
  const Z = rows.reduce((sum, { weight }) => sum + weight, 0);
  return { rows, Z };
}

function modelOf(levels: readonly number[], pairs: Pairs, key: number, scale = 1.5) {
  const tree = junctionTree(levels, pairs);
  const u = new Float64Array(tree.features);
  fillStandardNormal(random(key), u);
  for (let k = 0; k < u.length; k += 1) u[k]! *= scale;
  const model = new TreeModel(tree);
  model.set(u);
  return { tree, u, model };
}

describe('a junction tree', () => {
  it.each(GRAPHS)('of %s has the running intersection property and holds every pair', (_, levels, pairs) => {
    const { cliques } = junctionTree(levels, pairs);
    for (const scope of [...levels.map((_one, v) => [v]), ...pairs])
      expect(cliques.some(({ variables }) => scope.every((v) => variables.includes(v)))).toBe(true);
    for (const v of levels.keys()) {
      // Cliques with v: all but one have a parent with v.
      const holding = cliques.filter(({ variables }) => variables.includes(v));
      const hanging = holding.filter(({ parent }) => parent >= 0 && cliques[parent]!.variables.includes(v));
      expect(holding.length - hanging.length).toBe(1);
    }
    for (const [c, { parent }] of cliques.entries()) expect(parent).toBeLessThan(c);
  });

  it('is as narrow as it can be where that is known', () => {
    expect(
      Math.max(
        ...cliqueSizes(
          [3, 2, 4, 2],
          [
            [0, 1],
            [1, 2],
            [2, 3],
          ],
        ),
      ),
    ).toBe(8);
    // A ring has treewidth 2: three variables a clique.
    expect(
      Math.max(
        ...cliqueSizes(
          [2, 2, 2, 2, 2, 2],
          [
            [0, 1],
            [1, 2],
            [2, 3],
            [3, 4],
            [4, 5],
            [0, 5],
          ],
        ),
      ),
    ).toBe(8);
    expect(cliqueSizes([5, 7], [])).toEqual([5, 7]);
  });

  it('is made of groups that hang together', () => {
    expect(
      pairGroups(6, [
        [1, 4],
        [0, 2],
        [2, 5],
      ]),
    ).toEqual([
      { variables: [0, 2, 5], pairs: [1, 2] },
      { variables: [1, 4], pairs: [0] },
    ]);
    expect(pairGroups(3, [])).toEqual([]);
  });
});

describe('a model on it', () => {
  it.each(GRAPHS)(
    'of %s has the marginals, partition sum and covariance of all its rows',
    (_, levels, pairs) => {
      const { tree, u, model } = modelOf(levels, pairs, 1);
      const { rows, Z } = enumerate(tree, u);
      expect(model.logPartition).toBeCloseTo(Math.log(Z), 10);
      const n = tree.features;
      const [expected, joint] = [new Float64Array(n), new Float64Array(n * n)];
      for (const { cells, weight } of rows) {
        for (const k of cells) {
          expected[k]! += weight / Z;
          for (const l of cells) joint[k * n + l]! += weight / Z;
        }
      }
      const found = new Float64Array(n);
      model.marginals(found);
      const covariance = new Float64Array(n * n);
      model.covariance(found, covariance);
      // Float64 rounding over some hundred terms.
      for (let k = 0; k < n; k += 1) expect(Math.abs(found[k]! - expected[k]!)).toBeLessThan(1e-13);
      for (let k = 0; k < n * n; k += 1) {
        const exact = joint[k]! - expected[Math.floor(k / n)]! * expected[k % n]!;
        if (Math.abs(covariance[k]! - exact) > 1e-13) throw new Error(`covariance ${k}`);
      }
      // The covariance leaves the model as it was set.
      const again = new Float64Array(n);
      model.marginals(again);
      expect(Math.max(...again.map((p, k) => Math.abs(p - found[k]!)))).toBeLessThan(1e-15);
    },
  );

  it('has ∂ ln Z / ∂u = marginals', () => {
    const { tree, u, model } = modelOf(...(GRAPHS[4]!.slice(1) as [readonly number[], Pairs]), 2);
    const found = new Float64Array(tree.features);
    model.marginals(found);
    for (let k = 0; k < u.length; k += 1) {
      const at = (by: number) => {
        model.set(u.map((one, l) => (l === k ? one + by : one)));
        return model.logPartition;
      };
      // Central differences at 1e-5: rounding 1e-16 / 1e-5.
      expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(found[k]!, 8);
    }
  });

  it('bears potentials that leave all but nothing of a level, and shifts of all of them', () => {
    const { tree, u, model } = modelOf(
      [3, 2, 4, 2],
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      3,
    );
    const before = new Float64Array(tree.features);
    model.marginals(before);
    const after = new Float64Array(tree.features);
    model.set(u.map((one, k) => (k < 3 ? one + 900 : one)));
    model.marginals(after);
    expect(Math.max(...after.map((p, k) => Math.abs(p - before[k]!)))).toBeLessThan(1e-12);
    model.set(u.map((one, k) => (k === 3 ? -2000 : one)));
    model.marginals(after);
    expect(after[3]).toBe(0);
    expect(after[4]).toBeCloseTo(1, 14);
    const covariance = new Float64Array(tree.features ** 2);
    model.covariance(after, covariance);
    expect(covariance.every(Number.isFinite)).toBe(true);
  });

  it.each(GRAPHS)('of %s draws rows as often as they are probable', (_, levels, pairs) => {
    const { tree, u, model } = modelOf(levels, pairs, 4, 0.8);
    const { rows, Z } = enumerate(tree, u);
    const draw = model.sampler();
    model.set(new Float64Array(tree.features));
    const source = random(5);
    const counts = new Map<string, number>();
    const draws = 40_000;
    const row: number[] = levels.map(() => 0);
    for (let i = 0; i < draws; i += 1) {
      draw(source, row);
      counts.set(row.join(), (counts.get(row.join()) ?? 0) + 1);
    }
    let chiSquared = 0;
    for (const { row: one, weight } of rows) {
      const expected = (draws * weight) / Z;
      chiSquared += ((counts.get(one.join()) ?? 0) - expected) ** 2 / expected;
    }
    const freedom = rows.length - 1;
    // Five standard deviations of χ².
    expect(chiSquared).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom) + 10);
  });
});
