import { describe, expect, it } from 'vitest';
import type { Posterior } from '../inference/posterior.ts';
import { parameterLayout } from '../model/layout.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { boxPlotSvg } from './box-plot-svg.ts';
import { closedShares, compare, starsOf } from './comparisons.ts';
import {
  COHORT_SKEW,
  FIGURE_DESIGNS,
  FIGURES,
  STUDY_PRESETS,
  type StudySettings,
  SYNTHESIZERS,
} from './experiments.ts';
import { boxesCsv, gainsCsv } from './figure-csv.ts';
import { type DonePart, figureData } from './figure-data.ts';
import { figurePicture } from './figure-picture.ts';
import { findingOf } from './findings.ts';
import type { PartResult } from './part-results.ts';
import { partsOf, shownCentres } from './parts.ts';
import { centreSizes, firstShare, type StudyData, simulatedStudyData, splitForTest } from './study-data.ts';
import { studyKey } from './study-key.ts';
import { type PartRunner, runParts } from './study-run.ts';
import { StudyWorkshop, thinned } from './study-workshop.ts';
import type { TrainTwin } from './twin-maker.ts';

const SEED = new Uint8Array(32).fill(5);
const data = simulatedStudyData(SEED);
const centres = centreSizes(data);
const settings: StudySettings = {
  ...STUDY_PRESETS.quick,
  repeats: 1,
  setCount: 2,
  draws: 20,
  orders: 3,
  drawsPerOrder: 5,
};

/** No training: every level as likely as every other, the same rate for all. Arrangement is what is tested. */
const untrained: TrainTwin = async (plan): Promise<Posterior> => {
  const { dimension, intercept } = parameterLayout(plan.shape);
  const location = new Float64Array(dimension);
  location[intercept] = Math.log(0.2);
  return { shape: plan.shape, location, scale: new Float64Array(dimension).fill(0.05) };
};

interface Given {
  readonly data: StudyData;
  readonly settings: StudySettings;
}
const workshop = (given: Given = { data, settings }) =>
  new StudyWorkshop({ ...given, seed: SEED, train: untrained });

async function runFigure(
  figure: (typeof FIGURES)[number],
  runners: number,
  given: Given = { data, settings },
): Promise<DonePart[]> {
  const parts = partsOf({
    design: FIGURE_DESIGNS[figure],
    settings: given.settings,
    centres: centreSizes(given.data),
    skew: COHORT_SKEW,
  });
  const results = new Map<string, PartResult>();
  const crew = Array.from({ length: runners }, (): PartRunner => {
    const own = workshop(given);
    // As a store keeps it.
    return async (part, twins) => JSON.parse(JSON.stringify(await own.run(part, twins))) as PartResult;
  });
  const store = {
    get: async (id: string) => results.get(id),
    put: async (id: string, result: PartResult) => void results.set(id, result),
  };
  expect(await runParts(parts, crew, store)).toBe(true);
  return parts.map((part) => ({ part, result: results.get(part.id)! }));
}

describe('the data of a study', () => {
  it('sets the same share of every centre aside, and loses nobody', () => {
    const { train, test } = splitForTest(data, 0.2, chacha20Source(SEED, 'synthesis'));
    const people = data.centres.reduce((sum, { table }) => sum + table.rowCount, 0);
    expect(train.reduce((sum, table) => sum + table.rowCount, 0) + test.rowCount).toBe(people);
    for (const [m, { table }] of data.centres.entries()) {
      expect(table.rowCount - train[m]!.rowCount).toBe(Math.round(0.2 * table.rowCount));
    }
  });

  it('takes subsamples that lie inside of one another', () => {
    const { table } = data.centres[0]!;
    const small = firstShare(table, 0.1);
    expect([...firstShare(table, 0.5).outcome.slice(0, small.rowCount)]).toEqual([...small.outcome]);
  });

  it('thins out one cell only, a smaller share inside of a larger one', () => {
    const { table } = data.centres[1]!;
    const inCell = (row: number) => table.outcome[row] === 1;
    const events = table.outcome.reduce((sum, y) => sum + y, 0);
    const { table: half, kept } = thinned(table, 0.5, inCell);
    expect(kept).toBe(Math.round(0.5 * events));
    expect(half.rowCount).toBe(table.rowCount - events + kept);
    expect(half.outcome.reduce((sum, y) => sum + y, 0)).toBe(kept);
  });

  it('makes a key of its own for every use', () => {
    const keys = ['a', 'b', 'twin-1'].map((use) => studyKey(SEED, use).join());
    expect(new Set(keys).size).toBe(3);
    expect(studyKey(SEED, 'a').join()).toBe(keys[0]);
    expect(() => studyKey(new Uint8Array(3), 'a')).toThrow('32 bytes');
  });
});

describe('the parts of a figure', () => {
  it('are the paper’s: 16 centres × 10 repeats, trained once for every ε and size', () => {
    const count = (figure: (typeof FIGURES)[number], kind: string) =>
      partsOf({
        design: FIGURE_DESIGNS[figure],
        settings: STUDY_PRESETS.paper,
        centres,
        skew: COHORT_SKEW,
      }).filter((part) => part.kind === kind).length;
    expect(count('1', 'twin')).toBe(160);
    expect(count('3', 'twin')).toBe(640);
    expect(count('6', 'twin')).toBe(640);
    expect(count('2', 'shared-sets')).toBe(20);
    expect(count('S4', 'shared-sets')).toBe(160);
    expect(count('5', 'skewed-cell')).toBe(50);
  });

  it('have names of their own, and share trainings between figures', () => {
    const ids = FIGURES.map((figure) => {
      const parts = partsOf({
        design: FIGURE_DESIGNS[figure],
        settings,
        centres,
        skew: COHORT_SKEW,
      });
      expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
      return new Set(parts.filter(({ kind }) => kind === 'twin').map(({ id }) => id));
    });
    expect(ids[0]).toEqual(ids[1]);
    expect([...ids[0]!].every((id) => ids[5]!.has(id))).toBe(true);
  });

  it('show the centres that the paper shows', () => {
    const named = (figure: (typeof FIGURES)[number]) =>
      shownCentres(FIGURE_DESIGNS[figure], centres).map((centre) => data.centres[centre]!.name);
    expect(named('1')).toHaveLength(15);
    expect(named('1')).not.toContain('Barts');
    expect(named('2')).toEqual(['Oxford', 'Newcastle']);
    expect(named('3')).toEqual(['Newcastle']);
    expect(named('S3')).toHaveLength(16);
  });
});

describe('running parts', () => {
  it('gives the same figure with one runner and with three', async () => {
    const one = await runFigure('1', 1);
    const three = await runFigure('1', 3);
    expect(three).toEqual(one);
  });

  it('goes on from what is kept, and begins nothing after an abort', async () => {
    const design = FIGURE_DESIGNS['1'];
    const parts = partsOf({ design, settings, centres, skew: undefined });
    const kept = new Map<string, PartResult>();
    const store = {
      get: async (id: string) => kept.get(id),
      put: async (id: string, result: PartResult) => void kept.set(id, result),
    };
    const signal = { aborted: false };
    let ran = 0;
    const own = workshop();
    const runner: PartRunner = (part, twins) => {
      ran += 1;
      signal.aborted = ran === 5;
      return own.run(part, twins);
    };
    expect(await runParts(parts, [runner], store, { signal })).toBe(false);
    expect(ran).toBe(5);
    expect(await runParts(parts, [runner], store)).toBe(true);
    expect(ran).toBe(parts.length);
  });

  it('ends with the error of a part', async () => {
    const design = FIGURE_DESIGNS['1'];
    const parts = partsOf({ design, settings, centres, skew: undefined });
    const broken: PartRunner = () => Promise.reject(new Error('broken'));
    const store = { get: async () => undefined, put: async () => undefined };
    await expect(runParts(parts, [broken, broken], store)).rejects.toThrow('broken');
  });
});

/** Four centres, one of which saw no event. */
const uneventful: StudyData = {
  ...data,
  centres: data.centres.slice(0, 4).map((centre, m) => {
    return m === 2
      ? { ...centre, table: { ...centre.table, outcome: centre.table.outcome.map(() => 0) } }
      : centre;
  }),
};

describe('a centre without events', () => {
  it('stops no figure: what has no regression is counted, said, and left out of picture and table', async () => {
    for (const figure of FIGURES) {
      const design = FIGURE_DESIGNS[figure];
      const given = { data: uneventful, settings };
      const sizes = centreSizes(uneventful);
      const samples = figureData(design, sizes, COHORT_SKEW, await runFigure(figure, 1, given))!;
      const { ours } = findingOf(design, samples);
      expect(ours).not.toMatch(/NaN|Infinity/);
      const picture = figurePicture(design, samples);
      expect(boxesCsv(picture)).not.toMatch(/NaN|Infinity/);
      expect(boxPlotSvg(picture)).not.toMatch(/NaN|Infinity/);
      expect(gainsCsv(samples)).not.toMatch(/NaN|Infinity/);
      if (design.kind !== 'centres') continue;
      expect(samples.missing).toEqual({ local: 1, combined: 0, of: 4 });
      expect(ours).toContain(
        'There is no regression on own rows alone in 1 of 4 analyses; these are left out.',
      );
      if (samples.kind !== 'centres') throw new Error(samples.kind);
      expect(samples.comparisons.map(({ missing }) => missing)).toEqual([0, 0, 1, 0]);
      expect(samples.comparisons[2]).toMatchObject({ gains: false, loses: false });
      const shares = closedShares(samples.comparisons);
      expect(Number.isFinite(shares.closed.share) && Number.isFinite(shares.ridgeClosed.share)).toBe(true);
    }
  });
});

describe('the share of the gap that is closed', () => {
  const repeatsOf = (gains: readonly number[]) => {
    return gains.map((gain, repeat) => {
      return { repeat, pointGain: gain, ridgeGain: gain / 2, gap: 2, ridgeGap: 2 };
    });
  };
  const centre = (gains: readonly number[]) => ({ repeats: repeatsOf(gains) });

  it('is, with its error, that of a mean over repeats where the gap is the same in all', () => {
    const { closed, ridgeClosed } = closedShares([centre([1, 2, 3, 4])]);
    expect(closed.share).toBeCloseTo(2.5 / 2, 12);
    expect(closed.standardError).toBeCloseTo(Math.sqrt(5 / 3 / 4) / 2, 12);
    expect(ridgeClosed.standardError).toBeCloseTo(closed.standardError / 2, 12);
  });

  it('takes centres of one repeat together: a hundred copies of a centre say no more than one', () => {
    const one = closedShares([centre([1, 2, 4])]).closed;
    const many = closedShares(Array.from({ length: 100 }, () => centre([1, 2, 4]))).closed;
    expect(many.share).toBeCloseTo(one.share, 12);
    expect(many.standardError).toBeCloseTo(one.standardError, 12);
  });

  it('has no error with one repeat, and a centre without any counts for nothing', () => {
    expect(closedShares([centre([1])]).closed.standardError).toBeNaN();
    expect(closedShares([centre([1, 3]), centre([])])).toEqual(closedShares([centre([1, 3])]));
  });
});

describe('every synthesizer', () => {
  const few: StudyData = { ...data, centres: data.centres.slice(0, 4) };

  it.each(SYNTHESIZERS)('%s makes a figure of every kind', async (synthesizer) => {
    // Twins of tables at full size take long, and arrange nothing that the small ones do not.
    for (const figure of synthesizer === 'marginals'
      ? (['1', '2'] as const)
      : (['1', '2', '4', '5'] as const)) {
      const design = FIGURE_DESIGNS[figure];
      const given = { data: few, settings: { ...settings, synthesizer, orders: 2 } };
      const samples = figureData(design, centreSizes(few), COHORT_SKEW, await runFigure(figure, 1, given))!;
      // A header, and a comparison with its p-value for every pair of boxes.
      const [header, ...pairs] = gainsCsv(samples).trim().split('\n');
      const p = header!.split(',').indexOf('p');
      expect(pairs.length).toBeGreaterThan(1);
      for (const pair of pairs) expect(Number(pair.split(',')[p])).toBeLessThanOrEqual(1);
      expect(samples.missing.local + samples.missing.combined).toBe(0);
      expect(figurePicture(design, samples).panels[0]!.groups.length).toBeGreaterThan(0);
    }
  });

  it('tables bring every centre nearer to everybody’s people than own rows alone', async () => {
    const given = { data: few, settings: { ...settings, synthesizer: 'tables' as const } };
    const [done] = (await runFigure('1', 1, given)).filter(({ part }) => part.kind === 'centres');
    if (done?.result.kind !== 'centres') throw new Error('no result');
    for (const { combined, local, fallbacks } of done.result.centres) {
      expect(combined!.point).toBeGreaterThan(local!.point);
      expect(fallbacks).toBe(0);
    }
  });
});

describe('figures', () => {
  it('are drawn and judged from their parts, every one of them', async () => {
    for (const figure of ['1', '2', '5'] as const) {
      const design = FIGURE_DESIGNS[figure];
      const samples = figureData(design, centres, COHORT_SKEW, await runFigure(figure, 1))!;
      const picture = figurePicture(design, samples);
      expect(picture.panels[0]!.groups.length).toBeGreaterThan(2);
      expect(findingOf(design, samples).ours).not.toContain('NaN');
    }
  });

  it('are empty before the first analysis', () => {
    expect(figureData(FIGURE_DESIGNS['1'], centres, undefined, [])).toBeUndefined();
  });

  it('pool the same tables whatever the order: the last position has one distribution', async () => {
    const [shared] = (await runFigure('2', 1)).filter(({ part }) => part.kind === 'shared-sets');
    if (shared?.result.kind !== 'shared-sets') throw new Error('no result');
    const { positions } = shared.result;
    expect(positions).toHaveLength(16);
    expect(positions[15]).toHaveLength(settings.orders * settings.drawsPerOrder);
    expect(positions[0]).toHaveLength(settings.draws);
  });
});

describe('comparisons', () => {
  const rising = Array.from({ length: 50 }, (_, i) => i / 50);

  it('gain where combined ranks higher, lose where it ranks lower, neither where they are alike', () => {
    const higher = rising.map((value) => value + 1);
    expect(compare('', rising, higher, 'greater')).toMatchObject({ gains: true, loses: false });
    expect(compare('', higher, rising, 'greater')).toMatchObject({ gains: false, loses: true });
    expect(compare('', rising, rising, 'two-sided')).toMatchObject({ gains: false, loses: false, gain: 0 });
  });

  it('mark p-values as usual', () => {
    expect([0.2, 0.04, 0.004, 1e-30].map((p) => starsOf(Math.log(p)))).toEqual(['', '*', '**', '***']);
    expect(starsOf(Number.NaN)).toBe('');
  });
});
