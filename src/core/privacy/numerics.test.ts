import FFT from 'fft.js';
import { describe, expect, it } from 'vitest';
import { massErrorWithin } from './loss-grid.ts';
import { PANEL_ERROR, panelErrorBound, rulesFor } from './quadrature.ts';
import { stepLoss } from './step-loss.ts';

describe('the transform', () => {
  it('has twiddle factors within 13 units of rounding', () => {
    // an angle reduced to the first octant before it is rounded is good to about one unit
    const exact = (k: number, size: number): readonly [number, number] => {
      const eighths = Math.floor((8 * k) / size);
      const fold = (numerator: number) => (2 * Math.PI * numerator) / size;
      const quarter = size / 4;
      switch (eighths) {
        case 0:
          return [Math.cos(fold(k)), Math.sin(fold(k))];
        case 1:
          return [Math.sin(fold(quarter - k)), Math.cos(fold(quarter - k))];
        case 2:
          return [-Math.sin(fold(k - quarter)), Math.cos(fold(k - quarter))];
        default:
          return [-Math.cos(fold(size / 2 - k)), Math.sin(fold(size / 2 - k))];
      }
    };
    for (const size of [2 ** 10, 2 ** 16, 2 ** 20]) {
      const { table } = new FFT(size) as unknown as { readonly table: readonly number[] };
      let worst = 0;
      for (let k = 0; k < size / 2; k += 1) {
        const [cosine, sine] = exact(k, size);
        worst = Math.max(worst, Math.abs(table[2 * k]! - cosine), Math.abs(table[2 * k + 1]! + sine));
      }
      expect(worst).toBeLessThan(13 * 2 ** -53);
    }
  });
});

describe('the quadrature of a panel', () => {
  it.each([6, 9, 14])('errs by less than proved, as far as %i σ out', (farthest) => {
    for (const { rule, longest } of rulesFor(farthest)) {
      expect(panelErrorBound(rule.node.length, longest, Math.ceil(farthest))).toBeLessThanOrEqual(
        PANEL_ERROR * 1.001,
      );
      for (const direction of ['remove', 'add'] as const) {
        const run = { kind: 'subsampled', noiseMultiplier: 1, samplingRate: 0.01, steps: 1 } as const;
        const loss = stepLoss(run, direction);
        const range = { lowIndex: 0, highIndex: 1, lowX: 1 - farthest, highX: farthest, isCutShort: false };
        for (const from of [-farthest + 1, 0, farthest - 1.5]) {
          const integral = (parts: number) => {
            let sum = 0;
            for (let part = 0; part < parts; part += 1) {
              rule.node.forEach((node, k) => {
                loss.evaluate(from + ((part + node) * longest) / parts);
                sum += (loss.density * rule.weight[k]! * longest) / parts;
              });
            }
            return sum;
          };
          // two panels are far better than one; the exponent's rounding besides
          expect(Math.abs(integral(1) / integral(2) - 1)).toBeLessThan(massErrorWithin(loss, range));
        }
      }
    }
  });

  it('has a bound that falls with nodes and grows with length', () => {
    expect(panelErrorBound(6, 0.1, 9)).toBeLessThan(panelErrorBound(4, 0.1, 9));
    expect(panelErrorBound(4, 0.1, 9)).toBeGreaterThan(panelErrorBound(4, 0.01, 9));
  });
});
