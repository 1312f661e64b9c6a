import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  logNormalUpperTail,
  millsRatio,
  normalDensity,
  normalUpperQuantile,
  normalUpperTail,
} from './normal.ts';

const FILE = new URL('../../../../shared/reference/special.json', import.meta.url);

interface SpecialValues {
  readonly normal: { readonly x: number[]; readonly sf: number[]; readonly log_sf: number[] };
  readonly normal_log_cdf_far_tail: { readonly x: number[]; readonly log_cdf: number[] };
}

describe('the normal tails', () => {
  it('are Mills ratio times density, and the quantile inverts them', () => {
    for (const z of [0, 0.5, 2, 8, 30]) {
      expect(Math.abs(normalUpperTail(z) / (millsRatio(z) * normalDensity(z)) - 1)).toBeLessThan(1e-13);
      expect(Math.abs(normalUpperQuantile(normalUpperTail(z)) - z)).toBeLessThan(1e-12 * (1 + z));
    }
  });

  it.runIf(existsSync(FILE))('meet special.json (needs the reference file)', () => {
    const { normal, normal_log_cdf_far_tail: far } = JSON.parse(readFileSync(FILE, 'utf8')) as SpecialValues;
    normal.x.forEach((x, i) => {
      const tail = normal.sf[i]!;
      // tolerances of the reference README: 1e-12 in the centre and for logarithms, 1e-10 far out
      if (tail > 1e-300) expect(Math.abs(normalUpperTail(x) / tail - 1)).toBeLessThan(1e-12);
      const log = normal.log_sf[i]!;
      // at 60 digits 1 − 1e-48 leaves 12: the reference ends there
      if (log < -1e-46) expect(Math.abs(logNormalUpperTail(x) / log - 1)).toBeLessThan(1e-12);
    });
    far.x.forEach((x, i) => {
      expect(Math.abs(logNormalUpperTail(-x) / far.log_cdf[i]! - 1)).toBeLessThan(1e-12);
    });
  });
});
