import { describe, expect, it } from 'vitest';
import { calibrate, certify, certifyComposition, nextRelease, reverify } from './certify.ts';
import { caseStream, randomCase } from './check-random.check.ts';
import { certifyDelta } from './delta-cost.ts';
import extended from './extended-precision.fixture.json' with { type: 'json' };
import { tradeOffCurve } from './meaning.ts';
import type { CertifiedCost, SubsampledGaussian } from './mechanism.ts';
import { normalUpperTail } from './normal.ts';

const run = (noiseMultiplier: number, samplingRate: number, steps: number): SubsampledGaussian => ({
  noiseMultiplier,
  samplingRate,
  steps,
});

function cost(mechanisms: readonly SubsampledGaussian[], delta = 1e-6): CertifiedCost {
  const result = certifyComposition(mechanisms, delta);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

describe('limits and monotonicity', () => {
  it('falls in σ and δ, grows in q and T', () => {
    const base = cost([run(1.5, 0.02, 500)]).epsilonValue;
    expect(cost([run(1.6, 0.02, 500)]).epsilonValue).toBeLessThan(base);
    expect(cost([run(1.5, 0.02, 500)], 1e-5).epsilonValue).toBeLessThan(base);
    expect(cost([run(1.5, 0.021, 500)]).epsilonValue).toBeGreaterThan(base);
    expect(cost([run(1.5, 0.02, 520)]).epsilonValue).toBeGreaterThan(base);
  });

  it('does so on random runs, value and certificate alike', () => {
    const uniform = caseStream(77);
    for (let i = 0; i < 8; i += 1) {
      const sigma = 0.6 * 50 ** uniform();
      const q = 0.005 * 100 ** uniform();
      const T = Math.ceil(20 * 1000 ** uniform());
      const delta = 10 ** (-3 - 6 * uniform());
      const base = cost([run(sigma, q, T)], delta);
      // a step that is larger than what the mesh adds to a certificate, 2e-4 (1 + ε)
      const less = [
        cost([run(sigma * 1.1, q, T)], delta),
        cost([run(sigma, q, T)], Math.min(0.1, 10 * delta)),
      ];
      const more = [
        cost([run(sigma, Math.min(1, q * 1.1), T)], delta),
        cost([run(sigma, q, Math.ceil(T * 1.2))], delta),
      ];
      for (const { epsilonValue, epsilonUpper } of less) {
        expect(epsilonValue).toBeLessThanOrEqual(base.epsilonValue);
        expect(epsilonUpper).toBeLessThanOrEqual(base.epsilonUpper + 2e-4 * (1 + base.epsilonValue));
      }
      for (const { epsilonValue, epsilonUpper } of more) {
        expect(epsilonValue).toBeGreaterThanOrEqual(base.epsilonValue);
        expect(epsilonUpper).toBeGreaterThanOrEqual(base.epsilonUpper - 2e-4 * (1 + base.epsilonValue));
      }
    }
  });

  it('composing T twice is 2T, and the order is irrelevant', () => {
    const a = run(2, 0.05, 300);
    const b = run(4, 0.01, 2000);
    expect(cost([a, a])).toEqual(cost([run(2, 0.05, 600)]));
    expect(cost([a, b, a])).toEqual(cost([b, a, a]));
  });

  it('meets the analytic Gaussian as q goes to 1', () => {
    const full = cost([run(5, 1, 100)]).epsilonValue;
    // 1 − q = 1e-7 changes ε by about ε·1e-7
    expect(Math.abs(cost([run(5, 1 - 1e-7, 100)]).epsilonValue - full)).toBeLessThan(5e-6);
    expect(full).toBeCloseTo(10.99715121422065, 9);
  });

  it('several plain Gaussians are one', () => {
    const together = cost([run(3, 1, 2), run(6, 1, 4)]).epsilonValue;
    const one = cost([run((2 / 9 + 4 / 36) ** -0.5, 1, 1)]).epsilonValue;
    expect(together).toBeCloseTo(one, 11);
  });

  it('no release costs nothing, and a tiny one nothing at this δ', () => {
    expect(cost([]).epsilonUpper).toBe(0);
    expect(cost([run(100, 1e-6, 10)], 1e-3).epsilonUpper).toBe(0);
  });

  it('ε and δ are two readings of one curve', () => {
    const at = cost([run(28, 0.01, 400_000)]);
    const back = certifyDelta([run(28, 0.01, 400_000)], at.epsilonValue);
    // the engines agree to about 1e-12; ln δ changes by 24 per unit of ε
    expect(back.ok && Math.abs(back.value.deltaValue / 1e-6 - 1)).toBeLessThan(1e-9);
    expect(back.ok && back.value.deltaUpper).toBeGreaterThan(1e-6);
  });
});

describe('the bounds', () => {
  it('hold the value between them, in both directions, on random compositions', () => {
    const uniform = caseStream(20_261);
    for (let i = 0; i < 12; i += 1) {
      const { mechanisms, delta } = randomCase(uniform);
      // the smallest rates belong to `npm run check:accountant -- --random`: they take seconds
      if (mechanisms.some(({ samplingRate }) => samplingRate < 1e-3)) continue;
      const { remove, add } = cost(mechanisms, delta);
      for (const side of [remove, add]) {
        expect(side?.epsilonUpper).toBeGreaterThanOrEqual(side?.epsilonValue ?? Number.NaN);
        expect(side?.epsilonLower).toBeLessThanOrEqual(side?.epsilonValue ?? Number.NaN);
      }
    }
  });

  it.each(extended.rows)(
    'σ=$sigma q=$q T=$T $direction: δ at 40 digits lies between them',
    ({ sigma, q, T, epsilon, direction, delta }) => {
      const result = certifyDelta([run(sigma, q, T)], epsilon);
      if (!result.ok) throw new Error(result.failure.kind);
      const side = result.value[direction as 'remove' | 'add'];
      // the tolerance of the reference README for δ by an integral
      expect(Math.abs(side.deltaValue / delta - 1)).toBeLessThan(1e-7);
      expect(side.deltaUpper).toBeGreaterThanOrEqual(delta);
      // 1e-15: the fixture is rounded to a double
      expect(side.deltaLower).toBeLessThanOrEqual(delta * (1 + 1e-15));
    },
  );

  it('come with their error terms, which add up to what the mesh is said to cost', () => {
    const { remove } = cost([run(28, 0.01, 400_000)]);
    const mesh = remove?.errorTerms.find(({ kind }) => kind === 'mesh')?.epsilon ?? Number.NaN;
    // second order: the mesh's share is known to a percent of itself
    expect(Math.abs((remove?.epsilonUpper ?? 0) - (remove?.epsilonValue ?? 0) - mesh)).toBeLessThan(
      0.01 * mesh,
    );
  });
});

describe('a noisy count in a composition', () => {
  // Three steps without subsampling are one Gaussian, beside whose loss that of a count is ±ε₀ with known odds: δ in closed form.
  const sigma = 4 / Math.sqrt(3);
  const epsilon0 = 0.2;
  const exactDelta = (epsilon: number) => {
    const upper = 1 / (1 + Math.exp(-epsilon0));
    const gaussian = (at: number) => {
      const a = normalUpperTail(sigma * at - 0.5 / sigma);
      return a - Math.exp(at) * normalUpperTail(sigma * at + 0.5 / sigma);
    };
    return upper * gaussian(epsilon - epsilon0) + (1 - upper) * gaussian(epsilon + epsilon0);
  };

  it('costs what it costs in closed form, and less than its own ε on top', () => {
    const alone = cost([run(4, 1, 3)]);
    const both = certifyComposition([run(4, 1, 3)], 1e-6, [{ epsilon: epsilon0 }]);
    if (!both.ok) throw new Error(both.failure.kind);
    const { epsilonUpper, epsilonLower, epsilonValue } = both.value;
    expect(exactDelta(epsilonUpper)).toBeLessThanOrEqual(1e-6);
    expect(exactDelta(epsilonLower)).toBeGreaterThanOrEqual(1e-6);
    // 1e-9: rounding of the closed form where it subtracts
    expect(Math.abs(exactDelta(epsilonValue) / 1e-6 - 1)).toBeLessThan(1e-6);
    expect(epsilonUpper).toBeGreaterThan(alone.epsilonValue);
    expect(epsilonUpper).toBeLessThan(alone.epsilonValue + epsilon0);
  });

  it('leaves less for what comes beside it', () => {
    const target = { epsilon: 1, delta: 1e-6, samplingRate: 0.01, steps: 2000 };
    const without = calibrate(target);
    const beside = nextRelease([], [{ epsilon: 0.1 }], target);
    if (!without.ok || !beside.ok) throw new Error('not calibrated');
    expect(beside.value.total.epsilonUpper).toBeLessThanOrEqual(1);
    expect(beside.value.mechanism.parameters.noiseMultiplier).toBeGreaterThan(
      without.value.parameters.noiseMultiplier,
    );
  });
});

describe('calibration', () => {
  it("finds the paper's σ", () => {
    const result = calibrate({ epsilon: 1, delta: 1e-6, samplingRate: 0.01, steps: 400_000 });
    if (!result.ok) throw new Error(result.failure.kind);
    expect(result.value.parameters.noiseMultiplier).toBe(26.74);
    expect(result.value.cost.epsilonUpper).toBeLessThanOrEqual(1);
  });

  it('gives the smallest 4-digit σ whose certificate holds', () => {
    const target = { epsilon: 2, delta: 1e-5, samplingRate: 0.05, steps: 100 };
    const result = calibrate(target);
    if (!result.ok) throw new Error(result.failure.kind);
    const sigma = result.value.parameters.noiseMultiplier;
    expect(Number(sigma.toPrecision(4))).toBe(sigma);
    expect(cost([run(sigma * (1 - 1.01e-3), 0.05, 100)], 1e-5).epsilonValue).toBeGreaterThan(2);
  });

  it('leaves for the next release what is left under the cap, and refuses when nothing is', () => {
    const before = [run(2, 0.05, 100)];
    const cap = { epsilon: 3, delta: 1e-6, samplingRate: 0.05, steps: 100 };
    const next = nextRelease(before, [{ epsilon: 0.1 }], cap);
    if (!next.ok) throw new Error(next.failure.kind);
    expect(next.value.total.epsilonUpper).toBeLessThanOrEqual(3);
    expect(next.value.total.epsilonUpper).toBeGreaterThan(2.99);
    const spent = nextRelease(before, [], { ...cap, epsilon: 0.1 });
    expect(spent.ok ? '' : spent.failure.kind).toBe('budget-spent');
  });
});

describe('bad input and read-back data', () => {
  it.each([
    ['noiseMultiplier', run(0, 0.1, 10), 1e-6],
    ['noiseMultiplier', run(-1, 0.1, 10), 1e-6],
    ['noiseMultiplier', run(Number.NaN, 0.1, 10), 1e-6],
    ['samplingRate', run(1, 0, 10), 1e-6],
    ['samplingRate', run(1, 1.1, 10), 1e-6],
    ['steps', run(1, 0.1, 0), 1e-6],
    ['steps', run(1, 0.1, 1.5), 1e-6],
    ['delta', run(1, 0.1, 10), 0],
    ['delta', run(1, 0.1, 10), 1],
    ['delta', run(1, 0.1, 10), Number.NaN],
  ])('refuses %s out of range and says the range', (parameter, mechanism, delta) => {
    const result = certify(mechanism, delta);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'parameter-out-of-range', parameter } });
  });

  it('never answers with NaN or infinity, whatever a mechanism, a count, a δ or an ε is', () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0, 1.5, 2, 1e308];
    const good = run(1, 0.1, 10);
    const attempts = odd.flatMap((x) => [
      certifyComposition([good, { ...good, noiseMultiplier: x }], 1e-6),
      certifyComposition([{ ...good, samplingRate: x }], 1e-6),
      certifyComposition([{ ...good, steps: x }], 1e-6),
      certifyComposition([good], x),
      certifyComposition([good], 1e-6, [{ epsilon: x }]),
      certifyDelta([good], x),
      certifyDelta([{ ...good, steps: x }], 1),
      calibrate({ epsilon: x, delta: 1e-6, samplingRate: 0.1, steps: 10 }),
      calibrate({ epsilon: 1, delta: x, samplingRate: 0.1, steps: 10 }),
      calibrate({ epsilon: 1, delta: 1e-6, samplingRate: x, steps: 10 }),
      calibrate({ epsilon: 1, delta: 1e-6, samplingRate: 0.1, steps: x }),
      nextRelease([good], [{ epsilon: x }], { epsilon: 9, delta: 1e-6, samplingRate: 0.1, steps: 10 }),
      tradeOffCurve([{ ...good, samplingRate: x }]),
    ]);
    let refused = 0;
    for (const attempt of attempts) {
      const numbers = JSON.stringify(attempt, (_, value) =>
        typeof value === 'number' && !Number.isFinite(value) ? 'not a number' : value,
      );
      if (attempt.ok) expect(numbers).not.toContain('not a number');
      else {
        refused += 1;
        // what would work: a range, the smallest ε, what is spent
        expect(numbers).toMatch(/"(smallest|smallestEpsilon|epsilonSpent)":[\d.]/);
      }
    }
    expect(refused).toBeGreaterThan(70);
  });

  it('says what would work where a target is out of reach', () => {
    const result = calibrate({ epsilon: 0.01, delta: 1e-10, samplingRate: 0.5, steps: 1_000_000 });
    if (result.ok || result.failure.kind !== 'epsilon-unreachable') throw new Error('not refused');
    const { smallestEpsilon, largestSteps, largestNoiseMultiplier } = result.failure;
    expect(cost([run(largestNoiseMultiplier, 0.5, 1_000_000)], 1e-10).epsilonUpper).toBe(smallestEpsilon);
    expect(cost([run(largestNoiseMultiplier, 0.5, largestSteps)], 1e-10).epsilonValue).toBeLessThan(0.01);
  });

  it('confirms an honest claim and not a smaller one', () => {
    const honest = certify(run(2, 0.02, 400), 1e-6);
    if (!honest.ok) throw new Error(honest.failure.kind);
    const stored = JSON.parse(JSON.stringify(honest.value)) as typeof honest.value;
    expect(reverify(stored)).toEqual(honest);
    const { epsilonValue } = stored.cost;
    const claim = {
      parameters: stored.parameters,
      cost: { delta: 1e-6, epsilonUpper: epsilonValue * 0.999 },
    };
    const refused = reverify(claim);
    expect(refused.ok ? '' : refused.failure.kind).toBe('cost-not-confirmed');
  });
});
