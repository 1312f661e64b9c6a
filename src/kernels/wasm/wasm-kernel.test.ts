import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publicKey } from '../../core/inference/check-problem.ts';
import { bindTable, init } from '../../core/inference/dpvi.ts';
import { GRID_PER_CLIP_NORM } from '../../core/inference/released-sum.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { chacha20Source, fillKeystream, type StreamPurpose } from '../../core/random/chacha20.ts';
import { fillStandardNormal, fillVariationalDraw } from '../../core/random/gaussian.ts';
import { gapsOf, poissonSubsample } from '../../core/random/poisson-subsample.ts';
import { fillRoundedNormal } from '../../core/random/rounded-normal.ts';
import { checkProblem, largestDifference } from '../conformance.ts';
import { type AreaField, NUMBER_FIELDS, numberOffset, WORD_FIELDS, wordOffset } from './memory-layout.ts';
import { instantiateKernel } from './wasm-machine.ts';
import { reserve, writeProblem } from './written-problem.ts';

const STREAM_OF: Partial<Record<StreamPurpose, AreaField>> = {
  variationalDraw: 'etaStream',
  subsample: 'subsampleStream',
  mechanismNoise: 'noiseStream',
};

/** A kernel with a problem written into it, at its start, and room for `extra` bytes from `out` on. */
async function writtenKernel(problem: ReturnType<typeof checkProblem>, extra = 0) {
  const kernel = await instantiateKernel();
  const out = 2 ** 21;
  reserve(kernel.memory, out + extra);
  const bound = bindTable(problem.plan, problem.table);
  const key = publicKey(5);
  const written = writeProblem(kernel, bound, key);
  written.writeState(init(problem.plan, chacha20Source(key, 'initialLocation')));
  return { kernel, bound, out, ...written };
}

/** The problem on some of its rows. */
function rowsOf(problem: ReturnType<typeof checkProblem>, rows: readonly number[]) {
  const { table, plan } = problem;
  const picked = {
    rowCount: rows.length,
    columns: table.columns.map((column) => Uint8Array.from(rows, (row) => column[row] as number)),
    outcome: Uint32Array.from(rows, (row) => table.outcome[row] as number),
  };
  return { table: picked, plan: { ...plan, rowCount: rows.length } };
}

const small = checkProblem({ samplingRate: 0.3 });

describe('the built kernel', () => {
  it('has its parameter block where the host writes it', () => {
    const source = readFileSync(new URL('./assembly/parameters.ts', import.meta.url), 'utf8');
    const declared = [...source.matchAll(/export const (\w+): usize = (\d+);/g)].map(
      ([, name, offset]) => [(name as string).toLowerCase().replaceAll('_', ''), Number(offset)] as const,
    );
    const written = [
      ...WORD_FIELDS.map((field) => [field.toLowerCase(), wordOffset(field)] as const),
      ...NUMBER_FIELDS.map((field) => [field.toLowerCase(), numberOffset(field)] as const),
    ];
    expect(declared).toEqual(written);
  });

  it('gives the keystream block of RFC 8439 appendix A.1, test vector 1', async () => {
    const { kernel, at } = await writtenKernel(small);
    // Key, nonce and counter of the vector are zero; purpose 0 is nobody's.
    new Uint8Array(kernel.memory.buffer, at.key, 32).fill(0);
    const view = new DataView(kernel.memory.buffer);
    view.setUint32(at.noiseStream, 0, true);
    view.setBigUint64(at.noiseStream + 8, 0n, true);
    kernel.refill(at.key, at.noiseStream);
    const block = Buffer.from(new Uint8Array(kernel.memory.buffer, at.noiseStream + 32, 64));
    expect(block.toString('hex')).toBe(
      '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7' +
        'da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586',
    );
  });

  it.each<StreamPurpose>(['variationalDraw', 'subsample', 'mechanismNoise'])(
    'makes the keystream of the reference for %s, refill after refill and into the next segment',
    async (purpose) => {
      const { kernel, at } = await writtenKernel(small);
      const stream = at[STREAM_OF[purpose] as AreaField];
      const bytes = kernel.streamBytes() - 32;
      const expected = new Uint8Array(bytes);
      for (const first of [0, 2 ** 31 - 128, 2 ** 33 + 512]) {
        new DataView(kernel.memory.buffer).setBigUint64(stream + 8, BigInt(first), true);
        for (let refill = 0; refill < 3; refill += 1) {
          kernel.refill(at.key, stream);
          fillKeystream(publicKey(5), purpose, first + (refill * bytes) / 64, expected);
          expect(new Uint8Array(kernel.memory.buffer, stream + 32, bytes)).toEqual(expected);
        }
      }
    },
  );

  it('never uses a block twice: the streams of a run do not overlap', async () => {
    const { kernel, at } = await writtenKernel(small);
    const blocks = new Set<string>();
    let seen = 0;
    for (const stream of [at.etaStream, at.subsampleStream, at.noiseStream]) {
      for (let refill = 0; refill < 20; refill += 1) {
        kernel.refill(at.key, stream);
        for (let block = stream + 32; block < stream + kernel.streamBytes(); block += 64) {
          blocks.add(Buffer.from(new Uint8Array(kernel.memory.buffer, block, 64)).toString('base64'));
          seen += 1;
        }
      }
    }
    expect(blocks.size).toBe(seen);
  });

  it.each([
    ['a usual σ', 26.7316, 400_000],
    ['one so small that few whole numbers are drawn', 1e-5, 50_000],
    ['one that needs 71 bits a place', 1e6, 100_000],
    ['one where float64 decides nothing', 2 ** 27, 3000],
  ])('draws the noise of the reference, to the bit: %s', async (_, noiseMultiplier, n) => {
    const problem = checkProblem({ samplingRate: 0.3 }, { noiseMultiplier });
    const { kernel, at, block, out } = await writtenKernel(problem, 8 * n);
    const source = chacha20Source(publicKey(5), 'mechanismNoise');
    const scale = noiseMultiplier / GRID_PER_CLIP_NORM;
    let done = 0;
    for (const portion of [1, 453, 7, 1000, n]) {
      const count = Math.min(portion, n - done);
      const expected = new Float64Array(count);
      fillRoundedNormal(source, scale, expected);
      kernel.fillMechanismNoise(block, at.key, at.noiseStream, out + 8 * done, count);
      const drawn = new Float64Array(kernel.memory.buffer, out + 8 * done, count);
      expect(largestDifference(drawn, expected)).toBe(0);
      done += count;
    }
    expect(done).toBe(n);
  });

  it('draws η of the reference to float32', async () => {
    const n = 100_000;
    const { kernel, at, out } = await writtenKernel(small, 4 * n);
    const expected = new Float64Array(n);
    fillVariationalDraw(chacha20Source(publicKey(5), 'variationalDraw'), expected);
    kernel.fillVariationalDraw(at.key, at.etaStream, out, n);
    const drawn = Float64Array.from(new Float32Array(kernel.memory.buffer, out, n));
    // Numbers up to 5 in float32, a logarithm, a root and a sine: a few times 3e-7.
    expect(largestDifference(drawn, expected)).toBeLessThan(2e-6);
  });

  it.each([
    [5000, 0.01],
    [300, 0.7],
    [100_000, 1e-4],
  ])('draws the batches of the reference, to the bit: %d rows at q = %d', async (rowCount, q) => {
    const problem = checkProblem({ samplingRate: q }, { rowCount });
    const { kernel, at, block } = await writtenKernel(problem);
    const source = chacha20Source(publicKey(5), 'subsample');
    const gaps = gapsOf(q);
    const expected = new Uint32Array(rowCount);
    for (let draw = 0; draw < 20; draw += 1) {
      const size = poissonSubsample(source, rowCount, q, expected, gaps);
      const rows: number[] = [];
      let row = kernel.nextGap(block, at.key, at.subsampleStream, rowCount);
      while (row < rowCount) {
        rows.push(row);
        row += 1 + kernel.nextGap(block, at.key, at.subsampleStream, rowCount - row - 1);
      }
      expect(rows).toEqual([...expected.subarray(0, size)]);
    }
  });
});

describe('the sums of the built kernel', () => {
  /** Histograms and residual sums of one step at the start of `problem`: whole numbers. */
  async function sums(problem: ReturnType<typeof checkProblem>) {
    const { kernel, block, at, bound } = await writtenKernel(problem);
    kernel.prepare(block);
    kernel.fillHistograms(block);
    const { levelRows, components } = bound.layout;
    return {
      histogram: new Float64Array(kernel.memory.buffer, at.histogram, levelRows * components).slice(),
      residuals: new Float64Array(kernel.memory.buffer, at.residualSum, levelRows).slice(),
    };
  }

  it.each([
    ['one table a variable', [3, 2, 5], 40],
    ['joint tables', [7, 2, 8, 4, 5], 150],
  ] as const)(
    'are the sums of its rows one by one, to the bit and in any order: %s',
    async (_, levels, rowCount) => {
      const problem = checkProblem({ components: 16, clipNorm: 0.7 }, { levels, rowCount });
      const all = Array.from({ length: rowCount }, (_, i) => i);
      const whole = await sums(problem);
      const reversed = await sums(rowsOf(problem, [...all].reverse()));
      expect(reversed).toEqual(whole);
      const added = { histogram: whole.histogram.map(() => 0), residuals: whole.residuals.map(() => 0) };
      for (const row of all) {
        const one = await sums(rowsOf(problem, [row]));
        added.histogram = added.histogram.map((sum, k) => sum + (one.histogram[k] as number));
        added.residuals = added.residuals.map((sum, k) => sum + (one.residuals[k] as number));
      }
      // Joint tables multiply in another order: a contribution that float32 leaves on a border may fall on the other
      // side. Every sum of whole numbers is exact.
      expect(whole.histogram.every(Number.isInteger)).toBe(true);
      const allowed = levels.length > 3 ? rowCount : 0;
      expect(largestDifference(added.histogram, whole.histogram)).toBeLessThanOrEqual(allowed);
      expect(largestDifference(added.residuals, whole.residuals)).toBeLessThanOrEqual(allowed);
    },
  );

  it('given the same contributions release what the reference releases, to the bit', async () => {
    const problem = checkProblem(
      { components: 8, samplingRate: 0.5 },
      { levels: [4, 3, 2], noiseMultiplier: 26.7, rowCount: 500 },
    );
    const { kernel, block, at, bound } = await writtenKernel(problem);
    const { layout } = bound;
    const { components: R, levelRows, dimension: D, levelCounts } = layout;
    kernel.prepare(block);
    kernel.fillHistograms(block);
    const doubles = (field: AreaField, n: number) => new Float64Array(kernel.memory.buffer, at[field], n);
    const histogram = doubles('histogram', levelRows * R).slice();
    const residuals = doubles('residualSum', levelRows).slice();
    const theta = Float64Array.from(new Float32Array(kernel.memory.buffer, at.level, levelRows * R));
    const mixture = Float64Array.from(new Float32Array(kernel.memory.buffer, at.mixture, R));
    const noise = new Float64Array(D);
    fillRoundedNormal(chacha20Source(publicKey(5), 'mechanismNoise'), 26.7 / GRID_PER_CLIP_NORM, noise);
    kernel.fillMechanismNoise(block, at.key, at.noiseStream, at.noise, D);
    kernel.release(block);

    // Steps 4 to 6 of core/inference/released-sum.ts on these contributions.
    const component = new Float64Array(R);
    for (let cell = 0; cell < (levelCounts[0] as number) * R; cell += 1) {
      component[cell % R] = (component[cell % R] as number) + (histogram[cell] as number);
    }
    const total = component.reduce((sum, value) => sum + value, 0);
    const expected = new Float64Array(D);
    for (let r = 0; r < R; r += 1) {
      expected[r] = roundEven((component[r] as number) - (mixture[r] as number) * total);
    }
    histogram.forEach((sum, cell) => {
      expected[R + cell] = roundEven(sum - (theta[cell] as number) * (component[cell % R] as number));
    });
    for (let row = 0; row < levelRows; row += 1) {
      const k = layout.betaIndex[row] as number;
      if (k >= 0) expected[k] = residuals[row] as number;
      if (row < (levelCounts[0] as number)) {
        expected[layout.intercept] = (expected[layout.intercept] as number) + (residuals[row] as number);
      }
    }
    noise.forEach((xi, k) => {
      expected[k] = (expected[k] as number) + xi;
    });
    expect(doubles('released', D)).toEqual(expected);
    expect(doubles('noise', D).every((xi) => xi === 0)).toBe(true);
  });
});

describe('the sensitivity of the built kernel', () => {
  /** k of one step at a given state, without noise: whole steps of the grid. */
  async function released(problem: ReturnType<typeof checkProblem>, location: Float64Array) {
    const { kernel, block, at, bound, writeState } = await writtenKernel(problem);
    const start = init(problem.plan, chacha20Source(publicKey(5), 'initialLocation'));
    writeState({ ...start, location });
    kernel.prepare(block);
    kernel.fillHistograms(block);
    kernel.release(block);
    return new Float64Array(kernel.memory.buffer, at.released, bound.layout.dimension).slice();
  }

  it.each<[OutcomeFamily, number, readonly number[]]>([
    ['poisson', 16, [7, 2, 8, 4, 5]],
    ['bernoulli-log', 4, [3, 2, 5]],
    ['bernoulli-logit', 20, [2, 3]],
    ['poisson', 128, [256, 2]],
  ])(
    'one row moves the whole numbers that get noise by at most C: %s, R = %d',
    async (family, components, levels) => {
      const rowCount = 70;
      let largest = 0;
      for (const clipNorm of [0.01, 0.5, 2]) {
        for (const size of [0.2, 1, 5, 40]) {
          const problem = checkProblem({ components, clipNorm }, { family, levels, rowCount });
          const { layout } = bindTable(problem.plan, problem.table);
          const location = new Float64Array(layout.dimension);
          fillStandardNormal(chacha20Source(publicKey(size), 'initialLocation'), location);
          for (let k = 0; k < location.length; k += 1) location[k] = size * (location[k] as number);
          const whole = await released(problem, location);
          for (const gone of [0, 13, 69]) {
            const kept = Array.from({ length: rowCount }, (_, i) => i).filter((i) => i !== gone);
            const rest = await released(rowsOf(problem, kept), location);
            const squares = whole.reduce((sum, k, i) => sum + (k - (rest[i] as number)) ** 2, 0);
            largest = Math.max(largest, Math.sqrt(squares) * GRID_PER_CLIP_NORM);
          }
        }
      }
      // In units of C; whole numbers, so that nothing is left to a tolerance.
      expect(largest).toBeLessThanOrEqual(1);
      expect(largest).toBeGreaterThan(0.99);
    },
  );
});

function roundEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
