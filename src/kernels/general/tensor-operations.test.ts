import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { logFactorial } from '../../core/analysis/glm-family.ts';
import { poissonLogLikelihood } from '../../core/analysis/likelihood.ts';
import { publicKey } from '../../core/inference/check-problem.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { fillStandardNormal } from '../../core/random/gaussian.ts';
import { drawSyntheticSet } from '../../core/synthesis/draw-sets.ts';
import type { SyntheticSet } from '../../core/synthesis/synthetic-set.ts';
import { drawRows, posteriorTensors } from './draw-rows.ts';
import { heldOutLikelihoods } from './held-out-likelihood.ts';

beforeAll(async () => {
  // Only silences its advice to install another package.
  tf.env().set('IS_NODE', false);
  await tf.setBackend('cpu');
});

const normals = (number: number, count: number): Float64Array => {
  const out = new Float64Array(count);
  fillStandardNormal(chacha20Source(publicKey(number), 'synthesis'), out);
  return out;
};

describe('held-out likelihoods of many draws at once', () => {
  it('are those of single rows in float64', async () => {
    const [draws, width, patterns] = [50, 6, 40];
    const design = Float32Array.from(normals(1, patterns * width), (x, i) =>
      i % width === 0 ? 1 : x > 0 ? 1 : 0,
    );
    const coefficients = Float32Array.from(normals(2, draws * width), (x, i) =>
      i % width === 0 ? -1 : 0.5 * x,
    );
    // Rows: pattern p occurs 1 + p mod 5 times, with outcomes 0, 1, 2, …
    const rows = Array.from({ length: patterns }, (_, p) =>
      Array.from({ length: 1 + (p % 5) }, (_, y) => ({ p, y })),
    ).flat();
    const rowCounts = new Float32Array(patterns);
    const outcomeSums = new Float32Array(patterns);
    for (const { p, y } of rows) {
      rowCounts[p] = (rowCounts[p] as number) + 1;
      outcomeSums[p] = (outcomeSums[p] as number) + y;
    }
    const logFactorials = rows.reduce((sum, { y }) => sum + logFactorial(y), 0);
    const mine = await heldOutLikelihoods(coefficients, draws, {
      design,
      rowCounts,
      outcomeSums,
      logFactorials,
    });
    for (let s = 0; s < draws; s += 1) {
      const eta = rows.map(({ p }) =>
        Array.from(
          { length: width },
          (_, k) => (design[p * width + k] as number) * (coefficients[s * width + k] as number),
        ).reduce((a, b) => a + b, 0),
      );
      const exact =
        poissonLogLikelihood(
          eta,
          rows.map(({ y }) => y),
        ) / rows.length;
      // float32: 6e-8 relative of sums of about 100 terms, themselves up to a few units a row.
      expect(Math.abs((mine[s] as number) - exact)).toBeLessThan(1e-5 * Math.max(1, Math.abs(exact)));
    }
  });

  it('refuse a design of another width', async () => {
    const patterns = {
      design: new Float32Array(3),
      rowCounts: new Float32Array(1),
      outcomeSums: new Float32Array(1),
      logFactorials: 0,
    };
    await expect(heldOutLikelihoods(new Float32Array(4), 2, patterns)).rejects.toThrow('do not fit');
  });

  it('show a rate that is no number as one, not as a pass', async () => {
    const patterns = {
      design: Float32Array.of(1),
      rowCounts: Float32Array.of(1),
      outcomeSums: Float32Array.of(0),
      logFactorials: 0,
    };
    const [likelihood] = await heldOutLikelihoods(Float32Array.of(Number.NaN), 1, patterns);
    expect(likelihood).toBeNaN();
  });
});

describe('synthetic rows by tfjs operations', () => {
  const shape = {
    levelCounts: [4, 2, 3],
    referenceLevels: [0, 1, 0],
    components: 4,
    family: 'bernoulli-log' as const,
  };
  const layout = parameterLayout(shape);
  const posterior: Posterior = {
    shape,
    // τ = 0 but for rounding: every set is drawn from the same z, so that only the rows differ.
    location: normals(7, layout.dimension).map((x, k) => (k >= layout.intercept ? -0.5 + 0.3 * x : x)),
    scale: new Float64Array(layout.dimension).fill(1e-12),
  };
  const counted = (set: SyntheticSet) => {
    const counts = new Float64Array(4 * 2 * 3 * 2);
    for (let i = 0; i < set.rowCount; i += 1) {
      const [a, b, c] = set.columns.map((column) => column[i] as number) as [number, number, number];
      const cell = ((a * 2 + b) * 3 + c) * 2 + (set.outcome[i] as number);
      counts[cell] = (counts[cell] as number) + 1;
    }
    return counts;
  };

  it.each(['bernoulli', 'thresholded-poisson'] as const)(
    'have the law of core, every cell, %s',
    async (draw) => {
      const rowCount = 60_000;
      const mine = counted(
        await drawRows(
          posteriorTensors(posterior),
          rowCount,
          draw,
          chacha20Source(publicKey(8), 'synthesis'),
        ),
      );
      const theirs = counted(
        drawSyntheticSet(posterior, rowCount, draw, chacha20Source(publicKey(9), 'synthesis')),
      );
      let chiSquared = 0;
      let cells = 0;
      mine.forEach((count, cell) => {
        const other = theirs[cell] as number;
        if (count + other < 20) return;
        cells += 1;
        chiSquared += (count - other) ** 2 / (count + other);
      });
      expect(cells).toBeGreaterThan(30);
      // χ² of two samples: mean n, variance 2n; five standard deviations.
      expect(Math.abs(chiSquared - cells)).toBeLessThan(5 * Math.sqrt(2 * cells));
    },
  );

  it('hold levels that exist only', async () => {
    const set = await drawRows(posteriorTensors(posterior), 5000, 'bernoulli', { uint32: () => 0xffffffff });
    set.columns.forEach((column, j) => {
      for (const level of column) expect(level).toBeLessThan(shape.levelCounts[j] as number);
    });
  });
});
