import { describe, expect, it } from 'vitest';
import { parameterLayout } from './layout.ts';
import type { ModelShape } from './shape.ts';

const paper: ModelShape = {
  levelCounts: [7, 2, 8, 4, 5],
  referenceLevels: [3, 0, 7, 1, 0],
  components: 16,
  family: 'poisson',
};

describe('the layout of z', () => {
  it('has the 454 parameters of the paper’s model: R + R·26 + 1 + 21', () => {
    expect(parameterLayout(paper).dimension).toBe(16 + 16 * 26 + 1 + 21);
  });

  it('gives every place to exactly one parameter', () => {
    const layout = parameterLayout(paper);
    const places = new Set<number>([layout.intercept]);
    for (let r = 0; r < 16; r += 1) places.add(r);
    for (let cell = 0; cell < layout.levelRows * 16; cell += 1) places.add(layout.levelLogits + cell);
    for (const index of layout.betaIndex) if (index >= 0) places.add(index);
    expect(places.size).toBe(layout.dimension);
    expect(Math.max(...places)).toBe(layout.dimension - 1);
  });

  it('gives reference levels, and only them, no coefficient', () => {
    const layout = parameterLayout(paper);
    const without = [...layout.betaIndex.keys()].filter((row) => (layout.betaIndex[row] as number) < 0);
    expect(without).toEqual(paper.referenceLevels.map((ref, j) => (layout.levelStart[j] as number) + ref));
  });

  it('refuses what is no shape', () => {
    expect(() => parameterLayout({ ...paper, components: 0 })).toThrow('components');
    expect(() => parameterLayout({ ...paper, referenceLevels: [0, 0] })).toThrow('one reference level');
    expect(() => parameterLayout({ ...paper, referenceLevels: [7, 0, 0, 0, 0] })).toThrow('out of range');
  });
});
