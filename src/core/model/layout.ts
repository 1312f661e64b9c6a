import type { ModelShape } from './shape.ts';

/**
 * Where each unconstrained parameter of METHOD §3 stands in z (length D):
 *
 *     a[r]            r = 0 … R−1                         mixture logits
 *     B[j, c][r]      at R + (levelStart[j] + c)·R + r    level logits, R contiguous a (variable j, level c)
 *     β_0             at R + L·R                          L = Σ_j C_j
 *     β[j, c]         at betaIndex[levelStart[j] + c]     c ≠ reference of j; the reference has none (−1)
 *
 * D = R + R·L + 1 + Σ_j (C_j − 1). The same order on every machine and in every posterior that is exchanged.
 */
export interface ParameterLayout {
  /** R */
  readonly components: number;
  /** d */
  readonly variableCount: number;
  /** C_j, length d */
  readonly levelCounts: Uint32Array;
  /** First level row of each variable, length d. */
  readonly levelStart: Uint32Array;
  /** L = Σ_j C_j */
  readonly levelRows: number;
  /** Offset of B[0, 0][0] in z: R. */
  readonly levelLogits: number;
  /** Offset of β_0 in z. */
  readonly intercept: number;
  /** Offset in z of β of each level row, −1 for a reference level; length L. */
  readonly betaIndex: Int32Array;
  /** D */
  readonly dimension: number;
}

/** The layout of a shape. @throws Error where the shape is not one (plans validate before) */
export function parameterLayout(shape: ModelShape): ParameterLayout {
  const { components, levelCounts, referenceLevels } = shape;
  if (!(Number.isInteger(components) && components >= 1)) throw new Error('components out of range');
  if (referenceLevels.length !== levelCounts.length) throw new Error('one reference level a variable');
  const levelStart = new Uint32Array(levelCounts.length);
  let levelRows = 0;
  levelCounts.forEach((count, j) => {
    levelStart[j] = levelRows;
    levelRows += count;
  });
  const intercept = components + levelRows * components;
  const betaIndex = new Int32Array(levelRows).fill(-1);
  let dimension = intercept + 1;
  levelCounts.forEach((count, j) => {
    const reference = referenceLevels[j] as number;
    if (!(Number.isInteger(reference) && reference >= 0 && reference < count)) {
      throw new Error('reference level out of range');
    }
    for (let c = 0; c < count; c += 1) {
      if (c === reference) continue;
      betaIndex[(levelStart[j] as number) + c] = dimension;
      dimension += 1;
    }
  });
  return {
    components,
    variableCount: levelCounts.length,
    levelCounts: Uint32Array.from(levelCounts),
    levelStart,
    levelRows,
    levelLogits: components,
    intercept,
    betaIndex,
    dimension,
  };
}
