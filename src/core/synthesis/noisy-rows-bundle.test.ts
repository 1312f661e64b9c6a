import { describe, expect, it } from 'vitest';
import { describePackage } from '../bundle/describe-package.ts';
import { readBundle } from '../bundle/read-bundle.ts';
import { readMeText } from '../bundle/readme-text.ts';
import { writeBundle } from '../bundle/write-bundle.ts';
import { certify } from '../privacy/certify.ts';
import { bundleOf, codebook, kindOf, measured, planned, table } from './made-bundle.check.ts';
import { planSynthesis, releasedRows } from './synthesizer.ts';

describe('a bundle whose number of rows is noisy', () => {
  const made = measured(undefined, undefined, 0, 'noisy');
  const bundle = bundleOf(made);

  it('comes back as it was written, has as many rows a set as were counted, and nowhere how many there are', () => {
    expect(made.posterior.rowCount).not.toBe(table.rowCount);
    const bytes = writeBundle(bundle);
    const read = readBundle(bytes, { certify });
    if (!read.ok) throw new Error(JSON.stringify(read.failure));
    expect(read.value.bundle.posterior).toEqual(made.posterior);
    expect(read.value.bundle.sets.map(({ rowCount }) => rowCount)).toEqual(
      new Array(3).fill(made.posterior.rowCount),
    );
    expect(releasedRows(made.plan, made.posterior)).toBe(made.posterior.rowCount);
    const texts = [JSON.stringify(describePackage(bundle, [])), readMeText(bundle)];
    for (const text of texts) expect(text).not.toMatch(/\b300\b/);
    expect(texts[0]).toContain('"rowCountPolicy":"counted-with-noise"');
    expect(texts[0]).toContain('"version":3');
    expect(texts[1]).toContain('counted with noise too');
  });

  it('is refused where it says two things about its number of rows', () => {
    const { rowCountStandardDeviation: noise, ...public_ } = made.posterior;
    const { rowCountWeight: _, ...settings } = made.plan.settings;
    expect([
      kindOf(writeBundle({ ...bundle, posterior: public_ })),
      kindOf(
        writeBundle({
          ...bundle,
          posterior: { ...made.posterior, rowCountStandardDeviation: noise! / 2 },
        }),
      ),
      kindOf(writeBundle({ ...bundle, settings })),
      kindOf(writeBundle({ ...bundle, settings: { ...made.plan.settings, rowCountWeight: 1 } })),
    ]).toEqual([
      'privacy.noiseMultiplier | posterior.tables',
      'privacy.noiseMultiplier | posterior.tables',
      'privacy.noiseMultiplier | posterior.tables',
      'privacy.noiseMultiplier | posterior.tables',
    ]);
  });

  it('is planned by nothing that the rows say, and not where a set could have any number of them', () => {
    expect(planned('noisy-marginals', undefined, undefined, 0, 'noisy')).toMatchObject({ rowCount: 'noisy' });
    const drowned = planSynthesis({
      method: 'noisy-marginals',
      codebook,
      rowCount: 'noisy',
      epsilon: 0.5,
      delta: 1e-6,
      weights: [1000, 1, 1, 1, 1],
    });
    expect(drowned.ok ? drowned : drowned.failure.kind).toBe('row-count-too-noisy');
  });
});
