import { describe, expect, it } from 'vitest';
import { inventedCodebook, inventedTable, uniformStream } from './invented-tables.check.ts';
import type { PooledAnalysis, PooledAnalysisInput } from './pooled-analysis.ts';
import { analysePooled } from './pooled-analysis.ts';

const SIZES = [4, 2, 3];
const codebook = inventedCodebook(SIZES);
const choice = { predictors: ['v0', 'v1', 'v2'] };
const table = (rows: number, seed: number) => inventedTable(SIZES, rows, uniformStream(seed));
const party = (id: string, sets: number, seed: number, rows = 300) => ({
  id,
  sets: Array.from({ length: sets }, (_, k) => table(rows, seed * 1000 + k)),
});

function analyse(
  input: Partial<PooledAnalysisInput>,
  onProgress?: (done: number, total: number) => void,
): PooledAnalysis {
  const result = analysePooled(
    { codebook, choice, family: 'poisson-log', errors: 'HC0', local: table(400, 1), parties: [], ...input },
    onProgress,
  );
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

describe('analysePooled', () => {
  it('K identical sets: the fallback, with the variance of one fit', () => {
    const set = table(300, 2);
    const found = analyse({ parties: [{ id: 'b', sets: Array(5).fill(set) }] });
    for (const { pooled } of found.rows) {
      if (pooled.kind !== 'estimated') throw new Error(pooled.reason);
      expect(pooled.usedFallback).toBe(true);
      expect(pooled.rubin.between).toBe(0);
      expect(pooled.standardError).toBeCloseTo(Math.sqrt(pooled.rubin.within), 14);
    }
  });

  it('one party with one set is the regression on both tables together', () => {
    const other = table(300, 3);
    const own = table(400, 1);
    const found = analyse({ parties: [{ id: 'b', sets: [other] }] });
    const together = {
      rowCount: 700,
      columns: own.columns.map((column, j) => Uint8Array.of(...column, ...other.columns[j]!)),
      outcome: Uint32Array.of(...own.outcome, ...other.outcome),
    };
    const joined = analyse({ local: together });
    for (const [j, { pooled }] of found.rows.entries()) {
      expect(pooled).toMatchObject({
        estimate: (joined.rows[j]!.local as { estimate: number }).estimate,
        fitsUsed: 1,
      });
    }
    expect(found.pooledRows).toBe(700);
  });

  it('a party with one row moves the estimate hardly, and fails nothing', () => {
    const alone = analyse({});
    const found = analyse({ parties: [party('tiny', 3, 4, 1)] });
    expect(found.setsUsed).toBe(3);
    for (const { local, pooled } of found.rows) {
      if (local.kind !== 'estimated' || pooled.kind !== 'estimated') throw new Error('not estimated');
      expect(Math.abs(local.estimate - pooled.estimate)).toBeLessThan(local.standardError);
    }
    expect(found.rows.map(({ local }) => local)).toEqual(alone.rows.map(({ local }) => local));
  });

  it('parties of different K are combined up to the smallest, in any order', () => {
    const parties = [party('b', 4, 5), party('c', 7, 6)];
    const found = analyse({ parties });
    expect([found.setsUsed, found.setsIgnored, found.fits.length]).toEqual([4, true, 4]);
    expect(analyse({ parties: parties.toReversed() }).rows).toEqual(found.rows);
  });

  it('counts fits: a level that one set lacks rests on fewer of them', () => {
    const local = {
      ...table(50, 1),
      columns: [table(50, 1).columns[0]!.map((c) => Math.min(c, 2)), ...table(50, 1).columns.slice(1)],
    };
    const sets = Array.from({ length: 4 }, (_, k) => {
      const set = table(400, 40 + k);
      return k === 0
        ? { ...set, columns: [set.columns[0]!.map((c) => Math.min(c, 2)), ...set.columns.slice(1)] }
        : set;
    });
    const found = analyse({ local, parties: [{ id: 'b', sets }] });
    expect(found.rows[3]!.local).toEqual({ kind: 'not-estimable', reason: 'no-rows' });
    expect(found.rows[3]!.pooled).toMatchObject({ kind: 'estimated', fitsUsed: 3 });
    expect(found.rows[1]!.pooled).toMatchObject({ kind: 'estimated', fitsUsed: 4 });
  });

  it('own twins in place of own rows: the pooled result does not depend on the rows', () => {
    const ownTwins = party('own', 3, 8).sets;
    const parties = [party('b', 3, 9)];
    const [one, other] = [
      analyse({ ownTwins, parties }),
      analyse({ ownTwins, parties, local: table(90, 77) }),
    ];
    expect(other.rows.map(({ pooled }) => pooled)).toEqual(one.rows.map(({ pooled }) => pooled));
  });

  it('a subgroup is the analysis of its rows', () => {
    const own = table(400, 1);
    const keep = [...Array(400).keys()].filter((i) => own.columns[1]![i] === 1);
    const rows = {
      rowCount: keep.length,
      columns: own.columns.map((column) => Uint8Array.from(keep, (i) => column[i]!)),
      outcome: Uint32Array.from(keep, (i) => own.outcome[i]!),
    };
    const filtered = analyse({
      choice: { predictors: ['v0'], subgroup: [{ variable: 'v1', levels: ['1'] }] },
    });
    expect(filtered.rows).toEqual(analyse({ choice: { predictors: ['v0'] }, local: rows }).rows);
    expect(filtered.localRows).toBe(keep.length);
  });

  it('a site effect adds one row a party, without a local estimate', () => {
    const found = analyse({
      choice: { ...choice, siteEffect: true },
      parties: [party('b', 3, 5), party('c', 3, 6)],
    });
    expect(found.rows.slice(-2).map(({ term }) => [term.kind, term.level])).toEqual([
      ['site', 'b'],
      ['site', 'c'],
    ]);
    expect(found.rows.at(-1)!.pooled.kind).toBe('estimated');
  });

  it('a local table without events fails locally and is pooled all the same', () => {
    const local = { ...table(400, 1), outcome: new Uint32Array(400) };
    const found = analyse({ local, parties: [party('b', 3, 5)] });
    expect(found.local).toMatchObject({ ok: false, failure: { kind: 'no-events' } });
    expect(found.rows[1]).toMatchObject({ local: { reason: 'fit-failed' }, pooled: { kind: 'estimated' } });
  });

  it('tells its progress, one by one to the total', () => {
    const seen: string[] = [];
    analyse({ parties: [party('b', 3, 5)] }, (done, total) => seen.push(`${done}/${total}`));
    expect(seen).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });

  it('refuses by name', () => {
    const base = {
      codebook,
      choice,
      family: 'poisson-log',
      errors: 'HC0',
      local: table(40, 1),
      parties: [],
    } as const;
    const failureOf = (input: Partial<PooledAnalysisInput>) => {
      const result = analysePooled({ ...base, ...input });
      return result.ok ? undefined : result.failure;
    };
    expect(failureOf({ choice: { predictors: ['nope'] } })).toEqual({
      kind: 'unknown-variable',
      variable: 'nope',
    });
    expect(failureOf({ parties: [{ id: 'b', sets: [] }] })).toEqual({
      kind: 'party-without-sets',
      party: 'b',
    });
    const narrow = { rowCount: 0, columns: [], outcome: new Uint32Array() };
    expect(failureOf({ parties: [{ id: 'b', sets: [narrow] }] })).toMatchObject({
      kind: 'table-does-not-fit',
      party: 'b',
    });
    expect(failureOf({ choice: { ...choice, references: { v0: '9' } } })).toMatchObject({
      kind: 'unknown-level',
    });
  });
});
