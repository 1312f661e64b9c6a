import { describe, expect, it } from 'vitest';
import { parameterLayout } from '../model/layout.ts';
import { logDensityGradient } from '../model/log-density.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { fillVariationalDraw } from '../random/gaussian.ts';
import { fillRoundedNormal } from '../random/rounded-normal.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { inventedTable, publicKey, uncertifiedPlan } from './check-problem.ts';
import {
  averagedStepCount,
  bindTable,
  type DpviRandomness,
  init,
  type MutableDpviState,
  posteriorOf,
  step,
  stepInPlace,
} from './dpvi.ts';
import { copyState, type DpviState } from './dpvi-state.ts';
import type { TrainingPlan } from './plan.ts';
import { effectiveClipNorm, GRID_PER_CLIP_NORM } from './released-sum.ts';

const levelCounts = [3, 2];
const rowCount = 60;
const table = inventedTable({ levelCounts, rowCount, meanOutcome: 0.4, binary: true, number: 7 });

function plan(
  settings: Partial<TrainingPlan['settings']>,
  noiseMultiplier = 0,
  rows = rowCount,
): TrainingPlan {
  return uncertifiedPlan({
    levelCounts,
    rowCount: rows,
    noiseMultiplier,
    settings: { components: 2, steps: 20, clipNorm: 1, ...settings },
  });
}

function streams(number: number): DpviRandomness {
  const key = publicKey(number);
  return {
    variationalDraw: chacha20Source(key, 'variationalDraw'),
    subsample: chacha20Source(key, 'subsample'),
    mechanismNoise: chacha20Source(key, 'mechanismNoise'),
  };
}

const start = (p: TrainingPlan): DpviState => init(p, chacha20Source(publicKey(1), 'initialLocation'));

/** g_m of one step, read off Adam's first moment after the first step: m = (1 − β₁) g. */
function firstGradient(p: TrainingPlan, rows: CodedTable, number = 2): Float64Array {
  const [state] = step(bindTable(p, rows), start(p), streams(number));
  return state.firstMoment.slice(0, state.location.length).map((value) => value / (1 - 0.9));
}

const distance = (a: Float64Array, b: Float64Array) =>
  a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - (b[k] as number))), 0);

describe('a step', () => {
  it('is METHOD §4 written out with a gradient of length D for every row', () => {
    const p = plan({ learningRate: { initial: 0.02, final: 0.02 } }, 1.5);
    const problem = bindTable(p, table);
    const layout = parameterLayout(p.shape);
    const D = layout.dimension;
    const [before] = step(problem, start(p), streams(2));
    const [after] = step(problem, before, streams(3));

    const eta = new Float64Array(D);
    const xi = new Float64Array(D);
    fillVariationalDraw(chacha20Source(publicKey(3), 'variationalDraw'), eta);
    fillRoundedNormal(chacha20Source(publicKey(3), 'mechanismNoise'), 1.5 / GRID_PER_CLIP_NORM, xi);
    const tau = before.rawScale.map((s) => Math.log(1 + Math.exp(s)));
    const z = before.location.map((m, k) => m + tau[k]! * eta[k]!);
    const effective = effectiveClipNorm(layout, 1);
    const G = xi.map((value) => GRID_PER_CLIP_NORM * value);
    for (let i = 0; i < rowCount; i += 1) {
      const g = logDensityGradient(
        layout,
        'poisson',
        z,
        table.columns.map((c) => c[i]!),
        table.outcome[i]!,
      );
      const length = Math.sqrt(g.reduce((sum, value) => sum + value * value, 0));
      for (let k = 0; k < D; k += 1) G[k] = G[k]! + g[k]! * Math.min(1, effective / length);
    }
    const priorGradient = z.map((u, k) => (k < layout.intercept ? 1 - Math.exp(u) : -u));
    const gm = G.map((value, k) => value / rowCount + priorGradient[k]! / rowCount);
    const gs = gm.map(
      (g, k) => (eta[k]! * g + 1 / (rowCount * tau[k]!)) / (1 + Math.exp(-before.rawScale[k]!)),
    );
    const moved = (values: Float64Array, g: Float64Array, offset: number) =>
      values.map((value, k) => {
        const m = 0.9 * before.firstMoment[offset + k]! + 0.1 * g[k]!;
        const v = 0.999 * before.secondMoment[offset + k]! + 0.001 * g[k]! ** 2;
        return value + (0.02 * (m / (1 - 0.9 ** 2))) / (Math.sqrt(v / (1 - 0.999 ** 2)) + 1e-8);
      });
    // 60 rows are each rounded by half a grid step (5e-7) an entry, divided by N; Adam divides by gradients of
    // 1e-3 and more and multiplies by 0.02.
    expect(distance(after.location, moved(before.location, gm, 0))).toBeLessThan(1e-5);
    expect(distance(after.rawScale, moved(before.rawScale, gs, D))).toBeLessThan(1e-5);
  });

  it('leaves the state it was given alone', () => {
    const p = plan({});
    const state = start(p);
    const copy = copyState(state);
    const [next, info] = step(bindTable(p, table), state, streams(2));
    expect(state).toEqual(copy);
    expect(next.step).toBe(1);
    expect(info).toEqual({ step: 1, learningRate: 5e-2 });
  });

  it('tells nothing but its number and step size', () => {
    const [, info] = step(bindTable(plan({ samplingRate: 0.5 }), table), start(plan({})), streams(2));
    expect(Object.keys(info).sort()).toEqual(['learningRate', 'step']);
  });

  it('does not change by a bit when the table’s rows are permuted', () => {
    const permuted: CodedTable = {
      rowCount,
      columns: table.columns.map((column) => column.slice().reverse()),
      outcome: table.outcome.slice().reverse(),
    };
    expect(firstGradient(plan({}), permuted)).toEqual(firstGradient(plan({}), table));
  });
});

describe('the batch', () => {
  it('of q = 1 is everybody: the same gradient as that of a rate just below 1, times 1/q', () => {
    const all = firstGradient(plan({ samplingRate: 1 }), table);
    const nearlyAll = firstGradient(plan({ samplingRate: 1 - 1e-9 }), table);
    expect(distance(all, nearlyAll)).toBeLessThan(1e-6);
  });

  it('may be empty, and then the release is the noise alone over qN', () => {
    const p = plan({ samplingRate: 1e-9, clipNorm: 1 }, 2);
    const layout = parameterLayout(p.shape);
    const gradient = firstGradient(p, table);
    const xi = new Float64Array(layout.dimension);
    fillRoundedNormal(chacha20Source(publicKey(2), 'mechanismNoise'), 2 / GRID_PER_CLIP_NORM, xi);
    const qN = 1e-9 * rowCount;
    // The prior adds at most 1/60 beside noise of 2/qN ~ 3e7: far less than a step of the grid.
    gradient.forEach(
      (g, k) =>
        void expect(Math.abs(g * qN - GRID_PER_CLIP_NORM * xi[k]!)).toBeLessThan(GRID_PER_CLIP_NORM / 4),
    );
  });

  it('enters over the constant qN, never over its drawn size', () => {
    // With C tiny every row counts C; an event-only table with β = 0 has g_{β_0} of the same sign in every row, so
    // g·qN/C counts the drawn rows, whose number varies while the divisor does not.
    const ones: CodedTable = {
      rowCount,
      columns: levelCounts.map(() => new Uint8Array(rowCount)),
      outcome: new Uint32Array(rowCount).fill(1),
    };
    const p = plan({ samplingRate: 0.3, clipNorm: 1, initialScale: 1e-9 });
    const layout = parameterLayout(p.shape);
    const drawn = Array.from({ length: 30 }, (_, i) => {
      const g = firstGradient(p, ones, 100 + i)[layout.intercept] as number;
      const z = start(p).location;
      return (g + z[layout.intercept]! / rowCount) * 0.3 * rowCount;
    });
    const one = Math.min(
      ...drawn.map((a) => Math.min(...drawn.map((b) => Math.abs(a - b)).filter((d) => d > 1e-3))),
    );
    const sizes = drawn.map((value) => value / one);
    for (const size of sizes) expect(Math.abs(size - Math.round(size))).toBeLessThan(0.01);
    expect(new Set(sizes.map(Math.round)).size).toBeGreaterThan(3);
  });
});

describe('the constant N', () => {
  it('divides data and prior alike: ten copies of the table at 10 N give the same data gradient', () => {
    const tenfold: CodedTable = {
      rowCount: 10 * rowCount,
      columns: table.columns.map((c) =>
        Uint8Array.from({ length: 10 * rowCount }, (_, i) => c[i % rowCount]!),
      ),
      outcome: Uint32Array.from({ length: 10 * rowCount }, (_, i) => table.outcome[i % rowCount]!),
    };
    const p = plan({});
    const one = firstGradient(p, table);
    const ten = firstGradient(plan({}, 0, 10 * rowCount), tenfold);
    const layout = parameterLayout(p.shape);
    const z = start(p);
    const eta = new Float64Array(layout.dimension);
    fillVariationalDraw(chacha20Source(publicKey(2), 'variationalDraw'), eta);
    one.forEach((g, k) => {
      const u = z.location[k]! + 0.1 * eta[k]!;
      const priorGradient = k < layout.intercept ? 1 - Math.exp(u) : -u;
      const difference = ten[k]! - priorGradient / (10 * rowCount) - (g - priorGradient / rowCount);
      // The sum is rounded to its grid once, whatever N: half a step each.
      expect(Math.abs(difference)).toBeLessThan(GRID_PER_CLIP_NORM / rowCount);
    });
  });
});

describe('noise', () => {
  it('is fresh in every step', () => {
    const p = plan({ learningRate: { initial: 1e-12, final: 1e-12 }, initialScale: 1e-9 }, 5);
    const problem = bindTable(p, table);
    const randomness = streams(4);
    let state = start(p);
    const gradients: Float64Array[] = [];
    for (let t = 0; t < 3; t += 1) {
      const before = state.firstMoment;
      [state] = step(problem, state, randomness);
      gradients.push(state.firstMoment.map((m, k) => (m - 0.9 * before[k]!) / 0.1));
    }
    expect(distance(gradients[0]!, gradients[1]!)).toBeGreaterThan(1e-2);
    expect(distance(gradients[1]!, gradients[2]!)).toBeGreaterThan(1e-2);
  });
});

describe('what is reported', () => {
  function ran(averagedFraction: number): { p: TrainingPlan; states: DpviState[] } {
    const p = plan({ averagedFraction, steps: 10 });
    const problem = bindTable(p, table);
    const randomness = streams(5);
    const state: MutableDpviState = copyState(start(p));
    const states: DpviState[] = [];
    for (let t = 0; t < 10; t += 1) {
      stepInPlace(problem, state, randomness);
      states.push(copyState(state));
    }
    return { p, states };
  }

  it('is the last iterate without averaging', () => {
    const { p, states } = ran(0);
    expect(posteriorOf(p, states[9]!).location).toEqual(states[9]!.location);
    expect(averagedStepCount(p)).toBe(0);
  });

  it('is the mean of (m, s) over the last part of the run', () => {
    const { p, states } = ran(0.3);
    const last = states.slice(7);
    const { location, scale } = posteriorOf(p, states[9]!);
    location.forEach((m, k) => {
      expect(m).toBeCloseTo(last.reduce((sum, s) => sum + s.location[k]!, 0) / 3, 14);
      const s = last.reduce((sum, state) => sum + state.rawScale[k]!, 0) / 3;
      expect(scale[k]).toBeCloseTo(Math.log(1 + Math.exp(s)), 14);
    });
    expect(posteriorOf(p, states[5]!).location).toEqual(states[5]!.location);
  });

  it('shares no buffer with the state', () => {
    const { p, states } = ran(0);
    const posterior = posteriorOf(p, states[9]!);
    posterior.location.fill(0);
    expect(states[9]!.location.some((m) => m !== 0)).toBe(true);
  });
});
