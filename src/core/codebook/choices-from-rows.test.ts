import { describe, expect, it } from 'vitest';
import { profileTable } from '../table/column-profile.ts';
import { readCsv } from '../table/read-csv.ts';
import { choicesFromRows } from './choices-from-rows.ts';
import { serialiseCodebook } from './codebook-id.ts';
import { draftFromCodebook, finishDraft } from './finish-draft.ts';
import { parseCodebook } from './parse-codebook.ts';
import { proposeCodebook } from './propose-codebook.ts';

const read = readCsv(
  `ward,age,ill\n${Array.from({ length: 100 }, (_, i) => `${'ABC'[i % 3]},${i},${i % 2}`).join('\n')}\n`,
);
if (!read.ok) throw new Error(read.failure.kind);
const profiles = profileTable(read.value);
const proposed = proposeCodebook(profiles);
const withCutPoints = (cutPoints: readonly number[]) => ({
  ...proposed,
  columns: proposed.columns.map((column) =>
    column.name === 'age'
      ? { ...column, role: 'variable' as const, kind: 'numeric' as const, cutPoints }
      : column,
  ),
});

describe('choices that seem to come from the rows', () => {
  it('are the levels as they were read, and cut points at quantiles', () => {
    expect(choicesFromRows(withCutPoints([25, 50, 75]), profiles)).toEqual({
      levels: ['ward'],
      cutPoints: ['age'],
    });
    expect(choicesFromRows(withCutPoints([18, 65]), profiles)).toEqual({ levels: ['ward'], cutPoints: [] });
  });

  it('are none of an adopted codebook, nor of columns that are not used', () => {
    const finished = finishDraft(withCutPoints([18, 65]), { declaredPublic: true });
    if (!finished.ok) throw new Error('no codebook');
    expect(choicesFromRows(draftFromCodebook(finished.value, profiles), profiles)).toEqual({
      levels: [],
      cutPoints: [],
    });
    const ignored = proposed.columns.map((column) => ({ ...column, role: 'ignored' as const }));
    expect(choicesFromRows({ ...proposed, columns: ignored }, profiles).levels).toEqual([]);
  });

  it('are confirmed by a person, which the codebook keeps; what they were warned of it does not', () => {
    const finished = finishDraft(withCutPoints([25, 50, 75]), { declaredPublic: true });
    if (!finished.ok) throw new Error('no codebook');
    const text = serialiseCodebook(finished.value);
    expect(parseCodebook(text)).toEqual(finished);
    expect(JSON.parse(text)).toMatchObject({ declaredPublic: true });
    expect(text).not.toMatch(/quantile|fromFile/i);
    const undeclared = JSON.stringify({ ...JSON.parse(text), declaredPublic: false });
    expect(parseCodebook(undeclared).ok).toBe(false);
  });
});
