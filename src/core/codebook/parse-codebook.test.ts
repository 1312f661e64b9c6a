import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import type { Codebook, Variable } from './codebook.ts';
import { codebookId, serialiseCodebook } from './codebook-id.ts';
import { checkCodebook, parseCodebook } from './parse-codebook.ts';

const valid = cohortCodebook();
const first = valid.variables[0]!;
const numeric: Variable = {
  name: 'age',
  label: 'Age',
  kind: 'numeric',
  cutPoints: [40, 65],
  levels: ['a', 'b', 'c'].map((value) => ({ value, label: value })),
  reference: 'a',
  missingCodes: ['-1'],
  missing: { kind: 'level', label: 'missing' },
};
const withVariable = (changes: object): unknown => ({ ...valid, variables: [{ ...first, ...changes }] });
const withNumeric = (changes: object): unknown => ({ ...valid, variables: [{ ...numeric, ...changes }] });
const withOutcome = (changes: object): unknown => ({ ...valid, outcome: { ...valid.outcome, ...changes } });
const problemsOf = (value: unknown) => {
  const checked = checkCodebook(value);
  return !checked.ok && checked.failure.kind === 'invalid'
    ? checked.failure.problems.map(({ path, reason }) => `${path}: ${reason}`)
    : checked;
};
const levels = (...values: string[]) => values.map((value) => ({ value, label: value }));

describe('parseCodebook', () => {
  it('gives back what was serialised, with the same identity', () => {
    const again = parseCodebook(serialiseCodebook(valid));
    expect(again).toEqual({ ok: true, value: valid });
    expect(again.ok && codebookId(again.value)).toBe(codebookId(valid));
    expect(parseCodebook(`\ufeff${JSON.stringify(valid, null, 2)}`)).toEqual(again);
    expect(checkCodebook({ ...valid, variables: [numeric] })).toMatchObject({ ok: true });
  });

  it.each<[string, unknown, string[]]>([
    ['no title', { ...valid, title: undefined }, ['title: lacking']],
    ['a key too many', { ...valid, note: 'x' }, ['note: unknown-key']],
    ['no variables', { ...valid, variables: [] }, ['variables: too-few']],
    [
      '65 variables',
      { ...valid, variables: Array.from({ length: 65 }, (_, i) => ({ ...first, name: `v${i}` })) },
      ['variables: too-many'],
    ],
    ['not declared public', { ...valid, declaredPublic: false }, ['declaredPublic: not-declared-public']],
    ['an unknown kind', withVariable({ kind: 'text' }), ['variables.0.kind: not-one-of-the-allowed']],
    ['a number as name', withVariable({ name: 3 }), ['variables.0.name: wrong-type']],
    ['an empty name', withVariable({ name: '' }), ['variables.0.name: empty']],
    [
      'a blank around a value',
      withVariable({ missingCodes: [' NA'] }),
      ['variables.0.missingCodes.0: not-trimmed'],
    ],
    ['a 10 MB label', withVariable({ label: 'x'.repeat(10_000_000) }), ['variables.0.label: too-long']],
    ['a line break in a label', withVariable({ label: 'a\nb' }), ['variables.0.label: unsafe-character']],
    [
      'a right-to-left override',
      withVariable({ label: 'a\u202eb' }),
      ['variables.0.label: unsafe-character'],
    ],
    ['a zero-width space', withVariable({ label: 'a\u200bb' }), ['variables.0.label: unsafe-character']],
    ['half a surrogate pair', withVariable({ label: 'a\ud800b' }), ['variables.0.label: unsafe-character']],
    ['a NUL', withVariable({ label: 'a\u0000b' }), ['variables.0.label: unsafe-character']],
    ['one level', withVariable({ levels: levels('x'), reference: 'x' }), ['variables.0.levels: too-few']],
    [
      '257 levels',
      withVariable({ levels: levels(...Array.from({ length: 257 }, (_, i) => `l${i}`)), reference: 'l0' }),
      ['variables.0.levels: too-many'],
    ],
    [
      'three levels of a 0/1 variable',
      withVariable({ kind: 'binary', levels: levels('a', 'b', 'c'), reference: 'a' }),
      ['variables.0.levels: too-many'],
    ],
    [
      'a level twice',
      withVariable({ levels: levels('a', 'b', 'a'), reference: 'a' }),
      ['variables.0.levels.2.value: duplicate', 'variables.0.levels.2.label: duplicate'],
    ],
    [
      'two spellings of é',
      withVariable({ levels: levels('é', 'e\u0301'), reference: 'é' }),
      ['variables.0.levels.1.value: duplicate', 'variables.0.levels.1.label: duplicate'],
    ],
    [
      'a reference that is no level',
      withVariable({ reference: 'x' }),
      ['variables.0.reference: reference-not-a-level'],
    ],
    [
      'a level that means missing',
      withVariable({ missingCodes: ['[40, 45)'] }),
      ['variables.0.levels.0.value: is-a-missing-code'],
    ],
    [
      'a "missing" level that is a level',
      withVariable({ missing: { kind: 'level', label: '[40, 45)' } }),
      ['variables.0.missing.label: duplicate'],
    ],
    ['a column twice', { ...valid, variables: [first, first] }, ['variables.1.name: duplicate']],
    [
      'the outcome among the variables',
      withVariable({ name: valid.outcome.name }),
      ['outcome.name: duplicate'],
    ],
    [
      'descending cut points',
      withNumeric({ cutPoints: [65, 40] }),
      ['variables.0.cutPoints.1: not-ascending'],
    ],
    ['equal cut points', withNumeric({ cutPoints: [40, 40] }), ['variables.0.cutPoints.1: not-ascending']],
    [
      'an infinite cut point',
      withNumeric({ cutPoints: [40, Number.POSITIVE_INFINITY] }),
      ['variables.0.cutPoints.1: not-finite'],
    ],
    [
      'a cut point that is no number',
      withNumeric({ cutPoints: [40, Number.NaN] }),
      ['variables.0.cutPoints.1: wrong-type'],
    ],
    [
      'cut points and levels that do not match',
      withNumeric({ cutPoints: [40] }),
      ['variables.0.levels: levels-do-not-match-cut-points'],
    ],
    ['an event that is none', withOutcome({ event: 'False' }), ['outcome.event: event-equals-no-event']],
    [
      'an event that means missing',
      withOutcome({ missingCodes: ['True'] }),
      ['outcome.event: is-a-missing-code'],
    ],
    [
      'a count up to zero',
      { ...valid, outcome: { kind: 'count', name: 'n', label: 'n', maximum: 0, missingCodes: [] } },
      ['outcome.maximum: out-of-range'],
    ],
    [
      'a count up to 2.5',
      { ...valid, outcome: { kind: 'count', name: 'n', label: 'n', maximum: 2.5, missingCodes: [] } },
      ['outcome.maximum: wrong-type'],
    ],
  ])('refuses %s', (_, value, problems) => expect(problemsOf(value)).toEqual(problems));

  it('names the column of a problem', () => {
    expect(checkCodebook(withVariable({ reference: 'x' }))).toMatchObject({
      failure: { problems: [{ column: 'age_group', path: 'variables.0.reference' }] },
    });
  });

  it('accepts what looks dangerous but is only text', () => {
    for (const label of ['<script>alert(1)</script>', '=cmd|calc', '{{x}}', "'; drop table"]) {
      expect(checkCodebook(withVariable({ label }))).toMatchObject({ ok: true });
    }
  });

  it('refuses other files by name', () => {
    expect(parseCodebook('')).toMatchObject({ failure: { kind: 'not-json' } });
    expect(parseCodebook('a,b\n1,2')).toMatchObject({ failure: { kind: 'not-json' } });
    for (const text of ['null', '3', '[]', '{}', '{"format":"other"}']) {
      expect(parseCodebook(text)).toMatchObject({ failure: { kind: 'not-a-codebook' } });
    }
    expect(parseCodebook(JSON.stringify({ ...valid, version: 2 }))).toEqual({
      ok: false,
      failure: { kind: 'unknown-version', found: '2', supported: [1] },
    });
  });

  it('refuses keys that reach a prototype, at any depth, and pollutes nothing', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const text = JSON.stringify(valid).replace('"missing":{', `"${key}":{"polluted":1},"missing":{`);
      expect(parseCodebook(text)).toEqual({ ok: false, failure: { kind: 'forbidden-key', key } });
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('refuses depth and bulk before they cost anything', () => {
    expect(parseCodebook('['.repeat(1_000_000))).toMatchObject({
      failure: { kind: 'too-large', what: 'depth' },
    });
    expect(parseCodebook(`[${'1,'.repeat(300_000)}1]`)).toMatchObject({
      failure: { kind: 'too-large', what: 'values' },
    });
    expect(parseCodebook(`"${'x'.repeat(5_000_000)}"`)).toMatchObject({
      failure: { kind: 'too-large', what: 'length' },
    });
  });

  it('lists at most fifty problems', () => {
    const bad = {
      ...valid,
      variables: Array.from({ length: 60 }, (_, i) => ({ ...first, name: `v${i}`, reference: 'x' })),
    };
    expect(problemsOf(bad)).toHaveLength(50);
  });

  it('never throws on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const mixed = typeof value === 'object' && value !== null ? { ...valid, ...value } : value;
        expect(typeof checkCodebook(mixed).ok).toBe('boolean');
        expect(typeof parseCodebook(JSON.stringify(value)).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});

describe('codebookId', () => {
  /** The same value with the keys of every object in reverse order. */
  function reversed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, reversed(item)]),
    );
  }

  it('does not depend on the order of keys', () => {
    expect(codebookId(reversed(valid) as Codebook)).toBe(codebookId(valid));
  });

  it('is the SHA-256 of RFC 8785 text: sorted keys, shortest numbers, no blanks', async () => {
    const json = serialiseCodebook({
      ...valid,
      variables: [{ ...numeric, cutPoints: [0.1, 1e21], label: 'Âge "x"' }],
    });
    expect(
      json.startsWith('{"declaredPublic":true,"format":"twinpool-codebook","outcome":{"event":"True",'),
    ).toBe(true);
    expect(json).toContain('"cutPoints":[0.1,1e+21]');
    expect(json).toContain('"label":"Âge \\"x\\""');
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(serialiseCodebook(valid)));
    expect(codebookId(valid)).toBe(Buffer.from(digest).toString('hex'));
  });

  it('changes with anything the codebook says', () => {
    const [level, ...others] = first.levels;
    const changed = [
      { ...valid, title: 'x' },
      { ...valid, variables: valid.variables.slice(1) },
      {
        ...valid,
        variables: [{ ...first, levels: [...others, level!] } as Variable, ...valid.variables.slice(1)],
      },
      { ...valid, variables: valid.variables.toReversed() },
    ];
    expect(new Set([valid, ...changed].map(codebookId)).size).toBe(5);
  });
});
