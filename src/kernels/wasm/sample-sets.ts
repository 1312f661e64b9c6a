import type { OutcomeDraw } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { type ParameterLayout, parameterLayout } from '../../core/model/layout.ts';
import { LARGEST_LINEAR_PREDICTOR } from '../../core/model/outcome-family.ts';
import { allocateTables, fillTables, type ModelTables } from '../../core/model/tables.ts';
import { chacha20Source, type KeystreamSource } from '../../core/random/chacha20.ts';
import { aliasTable, poisson } from '../../core/random/discrete.ts';
import { drawParameters } from '../../core/synthesis/draw-sets.ts';
import type { SyntheticSet } from '../../core/synthesis/synthetic-set.ts';
import { instantiateKernel } from './wasm-machine.ts';
import { type KernelExports, reserve, writeStream } from './written-problem.ts';

/** Rows that lie in the kernel's memory at a time: its rates and columns stay in a near cache. */
const ROWS_A_PORTION = 4096;
const EVENT_KIND = { 'min-one': 0, logistic: 1, thresholded: 2 } as const;

/** What sets are drawn from. */
export interface SetRequest {
  readonly posterior: Posterior;
  /** K */
  readonly setCount: number;
  /** N, rows of each */
  readonly rowCount: number;
  readonly outcomeDraw: OutcomeDraw;
  /** A declared count outcome's largest value. */
  readonly maximumCount?: number;
}

/**
 * K synthetic sets, each when it is asked for, so that K·N·d values are never in memory together: the law of
 * `core/synthesis/draw-sets.ts`, **one** z ~ q(z) a set and then its rows, at tens of millions of values a second. Levels
 * come from alias tables with 32 bits a value: a probability is met to C_j 2^-32.
 *
 * @param key 32 secret bytes, copied; used for these sets only
 * @throws Error where the posterior does not have the parameters of its shape, or WebAssembly does not start
 */
export async function sampleSets(
  request: SetRequest,
  key: Uint8Array,
): Promise<Generator<SyntheticSet, void, undefined>> {
  const { posterior } = request;
  const layout = parameterLayout(posterior.shape);
  if (posterior.location.length !== layout.dimension || posterior.scale.length !== layout.dimension) {
    throw new Error('posterior does not have the parameters of its shape');
  }
  const sampler = new Sampler(await instantiateKernel(), layout, key);
  return drawSets(request, layout, sampler, chacha20Source(key, 'synthesis'));
}

function* drawSets(
  request: SetRequest,
  layout: ParameterLayout,
  sampler: Sampler,
  draws: KeystreamSource,
): Generator<SyntheticSet, void, undefined> {
  const tables = allocateTables(layout);
  try {
    for (let k = 0; k < request.setCount; k += 1) {
      fillTables(layout, drawParameters(request.posterior, draws), tables);
      sampler.setTables(tables);
      yield sampler.draw(request, () => draws.uint32());
    }
  } finally {
    draws.forget();
    sampler.forget();
  }
}

/** The kernel's memory for one posterior's shape. */
class Sampler {
  readonly #kernel: KernelExports;
  readonly #layout: ParameterLayout;
  readonly #key: number;
  readonly #stream: number;
  readonly #mixture: number;
  readonly #levels: readonly number[];
  readonly #levelRates: number;
  readonly #rates: number;
  readonly #components: number;
  readonly #out: number;
  #baseRate = 1;

  constructor(kernel: KernelExports, layout: ParameterLayout, key: Uint8Array) {
    this.#kernel = kernel;
    this.#layout = layout;
    const { components: R, levelCounts, levelRows } = layout;
    let next = kernel.freeMemory();
    const take = (bytes: number) => {
      const at = next;
      next += Math.ceil(bytes / 64) * 64;
      return at;
    };
    this.#key = take(32);
    this.#stream = take(kernel.streamBytes());
    this.#mixture = take(8 * R);
    this.#levels = Array.from(levelCounts, (count) => take(8 * R * count));
    this.#levelRates = take(8 * levelRows);
    this.#rates = take(8 * ROWS_A_PORTION);
    this.#components = take(ROWS_A_PORTION);
    this.#out = take(4 * ROWS_A_PORTION);
    reserve(kernel.memory, next);
    new Uint8Array(kernel.memory.buffer, this.#key, 32).set(key);
    writeStream(kernel.memory, this.#stream, kernel.streamBytes(), 'syntheticRows');
  }

  setTables(tables: ModelTables): void {
    const { components: R, variableCount: d, levelStart, levelCounts, levelRows } = this.#layout;
    const { buffer } = this.#kernel.memory;
    this.#writeAlias(this.#mixture, tables.mixture);
    for (let j = 0; j < d; j += 1) {
      const count = levelCounts[j] as number;
      const first = levelStart[j] as number;
      const probabilities = new Float64Array(count);
      for (let r = 0; r < R; r += 1) {
        for (let c = 0; c < count; c += 1) probabilities[c] = tables.level[(first + c) * R + r] as number;
        this.#writeAlias((this.#levels[j] as number) + 8 * r * count, probabilities);
      }
    }
    // A product of factors in place of the exponential of a sum; each is cut as `rateOf` cuts the sum.
    const factor = (beta: number) =>
      Math.exp(Math.max(-LARGEST_LINEAR_PREDICTOR, Math.min(LARGEST_LINEAR_PREDICTOR, beta)));
    new Float64Array(buffer, this.#levelRates, levelRows).set(tables.coefficient.map(factor));
    this.#baseRate = factor(tables.intercept);
  }

  draw(request: SetRequest, uint32: () => number): SyntheticSet {
    const { rowCount, outcomeDraw, maximumCount = 2 ** 32 - 1 } = request;
    const columns = Array.from(this.#layout.levelCounts, () => new Uint8Array(rowCount));
    const outcome = new Uint32Array(rowCount);
    for (let first = 0; first < rowCount; first += ROWS_A_PORTION) {
      const rows = Math.min(ROWS_A_PORTION, rowCount - first);
      this.#drawColumns(columns, first, rows);
      if (outcomeDraw === 'poisson') {
        const rates = new Float64Array(this.#kernel.memory.buffer, this.#rates, rows);
        const random = { uint32 };
        rates.forEach((rate, i) => {
          outcome[first + i] = Math.min(maximumCount, poisson(random, rate));
        });
      } else {
        const kind = eventKind(request.posterior.shape.family, outcomeDraw);
        this.#kernel.drawEvents(this.#key, this.#stream, rows, this.#rates, kind, this.#out);
        outcome.set(new Uint32Array(this.#kernel.memory.buffer, this.#out, rows), first);
      }
    }
    return { rowCount, columns, outcome };
  }

  /** Overwrites key, keystream, tables and rows. */
  forget(): void {
    new Uint8Array(this.#kernel.memory.buffer).fill(0);
  }

  #drawColumns(columns: readonly Uint8Array[], first: number, rows: number): void {
    const { levelStart, levelCounts, components: R } = this.#layout;
    const kernel = this.#kernel;
    kernel.startRates(this.#rates, rows, this.#baseRate);
    kernel.drawLevels(this.#key, this.#stream, rows, 0, this.#mixture, R, this.#components, 0, 0);
    columns.forEach((column, j) => {
      const levelRates = this.#levelRates + 8 * (levelStart[j] as number);
      kernel.drawLevels(
        this.#key,
        this.#stream,
        rows,
        this.#components,
        this.#levels[j] as number,
        levelCounts[j] as number,
        this.#out,
        this.#rates,
        levelRates,
      );
      column.set(new Uint8Array(kernel.memory.buffer, this.#out, rows), first);
    });
  }

  #writeAlias(at: number, probabilities: Float64Array): void {
    const { threshold, alias } = aliasTable(probabilities);
    const cells = new Uint32Array(this.#kernel.memory.buffer, at, 2 * threshold.length);
    for (let i = 0; i < threshold.length; i += 1) {
      const full = (threshold[i] as number) >= 1;
      cells[2 * i] = full ? i : (alias[i] as number);
      cells[2 * i + 1] = full ? 2 ** 32 - 1 : Math.round((threshold[i] as number) * (2 ** 32 - 1));
    }
  }
}

function eventKind(family: Posterior['shape']['family'], draw: 'bernoulli' | 'thresholded-poisson'): number {
  if (draw === 'thresholded-poisson') return EVENT_KIND.thresholded;
  return family === 'bernoulli-logit' ? EVENT_KIND.logistic : EVENT_KIND['min-one'];
}
