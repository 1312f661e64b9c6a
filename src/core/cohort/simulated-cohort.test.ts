import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCodebook } from '../codebook/parse-codebook.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { codeTable } from '../table/code-table.ts';
import type { RawTable } from '../table/coded-table.ts';
import { readCsv } from '../table/read-csv.ts';
import { countSites } from '../table/split-by-site.ts';
import { COHORT_CENTRES } from './centres.ts';
import {
  CENTRE_NAMES,
  cohortCodebook,
  SITE_COLUMN,
  simulateCentre,
  simulateCohort,
} from './simulated-cohort.ts';

/** A fixed test key: these people are invented. */
const random = (seed = 1) => chacha20Source(new Uint8Array(32).fill(seed), 'synthesis');
const cohort = simulateCohort(random());
const column = (table: RawTable, name: string) => table.columns.find((candidate) => candidate.name === name)!;
/** Share of rows whose cell is `value`, among the rows whose other cells are as `where` says. */
function share(name: string, value: string, where: Record<string, string> = {}): number {
  const wanted = column(cohort, name);
  const conditions = Object.entries(where).map(([key, text]) => [column(cohort, key), text] as const);
  let rows = 0;
  let hits = 0;
  for (let i = 0; i < cohort.rowCount; i++) {
    if (!conditions.every(([c, text]) => c.dictionary[c.codes[i]!] === text)) continue;
    rows++;
    if (wanted.dictionary[wanted.codes[i]!] === value) hits++;
  }
  return hits / rows;
}
const positive = (where: Record<string, string> = {}) => share('covid_test_result', 'True', where);

describe('the simulated cohort', () => {
  it('has the published sizes exactly', () => {
    expect(cohort.rowCount).toBe(58_253);
    const sites = countSites(cohort, SITE_COLUMN);
    const sizes = sites.ok ? sites.value.map(({ rowCount }) => rowCount) : [];
    expect(sizes).toEqual(COHORT_CENTRES.map(({ rowCount }) => rowCount));
    const sorted = sizes.toSorted((a, b) => a - b);
    expect([sorted[0], sorted.at(-1), (sorted[7]! + sorted[8]!) / 2]).toEqual([1_867, 5_922, 3_729]);
  });

  it("has each centre's shares of ethnicity, within 4.5 standard errors of 128 shares", () => {
    for (const centre of COHORT_CENTRES) {
      const total = centre.ethnicity.reduce((sum, x) => sum + x, 0);
      centre.ethnicity.forEach((percent, level) => {
        const p = percent / total;
        const value = column(cohort, 'ethnicity').dictionary[level]!;
        const error = Math.sqrt((p * (1 - p)) / centre.rowCount);
        expect(Math.abs(share('ethnicity', value, { [SITE_COLUMN]: centre.name }) - p)).toBeLessThan(
          4.5 * error,
        );
      });
    }
  });

  it('has the published shares of White British people and of women', () => {
    // Standard errors 0.13 and 0.21 points; five of them.
    expect(share('ethnicity', 'White British')).toBeCloseTo(0.8828, 2);
    expect(Math.abs(share('sex', 'Female') - 0.544)).toBeLessThan(0.0105);
    expect(
      Math.abs(share('ethnicity', 'White British', { [SITE_COLUMN]: 'Newcastle' }) - 0.9654),
    ).toBeLessThan(0.012);
  });

  it('has about 22 per cent positive, in the published pattern', () => {
    // The draw that the model was set by gave 22.1 %; one standard error is 0.17 points.
    expect(Math.abs(positive() - 0.221)).toBeLessThan(0.0086);
    // Both sides are one draw: standard errors of 0.25, 1.9, 2.0 and 4 points for the difference, four of them.
    const byEthnicity = [
      ['White British', 0.21, 0.012],
      ['South Asian', 0.36, 0.076],
      ['Black', 0.33, 0.08],
      ['Chinese', 0.16, 0.16],
    ] as const;
    for (const [ethnicity, expected, tolerance] of byEthnicity) {
      expect(Math.abs(positive({ ethnicity }) - expected)).toBeLessThan(tolerance);
    }
    expect(Math.abs(positive({ [SITE_COLUMN]: 'Oxford' }) - 0.15)).toBeLessThan(0.035);
    expect(Math.abs(positive({ [SITE_COLUMN]: 'Barts' }) - 0.28)).toBeLessThan(0.045);
  });

  it('has positives who are younger and less often graduates', () => {
    // Ages are whole years: [40, 45) has its middle at 42.
    const midpoints = [42, 47, 52, 57, 62, 67, 70];
    const meanAge = (result: string) =>
      column(cohort, 'age_group').dictionary.reduce(
        (sum, group, level) =>
          sum + midpoints[level]! * share('age_group', group, { covid_test_result: result }),
        0,
      );
    // A draw gave 53.4 and 57.2; standard errors 0.07 and 0.04 years; grouped ages shift a mean by some tenths.
    expect(Math.abs(meanAge('True') - 53.4)).toBeLessThan(0.4);
    expect(Math.abs(meanAge('False') - 57.2)).toBeLessThan(0.4);
    const degree = (result: string) =>
      share('education', 'College or University degree', { covid_test_result: result });
    expect(Math.abs(degree('True') - 0.268)).toBeLessThan(0.02);
    expect(Math.abs(degree('False') - 0.328)).toBeLessThan(0.011);
  });

  it('is coded whole by its codebook', () => {
    expect(checkCodebook(cohortCodebook())).toMatchObject({ ok: true });
    const coded = codeTable(cohort, cohortCodebook(), { column: SITE_COLUMN, value: 'Stoke' });
    expect(coded.ok && coded.value.report).toMatchObject({
      rowsRead: 58_253,
      rowsKept: 2_760,
      rowsExcluded: 0,
    });
  });

  it('depends on the random source alone', () => {
    expect(simulateCentre('Barts', random())).toEqual(simulateCentre('Barts', random()));
    expect(simulateCentre('Barts', random())).not.toEqual(simulateCentre('Barts', random(2)));
    expect(CENTRE_NAMES).toHaveLength(16);
    expect(() => simulateCentre('Atlantis', random())).toThrow(RangeError);
  });
});

const facts = new URL('../../../../shared/data/cohort-centres.csv', import.meta.url);

describe('the assumed centres', () => {
  it.runIf(existsSync(facts))('are those of cohort-centres.csv, which is beside the checkout', () => {
    const raw = readCsv(new Uint8Array(readFileSync(facts)));
    if (!raw.ok) throw new Error(raw.failure.kind);
    const rows = Array.from({ length: raw.value.rowCount }, (_, i) =>
      raw.value.columns.map(({ dictionary, codes }) => dictionary[codes[i]!]!),
    );
    const numbers = COHORT_CENTRES.map((c) => [
      c.rowCount,
      ...c.ethnicity,
      ...c.deprivation,
      ...c.education,
      ...c.ageGroup,
      c.female,
      c.logRateOffset,
    ]);
    expect(rows.map(([name]) => name)).toEqual(CENTRE_NAMES);
    expect(rows.map((row) => row.slice(1).map(Number))).toEqual(numbers);
  });
});
