import { describe, expect, it } from 'vitest';
import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import { CARDS_AT_ONCE, filterColumns } from './column-filter.ts';
import {
  addLevel,
  columnSummary,
  editLevel,
  moveLevel,
  readCutPoints,
  readMissingCodes,
  removeLevel,
  replaceColumn,
  withCutPoints,
  withKind,
  withRole,
} from './draft-edits.ts';

const smoking: DraftColumn = {
  name: 'smoking',
  label: 'Smoking',
  role: 'variable',
  kind: 'categorical',
  levels: ['never', 'former', 'current'].map((value) => ({ value, label: value })),
  reference: 'never',
  missingCodes: [],
  missing: { kind: 'exclude' },
  cutPoints: [],
  event: null,
  noEvent: null,
  maximum: null,
  levelsFromFile: true,
};
const values = (column: DraftColumn) => column.levels.map(({ value }) => value);

describe('levels', () => {
  it('move within their list and stay put at its ends', () => {
    expect(values(moveLevel(smoking, 0, 1))).toEqual(['former', 'never', 'current']);
    expect(moveLevel(smoking, 0, -1)).toBe(smoking);
    expect(moveLevel(smoking, 2, 1)).toBe(smoking);
    expect(moveLevel(smoking, 0, 1).levelsFromFile).toBe(false);
  });

  it('take the reference with them when they go', () => {
    expect(removeLevel(smoking, 0).reference).toBeNull();
    expect(removeLevel(smoking, 1).reference).toBe('never');
    expect(editLevel(smoking, 0, { value: 'no' }).reference).toBe('no');
  });

  it('are added once, trimmed, and the empty text is none', () => {
    expect(values(addLevel(smoking, ' vapes '))).toEqual(['never', 'former', 'current', 'vapes']);
    expect(addLevel(smoking, 'never')).toBe(smoking);
    expect(addLevel(smoking, '  ')).toBe(smoking);
  });
});

describe('kinds and roles', () => {
  it('give a new outcome the place of the old one', () => {
    const death = { ...smoking, name: 'death', role: 'outcome', kind: 'binary' } as const;
    const draft = { title: 't', columns: [death, smoking] };
    const next = replaceColumn(draft, withRole(smoking, 'outcome'));
    expect(next.columns.map(({ role }) => role)).toEqual(['ignored', 'outcome']);
    expect(next.columns[1]?.kind).toBe('binary');
  });

  it('make bins of cut points and keep labels of bins that stay', () => {
    const age = withCutPoints(withKind({ ...smoking, levels: [], reference: null }, 'numeric'), [40, 65]);
    expect(values(age)).toHaveLength(3);
    const named = editLevel(age, 0, { label: 'young' });
    expect(withCutPoints(named, [40, 60]).levels[0]?.label).toBe('young');
    expect(withRole({ ...age, kind: 'count' }, 'variable').kind).toBe('numeric');
  });

  it('say what a closed card is', () => {
    expect(columnSummary(smoking)).toBe('3 levels, reference never');
    expect(columnSummary(withRole(smoking, 'ignored'))).toBe('not used');
    expect(columnSummary({ ...smoking, role: 'outcome', kind: 'binary' })).toContain('not declared yet');
  });
});

describe('what is typed', () => {
  it('is read as cut points or refused', () => {
    expect(readCutPoints('18; 40 65.5')).toEqual([18, 40, 65.5]);
    expect(readCutPoints('')).toEqual([]);
    expect(readCutPoints('18, 40')).toBeNull();
    expect(readCutPoints('NaN')).toBeNull();
    expect(readCutPoints('0x10')).toBeNull();
  });

  it('is read as missing codes', () => {
    expect(readMissingCodes('NA; 99 ;')).toEqual(['NA', '99']);
  });
});

it('filters two hundred columns by role and words, the outcome first', () => {
  const columns = Array.from(
    { length: 200 },
    (_, i): DraftColumn => ({
      ...smoking,
      name: `c${i}`,
      label: i === 7 ? 'Blood pressure' : `c${i}`,
      role: i === 199 ? 'outcome' : i < 50 ? 'variable' : 'ignored',
    }),
  );
  expect(filterColumns(columns, 'used', '')[0]?.name).toBe('c199');
  expect(filterColumns(columns, 'used', '')).toHaveLength(51);
  expect(filterColumns(columns, 'ignored', '')).toHaveLength(149);
  expect(filterColumns(columns, 'all', 'blood').map(({ name }) => name)).toEqual(['c7']);
  expect(CARDS_AT_ONCE).toBeLessThan(200);
});
