import type { ParameterLayout } from './layout.ts';

/** What the model says at one z, tabulated so that a row costs look-ups only (METHOD §4, ENGINE "algebra"). */
export interface ModelTables {
  /** π_r and ln π_r, length R */
  readonly mixture: Float64Array;
  readonly logMixture: Float64Array;
  /** θ_j^(r)[c] and its logarithm at (levelStart[j] + c)·R + r, length L·R */
  readonly level: Float64Array;
  readonly logLevel: Float64Array;
  /** ‖onehot(c) − θ_j^(r)‖² = 1 − 2 θ_j^(r)[c] + ‖θ_j^(r)‖² in the same order, length L·R */
  readonly levelDistance: Float64Array;
  /** β_j[c] of every level row, 0 at the reference; length L */
  readonly coefficient: Float64Array;
  /** β_0; a plain field because tables are refilled every step */
  intercept: number;
}

export function allocateTables(layout: ParameterLayout): ModelTables {
  const cells = layout.levelRows * layout.components;
  return {
    mixture: new Float64Array(layout.components),
    logMixture: new Float64Array(layout.components),
    level: new Float64Array(cells),
    logLevel: new Float64Array(cells),
    levelDistance: new Float64Array(cells),
    coefficient: new Float64Array(layout.levelRows),
    intercept: 0,
  };
}

/** Fills the tables for the parameters z. */
export function fillTables(layout: ParameterLayout, z: Float64Array, tables: ModelTables): void {
  const { components: R, levelLogits } = layout;
  logSoftmax(z, 0, 1, R, tables.logMixture, 0, tables.mixture);
  for (let j = 0; j < layout.variableCount; j += 1) {
    const first = (layout.levelStart[j] as number) * R;
    const count = layout.levelCounts[j] as number;
    for (let r = 0; r < R; r += 1) {
      logSoftmax(z, levelLogits + first + r, R, count, tables.logLevel, first + r, tables.level);
      // (1 − θ_c)² + Σ_{c'≠c} θ_c'² from sums before and after c: only positive terms, nothing cancels, so the
      // norm that clipping rests on is relatively accurate even where it is tiny.
      let before = 0;
      for (let c = 0; c < count; c += 1) {
        const theta = tables.level[first + c * R + r] as number;
        tables.levelDistance[first + c * R + r] = (1 - theta) ** 2 + before;
        before += theta * theta;
      }
      let after = 0;
      for (let c = count - 1; c >= 0; c -= 1) {
        const cell = first + c * R + r;
        tables.levelDistance[cell] = (tables.levelDistance[cell] as number) + after;
        after += (tables.level[cell] as number) ** 2;
      }
    }
  }
  tables.intercept = z[layout.intercept] as number;
  for (let row = 0; row < layout.levelRows; row += 1) {
    const index = layout.betaIndex[row] as number;
    tables.coefficient[row] = index < 0 ? 0 : (z[index] as number);
  }
}

/** ln softmax and softmax of `count` numbers at stride, shifted by their maximum so that nothing overflows. */
function logSoftmax(
  logits: Float64Array,
  from: number,
  stride: number,
  count: number,
  logOut: Float64Array,
  to: number,
  out: Float64Array,
): void {
  let largest = -Infinity;
  for (let c = 0; c < count; c += 1) largest = Math.max(largest, logits[from + c * stride] as number);
  let total = 0;
  for (let c = 0; c < count; c += 1) {
    const e = Math.exp((logits[from + c * stride] as number) - largest);
    out[to + c * stride] = e;
    total += e;
  }
  const logTotal = Math.log(total) + largest;
  for (let c = 0; c < count; c += 1) {
    out[to + c * stride] = (out[to + c * stride] as number) / total;
    logOut[to + c * stride] = (logits[from + c * stride] as number) - logTotal;
  }
}
