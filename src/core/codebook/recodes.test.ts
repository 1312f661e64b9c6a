import { describe, expect, it } from 'vitest';
import { codeTable } from '../table/code-table.ts';
import { readCsv } from '../table/read-csv.ts';
import type { Codebook } from './codebook.ts';
import { codebookId } from './codebook-id.ts';
import { compareCodebooks } from './compare-codebooks.ts';
import { draftFromCodebook, finishDraft } from './finish-draft.ts';
import { matchedLevels } from './map-codebook.ts';
import { checkCodebook } from './parse-codebook.ts';

const plain: Codebook = {
  format: 'twinpool-codebook',
  version: 1,
  title: 'Recodes',
  variables: [
    {
      kind: 'categorical',
      name: 'smoker',
      label: 'Smokes',
      levels: [
        { value: 'no', label: 'no' },
        { value: 'yes', label: 'yes', also: ['Yes', 'YES', 'former'] },
      ],
      reference: 'no',
      missingCodes: ['?'],
      missing: { kind: 'exclude' },
    },
  ],
  outcome: {
    kind: 'binary',
    name: 'ill',
    label: 'Ill',
    event: '1',
    noEvent: '0',
    alsoEvent: ['1.0'],
    missingCodes: [],
  },
  declaredPublic: true,
};
const [smoker] = plain.variables;
const withLevels = (levels: NonNullable<typeof smoker>['levels']): Codebook => ({
  ...plain,
  variables: [{ ...smoker!, levels } as Codebook['variables'][number]],
});
const reasons = (codebook: Codebook) => {
  const checked = checkCodebook(codebook);
  return checked.ok || checked.failure.kind !== 'invalid'
    ? []
    : checked.failure.problems.map(({ path, reason }) => [path, reason]);
};

describe('recodes', () => {
  it('send several texts to one level, and to the event', () => {
    const raw = readCsv('smoker,ill\nno,0\nYES,1\nformer,1.0\nyes,0\nother,1\n');
    if (!raw.ok) throw new Error('no table');
    const coded = codeTable(raw.value, plain);
    expect(coded).toMatchObject({
      value: {
        table: { columns: [Uint8Array.of(0, 1, 1, 1)], outcome: Uint32Array.of(0, 1, 1, 0) },
        report: { rowsExcluded: 1 },
      },
    });
  });

  it('belong to the codebook: identity, difference, draft and mapping know them', () => {
    const without = withLevels([
      { value: 'no', label: 'no' },
      { value: 'yes', label: 'yes' },
    ]);
    expect(codebookId(without)).not.toBe(codebookId(plain));
    expect(compareCodebooks(plain, without)).toMatchObject({
      differences: [{ kind: 'recodes', column: 'smoker' }],
    });
    const { alsoEvent: _, ...outcome } = plain.outcome as Extract<Codebook['outcome'], { kind: 'binary' }>;
    expect(compareCodebooks(plain, { ...plain, outcome })).toMatchObject({
      differences: [{ kind: 'recodes', column: 'ill' }],
    });
    const again = finishDraft(draftFromCodebook(plain), { declaredPublic: true });
    expect(again).toEqual({ ok: true, value: plain });
    const theirs = { ...smoker!, levels: ['former', 'no'].map((value) => ({ value, label: value })) };
    expect(matchedLevels(smoker!, theirs as typeof smoker & object)).toEqual([1, 0]);
  });

  it('mean one thing each', () => {
    expect(reasons(plain)).toEqual([]);
    const [no, yes] = smoker!.levels;
    expect(reasons(withLevels([no!, { ...yes!, also: ['no'] }]))).toEqual([
      ['variables.0.levels.1.also.0', 'duplicate'],
    ]);
    expect(reasons(withLevels([no!, { ...yes!, also: ['?'] }]))).toEqual([
      ['variables.0.levels.1.also.0', 'duplicate'],
    ]);
    expect(reasons(withLevels([no!, { ...yes!, also: [] }]))).toEqual([
      ['variables.0.levels.1.also', 'too-few'],
    ]);
    expect(
      reasons({ ...plain, outcome: { ...plain.outcome, alsoNoEvent: ['1'] } as Codebook['outcome'] }),
    ).toEqual([['outcome.alsoNoEvent.0', 'duplicate']]);
    const bins: Codebook = {
      ...plain,
      variables: [{ ...smoker!, kind: 'numeric', cutPoints: [5] } as Codebook['variables'][number]],
    };
    expect(reasons(bins)).toContainEqual(['variables.0.levels.1.also.0', 'unknown-key']);
  });
});
