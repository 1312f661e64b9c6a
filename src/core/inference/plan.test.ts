import { describe, expect, it } from 'vitest';
import type { Codebook, Outcome, Variable } from '../codebook/codebook.ts';
import { type PlanFailure, type PlanRequest, planTraining, type TrainingSettings } from './plan.ts';
import { paperPreset, shortPreset } from './presets.ts';

function variable(name: string, levels: number): Variable {
  const values = Array.from({ length: levels }, (_, c) => ({ value: `${c}`, label: `${name} ${c}` }));
  return {
    kind: 'categorical',
    name,
    label: name,
    missingCodes: [],
    missing: { kind: 'exclude' },
    reference: '0',
    levels: values,
  };
}

const binary: Outcome = { kind: 'binary', name: 'y', label: 'y', event: '1', noEvent: '0', missingCodes: [] };
const count: Outcome = { kind: 'count', name: 'y', label: 'y', maximum: 30, missingCodes: [] };

function codebook(levels: readonly number[], outcome: Outcome = binary): Codebook {
  return {
    format: 'twinpool-codebook',
    version: 1,
    title: 'invented',
    variables: levels.map((n, j) => variable(`v${j}`, n)),
    outcome,
    declaredPublic: true,
  };
}

function request(change: Partial<PlanRequest> = {}, settings: Partial<TrainingSettings> = {}): PlanRequest {
  return {
    codebook: codebook([3, 2]),
    rowCount: 1000,
    settings: { ...shortPreset(binary, 0.1), ...settings },
    epsilon: 1,
    delta: 1e-6,
    ...change,
  };
}

function failureOf(r: PlanRequest): PlanFailure | undefined {
  const result = planTraining(r);
  return result.ok ? undefined : result.failure;
}

describe('a plan', () => {
  it('costs as much with plain gradients: both halves are clipped together at C', () => {
    const aligned = planTraining(request());
    const plain = planTraining(request({}, { gradients: 'plain' }));
    if (!aligned.ok || !plain.ok) throw new Error('no plan');
    expect(plain.value.mechanism).toEqual(aligned.value.mechanism);
    expect(plain.value.settings.gradients).toBe('plain');
  });

  it('carries a mechanism whose certified cost is within the budget, and accounts what will run', () => {
    const plan = planTraining(request());
    if (!plan.ok) throw new Error(plan.failure.kind);
    const { mechanism, settings, shape, rowCount } = plan.value;
    expect(mechanism.cost.epsilonUpper).toBeLessThanOrEqual(1);
    expect(mechanism.cost.epsilonUpper).toBeGreaterThan(0.99);
    expect(mechanism.cost.delta).toBe(1e-6);
    expect(mechanism.parameters.samplingRate).toBe(settings.samplingRate);
    expect(mechanism.parameters.steps).toBe(settings.steps);
    expect(rowCount).toBe(1000);
    expect(shape).toEqual({
      levelCounts: [3, 2],
      referenceLevels: [0, 0],
      components: 16,
      family: 'poisson',
    });
  });

  it('needs the paper’s noise for the paper’s settings', () => {
    const plan = planTraining(request({ settings: paperPreset(binary, 0.1) }));
    if (!plan.ok) throw new Error(plan.failure.kind);
    const sigma = plan.value.mechanism.parameters.noiseMultiplier;
    // 26.731596 by contour integral; calibration rounds up, by at most one in a thousand.
    expect(sigma).toBeGreaterThanOrEqual(26.731596 * (1 - 1e-7));
    expect(sigma).toBeLessThan(26.731596 * 1.001);
  });

  it('does not depend on N in its noise', () => {
    const sigmas = [200, 60_000].map((rowCount) => {
      const plan = planTraining(request({ rowCount }));
      return plan.ok ? plan.value.mechanism.parameters.noiseMultiplier : Number.NaN;
    });
    expect(sigmas[0]).toBe(sigmas[1]);
  });

  it('counts a "missing" level as a level', () => {
    const book = codebook([3, 2]);
    const missing: Variable = { ...variable('m', 2), missing: { kind: 'level', label: 'not known' } };
    const plan = planTraining(request({ codebook: { ...book, variables: [missing] } }));
    expect(plan.ok && plan.value.shape.levelCounts).toEqual([3]);
  });
});

describe('there is no plan', () => {
  it.each([0, -1, Number.NaN, Infinity])('for ε = %d', (epsilon) => {
    expect(failureOf(request({ epsilon }))).toEqual({ kind: 'epsilon-out-of-range', epsilon });
  });

  it.each([0, 1, -0.5, 2, Number.NaN])('for δ = %d', (delta) => {
    expect(failureOf(request({ delta }))).toEqual({ kind: 'delta-out-of-range', delta });
  });

  it.each([0, -3, 1.5, Number.NaN, 1e12])('for N = %d', (rowCount) => {
    expect(failureOf(request({ rowCount }))).toMatchObject({ kind: 'row-count-out-of-range', rowCount });
  });

  it.each<[TrainingSettings['preset'] | string, Partial<TrainingSettings>]>([
    ['components', { components: 0 }],
    ['components', { components: 2.5 }],
    ['components', { components: 129 }],
    ['samplingRate', { samplingRate: 0 }],
    ['samplingRate', { samplingRate: 1.01 }],
    ['samplingRate', { samplingRate: Number.NaN }],
    ['steps', { steps: 0 }],
    ['steps', { steps: 10.5 }],
    ['clipNorm', { clipNorm: 0 }],
    ['clipNorm', { clipNorm: Infinity }],
    ['learningRate', { learningRate: { initial: 0, final: 1e-3 } }],
    ['learningRate', { learningRate: { initial: 1e-3, final: Number.NaN } }],
    ['initialScale', { initialScale: 0 }],
    ['averagedFraction', { averagedFraction: -0.1 }],
    ['averagedFraction', { averagedFraction: 1.1 }],
    ['eventRateGuess', { eventRateGuess: 0 }],
    ['eventRateGuess', { eventRateGuess: 1, family: 'bernoulli-logit' }],
  ])('where %s is out of range: %j', (setting, change) => {
    expect(failureOf(request({}, change))).toMatchObject({ kind: 'setting-out-of-range', setting });
  });

  it('for a variable with one level, named', () => {
    expect(failureOf(request({ codebook: codebook([3, 1]) }))).toEqual({
      kind: 'level-count-out-of-range',
      variable: 'v1',
      levels: 1,
      largest: 256,
    });
    expect(failureOf(request({ codebook: codebook([300]) }))).toMatchObject({ levels: 300 });
  });

  it('without variables, or with too many', () => {
    expect(failureOf(request({ codebook: codebook([]) }))).toEqual({ kind: 'no-variables' });
    expect(failureOf(request({ codebook: codebook(new Array(200).fill(2)) }))).toMatchObject({
      kind: 'too-many-variables',
      count: 200,
    });
  });

  it('where a batch would hold less than one row on average', () => {
    expect(failureOf(request({ rowCount: 90 }, { samplingRate: 0.01 }))).toEqual({
      kind: 'expected-batch-below-one',
      expectedBatch: 0.9,
    });
  });

  it('where family or draw do not fit the outcome', () => {
    const counts = codebook([3, 2], count);
    const fits = (outcome: Outcome, change: Partial<TrainingSettings>) =>
      failureOf(
        request({
          codebook: codebook([3, 2], outcome),
          settings: { ...shortPreset(outcome, 0.1), ...change },
        }),
      );
    expect(failureOf(request({ codebook: counts, settings: shortPreset(count, 0.1) }))).toBeUndefined();
    expect(fits(count, { family: 'bernoulli-log' })).toMatchObject({ setting: 'family', outcome: 'count' });
    expect(fits(count, { outcomeDraw: 'bernoulli' })).toMatchObject({ setting: 'outcomeDraw' });
    expect(fits(binary, { outcomeDraw: 'poisson' })).toMatchObject({ outcome: 'binary' });
    expect(fits(binary, { family: 'bernoulli-logit' })).toBeUndefined();
  });
});
