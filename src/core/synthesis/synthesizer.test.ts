import { describe, expect, it } from 'vitest';
import { readBundle } from '../bundle/read-bundle.ts';
import { readMeText } from '../bundle/readme-text.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { shortPreset } from '../inference/presets.ts';
import type { NoisyTables } from '../marginals/noisy-tables.ts';
import { eventNoise, outcomeWorkload, tableNoise } from '../marginals/workload.ts';
import { certify } from '../privacy/certify.ts';
import { bundleOf, codebook, kindOf, measured, type Pairs, planned, source } from './made-bundle.check.ts';
import { contributionBound, drawSets, isMarginalsPlan, modelOf } from './synthesizer.ts';

describe('every synthesizer', () => {
  it.each(['dpvi', 'noisy-marginals'] as const)('%s costs at most what was asked for', (method) => {
    const plan = planned(method);
    expect(plan.mechanism.cost.epsilonUpper).toBeLessThanOrEqual(1);
    expect(plan.mechanism.cost.epsilonUpper).toBeGreaterThan(0.99);
    expect(isMarginalsPlan(plan)).toBe(method === 'noisy-marginals');
    expect(modelOf(plan.settings)).toBe(method === 'dpvi' ? 'mixture-of-categoricals' : 'noisy-marginals');
  });

  it('draws sets of its own kind of posterior only', () => {
    const { outcome } = codebook;
    const { plan, posterior } = measured();
    expect([...drawSets({ plan, posterior, outcome }, 2, source(1))].map(({ rowCount }) => rowCount)).toEqual(
      [300, 300],
    );
    expect(() => drawSets({ plan: planned('dpvi'), posterior, outcome }, 1, source(1))).toThrow(
      'noisy tables',
    );
    const trained = {
      shape: { levelCounts: [], referenceLevels: [], components: 1, family: 'poisson' },
      location: new Float64Array(),
      scale: new Float64Array(),
    } as const;
    expect(() => drawSets({ plan, posterior: trained, outcome }, 1, source(1))).toThrow('another posterior');
  });
});

describe('a bundle of noisy tables', () => {
  const twoPairs: Pairs = [
    { variables: ['ethnicity', 'age_group'], weight: 2 },
    { variables: ['education', 'age_group'] },
  ];

  it.each([
    [undefined, undefined],
    [[1, 2, 1, 0.5, 1], undefined],
    [undefined, twoPairs],
  ])('comes back as it was written (weights %j, pairs %j)', (weights, pairs) => {
    const bundle = bundleOf(measured(weights, pairs));
    expect('pairs' in bundle.settings).toBe(pairs !== undefined);
    const read = readBundle(writeBundle(bundle), { certify });
    if (!read.ok) throw new Error(JSON.stringify(read.failure));
    const { mechanism: claimed, ...rest } = read.value.bundle;
    const { mechanism, ...sent } = bundle;
    expect(rest).toEqual(sent);
    expect(claimed.cost.epsilonUpper).toBe(mechanism.cost.epsilonUpper);
  });

  it('is refused where its parts contradict each other or its numbers cannot be', () => {
    const made = measured();
    const bundle = bundleOf(made);
    const [first, ...others] = made.posterior.tables;
    const withFirst = (change: object): NoisyTables => ({
      ...made.posterior,
      tables: [{ ...first!, ...change }, ...others],
    });
    const spoiled = (count: number) =>
      withFirst({ counts: first!.counts.map((n, k) => (k === 3 ? count : n)) });
    /** The same with more people without the event. */
    const ofMore = (rowCount: number): NoisyTables => ({
      ...made.posterior,
      rowCount,
      tables: made.posterior.tables.map((table) => ({
        ...table,
        counts: table.counts.map((n, k) =>
          k % 2 === 0 ? n + (rowCount - made.posterior.rowCount) / table.levels : n,
        ),
      })),
    });
    const withEvents = (change: object): NoisyTables => ({
      ...made.posterior,
      events: { ...made.posterior.events, ...change },
    });
    // Less noise than was paid for would make a party weigh more than it knows.
    expect([
      kindOf(
        writeBundle({ ...bundle, posterior: withFirst({ standardDeviation: first!.standardDeviation / 3 }) }),
      ),
      kindOf(writeBundle({ ...bundle, posterior: ofMore(3000) })),
      kindOf(writeBundle({ ...bundle, posterior: { ...made.posterior, rowCount: 3000 } })),
      kindOf(writeBundle({ ...bundle, posterior: spoiled(1e6) })),
      kindOf(writeBundle({ ...bundle, posterior: spoiled(Number.NaN) })),
      kindOf(writeBundle({ ...bundle, posterior: spoiled(first!.counts[3]! + 1) })),
      kindOf(writeBundle({ ...bundle, posterior: withEvents({ count: 1e6 }) })),
      kindOf(writeBundle({ ...bundle, posterior: withEvents({ count: made.posterior.events.count + 1 }) })),
      kindOf(writeBundle({ ...bundle, posterior: withEvents({ standardDeviation: 1 }) })),
      kindOf(writeBundle({ ...bundle, posterior: { ...made.posterior, tables: others } })),
      kindOf(writeBundle({ ...bundle, posterior: withFirst({ variable: 1 }) })),
      kindOf(writeBundle({ ...bundle, settings: { ...made.plan.settings, weights: [1, 1, 1, 1] } })),
      kindOf(writeBundle(bundle)),
    ]).toEqual([
      'privacy.noiseMultiplier | posterior.tables',
      'twinpool.rowCount | posterior.rowCount',
      'invalid-posterior',
      'invalid-posterior',
      'invalid-posterior',
      'invalid-posterior',
      'invalid-posterior',
      'invalid-posterior',
      'privacy.noiseMultiplier | posterior.tables',
      'invalid-posterior',
      'invalid-posterior',
      'twinpool.settings.weights | posterior.tables',
      'read',
    ]);
    expect(() => writeBundle({ ...bundle, settings: shortPreset(codebook.outcome, 0.2) })).toThrow(
      'has no tables',
    );
  });

  it('is refused where its pairs are not the declared ones or have other noise', () => {
    const made = measured(undefined, twoPairs);
    const bundle = bundleOf(made);
    const [first, second] = made.posterior.pairs!;
    const withPairs = (pairs: NonNullable<NoisyTables['pairs']>) =>
      kindOf(writeBundle({ ...bundle, posterior: { ...made.posterior, pairs } }));
    const [one, other] = made.plan.settings.pairs!;
    const withSettings = (pairs: NonNullable<typeof made.plan.settings.pairs>) =>
      kindOf(writeBundle({ ...bundle, settings: { ...made.plan.settings, pairs } }));
    expect([
      withPairs([first!, { ...second!, standardDeviation: first!.standardDeviation }]),
      withPairs([first!]),
      withPairs([second!, first!]),
      withPairs([{ ...first!, counts: first!.counts.slice(1) }, second!]),
      withPairs([{ ...first!, levels: [8, 7] }, second!]),
      withPairs([{ ...first!, variables: [0, 64] }, second!]),
      withSettings([one!]),
      withSettings([other!, one!]),
      withSettings([one!, one!]),
      kindOf(writeBundle(bundle)),
    ]).toEqual([
      'privacy.noiseMultiplier | posterior.tables',
      'twinpool.settings.pairs | posterior.pairs',
      'twinpool.settings.pairs | posterior.pairs',
      'invalid-posterior',
      'invalid-posterior',
      'invalid-posterior',
      'twinpool.settings.pairs | posterior.pairs',
      'twinpool.settings.pairs | posterior.pairs',
      'twinpool.settings.pairs | posterior.pairs',
      'read',
    ]);
  });

  it('with selected pairs survives the way through bytes, its cost is that of tables, choices and pairs, and its text says which were selected', () => {
    const made = measured(undefined, [{ variables: ['age_group', 'sex'] }], 2);
    const { plan, posterior } = made;
    expect(plan.mechanism.cost.epsilonUpper).toBeLessThanOrEqual(1);
    // The events, 5 tables, a declared pair, two choices, two chosen pairs: what stands in the bundle is what everything was calibrated with.
    const departures = [7, 2, 8, 4, 5, 7 * 2].reduce((sum, C) => sum + 1 - 1 / C, 0);
    expect(contributionBound(plan.settings, codebook)).toBeCloseTo(Math.sqrt(1 / 4 + departures + 4), 12);
    expect(posterior.pairs).toHaveLength(3);
    const names = posterior
      .pairs!.slice(1)
      .map(({ variables }) => variables.map((j) => codebook.variables[j]!.name).join(' with '));
    expect(readMeText(bundleOf(made))).toContain(`not declared: ${names.join('; ')}.`);
    const written = writeBundle(bundleOf(made));
    const read = readBundle(written, { certify });
    if (!read.ok) throw new Error(read.failure.kind);
    expect(read.value.bundle.settings).toEqual(plan.settings);
    expect(read.value.bundle.posterior).toEqual(posterior);
  });

  it('is refused where its selected pairs cannot be what the mechanism selected', () => {
    const made = measured(undefined, [{ variables: ['age_group', 'sex'] }], 2);
    const bundle = bundleOf(made);
    const [declared, first, second] = made.posterior.pairs!;
    const withPairs = (...pairs: NonNullable<NoisyTables['pairs']>) =>
      kindOf(writeBundle({ ...bundle, posterior: { ...made.posterior, pairs } }));
    const withSelection = (change: object) =>
      kindOf(
        writeBundle({
          ...bundle,
          settings: { ...made.plan.settings, selection: { ...made.plan.settings.selection!, ...change } },
        }),
      );
    const { selection: _, ...withoutSelection } = made.plan.settings;
    expect([
      withPairs(declared!, second!, first!),
      withPairs(declared!, first!),
      withPairs(declared!, first!, first!),
      withPairs(declared!, { ...declared!, standardDeviation: first!.standardDeviation }, second!),
      withPairs(first!, second!),
      withPairs(declared!, { ...first!, standardDeviation: first!.standardDeviation / 2 }, second!),
      withPairs(declared!, first!, {
        ...second!,
        variables: [4, 4],
        levels: [5, 5],
        counts: new Float64Array(25).fill(made.posterior.rowCount / 25),
      }),
      // Less weight for a choice would be less cost than the noise says.
      withSelection({ choiceWeight: 0.5 }),
      withSelection({ count: 1 }),
      withSelection({ count: 6 }),
      kindOf(writeBundle({ ...bundle, settings: withoutSelection })),
      kindOf(writeBundle(bundle)),
    ]).toEqual([
      'twinpool.settings.selection | posterior.pairs',
      'twinpool.settings.selection | posterior.pairs',
      'twinpool.settings.selection | posterior.pairs',
      'twinpool.settings.selection | posterior.pairs',
      'twinpool.settings.pairs | posterior.pairs',
      'privacy.noiseMultiplier | posterior.tables',
      'twinpool.settings | posterior.pairs',
      'privacy.noiseMultiplier | posterior.tables',
      'twinpool.settings.selection | posterior.pairs',
      'invalid-descriptor',
      'twinpool.settings.pairs | posterior.pairs',
      'read',
    ]);
  });

  it('is refused where its pairs are too wide to compute with', () => {
    const wide = {
      ...codebook,
      variables: codebook.variables.map((variable, j) =>
        j > 1
          ? variable
          : {
              ...variable,
              kind: 'categorical' as const,
              levels: Array.from({ length: 20 }, (_, c) => ({ value: `${c}`, label: `${c}` })),
              reference: '0',
            },
      ),
    };
    const made = measured();
    const { rowCount, events, tables } = made.posterior;
    const workload = outcomeWorkload([20, 20, 8, 4, 5], undefined, [{ variables: [0, 1], weight: 1 }]);
    const { noiseMultiplier } = made.plan.mechanism.parameters;
    const noise = tableNoise(workload, noiseMultiplier);
    const share = (y: number) => (y === 1 ? events.count : rowCount - events.count);
    const hostile = {
      rowCount,
      events: { ...events, standardDeviation: eventNoise(workload, noiseMultiplier) },
      tables: workload.tables.map(({ variable, levels }, t) => ({
        ...tables[t]!,
        variable,
        levels,
        standardDeviation: noise[t]!,
        counts: Float64Array.from({ length: 2 * levels }, (_, k) => share(k % 2) / levels),
      })),
      pairs: [
        {
          variables: [0, 1] as const,
          levels: [20, 20] as const,
          standardDeviation: noise[5]!,
          counts: new Float64Array(400).fill(rowCount / 400),
        },
      ],
    };
    const settings = { ...made.plan.settings, pairs: [{ variables: [0, 1] as const, weight: 1 }] };
    const bundle = { ...bundleOf(made), codebook: wide, settings, posterior: hostile };
    expect(kindOf(writeBundle(bundle))).toBe('twinpool.settings | posterior.pairs');
  });

  it('is refused where it claims less ε than its noise costs', () => {
    const made = measured();
    const cheaper = {
      ...made.plan.mechanism,
      cost: { ...made.plan.mechanism.cost, epsilonUpper: 0.5, epsilonValue: 0.5, epsilonLower: 0.4 },
    };
    expect(kindOf(writeBundle({ ...bundleOf(made), mechanism: cheaper }))).toBe('forged-epsilon');
  });
});
