import { describe, expect, it } from 'vitest';
import type { Codebook } from '../../core/codebook/codebook.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { initialState } from '../../session/initial-state.ts';
import type { AnalysisChoice } from '../../session/records.ts';
import type { HeldOutFrom } from '../../session/requests.ts';
import { answerAnalysis } from './answer-analysis.ts';

const variable = (name: string) => ({
  kind: 'categorical' as const,
  name,
  label: name,
  levels: ['a', 'b'].map((value) => ({ value, label: value })),
  missingCodes: [],
  missing: { kind: 'exclude' as const },
  reference: 'a',
});
const codebook: Codebook = {
  format: 'twinpool-codebook',
  version: 1,
  title: 'Two variables',
  declaredPublic: true,
  outcome: { kind: 'binary', name: 'ill', label: 'Ill', event: '1', noEvent: '0', missingCodes: [] },
  variables: [variable('smoking'), variable('sex')],
};

/** 200 people; of those with smoking = b, one in `every` is ill, of the others one in ten. */
function table(every: number): CodedTable {
  const smoking = Uint8Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 1));
  return {
    rowCount: 200,
    columns: [smoking, Uint8Array.from({ length: 200 }, (_, i) => (i >> 1) % 2)],
    outcome: Uint32Array.from({ length: 200 }, (_, i) => (i % (i < 100 ? 10 : every) === 0 ? 1 : 0)),
  };
}

/** Only the evaluation on held-out rows draws anything. */
const noSource = {
  uint32: (): number => {
    throw new Error('nothing is drawn here');
  },
};

const sets = {
  parties: [
    { id: 'north', label: 'North', sets: [table(4), table(5), table(3)] },
    { id: 'south', label: 'South', sets: [table(5), table(5), table(4)] },
  ],
  ownTwins: undefined,
};

function pooled(change: Partial<AnalysisChoice>, own?: readonly CodedTable[]) {
  const choice = {
    ...initialState({ id: 'p', name: '', createdOn: '2026-01-01' }).analysisChoice,
    ...change,
  };
  const answer = answerAnalysis(
    { question: 'pooled', codebook, local: table(5), choice },
    { ...sets, ownTwins: own },
    () => undefined,
    noSource,
  );
  if (!answer.ok || answer.value.kind !== 'pooled') throw new Error('no pooled analysis');
  return answer.value.analysis;
}

const smoking = (analysis: ReturnType<typeof pooled>) => {
  const row = analysis.rows.find(({ term }) => term.variable === 'smoking');
  if (row?.pooled.kind !== 'estimated' || row.local.kind !== 'estimated') throw new Error('not estimated');
  return { local: row.local, pooled: row.pooled };
};

describe('the answer of an analysis', () => {
  it('leaves out what is switched off', () => {
    expect(pooled({ switchedOff: ['sex'] }).terms.map((term) => term.variable)).toEqual(['', 'smoking']);
  });

  it('has a coefficient for every centre but the own one with a site effect', () => {
    const sites = pooled({ siteEffect: true }).terms.filter(({ kind }) => kind === 'site');
    expect(sites.map(({ label }) => label)).toEqual(['North', 'South']);
  });

  it('is farther from 1 in odds than in risks', () => {
    const [risk, odds] = [smoking(pooled({})), smoking(pooled({ family: 'binomial-logit' }))];
    expect(odds.local.estimate).toBeGreaterThan(risk.local.estimate);
    expect(odds.pooled.estimate).toBeGreaterThan(risk.pooled.estimate);
  });

  it('has wider pooled intervals and the same estimates with t, and the local ones as they were', () => {
    const [normal, t] = [smoking(pooled({})), smoking(pooled({ interval: 't' }))];
    expect(t.pooled.estimate).toBe(normal.pooled.estimate);
    expect(t.pooled.lower).toBeLessThan(normal.pooled.lower);
    expect(t.pooled.upper).toBeGreaterThan(normal.pooled.upper);
    expect(t.local).toEqual(normal.local);
  });

  it('does not depend on own rows in the pooled column where twins stand for them', () => {
    const own = [table(6), table(5), table(4)];
    const answer = (local: CodedTable) => {
      const choice = {
        ...initialState({ id: 'p', name: '', createdOn: '2026-01-01' }).analysisChoice,
        ownPart: 'own-twins' as const,
      };
      const done = answerAnalysis(
        { question: 'pooled', codebook, local, choice },
        { ...sets, ownTwins: own },
        () => undefined,
        noSource,
      );
      if (!done.ok || done.value.kind !== 'pooled') throw new Error('no pooled analysis');
      return done.value.analysis.rows;
    };
    const [one, other] = [answer(table(5)), answer(table(2))];
    expect(one.map((row) => row.pooled)).toEqual(other.map((row) => row.pooled));
    expect(one.map((row) => row.local)).not.toEqual(other.map((row) => row.local));
  });

  it('by party has own rows and every party beside their combination', () => {
    const answer = answerAnalysis(
      {
        question: 'by-party',
        codebook,
        local: table(5),
        choice: initialState({ id: 'p', name: '', createdOn: '2026-01-01' }).analysisChoice,
      },
      sets,
      () => undefined,
      noSource,
    );
    if (!answer.ok || answer.value.kind !== 'by-party') throw new Error('no comparison');
    const row = answer.value.parties.coefficients.find(({ term }) => term.variable === 'smoking');
    expect(row?.parties.map(({ id }) => id)).toEqual(['north', 'south']);
    expect(row?.meta?.studies).toBe(3);
  });

  it('follows reference levels, interactions, a subgroup and another outcome', () => {
    const turned = smoking(pooled({}));
    const other = pooled({ references: { smoking: 'b' } }).rows.find(
      ({ term }) => term.variable === 'smoking',
    );
    if (other?.local.kind !== 'estimated') throw new Error('not estimated');
    // The same comparison the other way round; both fits stop within 1e-5 of a standard error.
    expect(other.local.estimate).toBeCloseTo(-turned.local.estimate, 6);
    expect(pooled({ interactions: [['smoking', 'sex']] }).terms.at(-1)?.kind).toBe('interaction');
    expect(pooled({ subgroup: [{ variable: 'sex', levels: ['a'] }], switchedOff: ['sex'] }).localRows).toBe(
      100,
    );
    const swapped = pooled({ outcome: { variable: 'sex', events: ['b'] }, switchedOff: ['sex'] });
    expect(swapped.terms.map(({ variable }) => variable)).toEqual(['', 'smoking']);
    expect(smoking(pooled({ family: 'gaussian-identity' })).local.estimate).toBeCloseTo(0.1, 12);
  });

  it('scores fits on rows held out and on a table of others', () => {
    let state = 1;
    const source = {
      uint32: () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state;
      },
    };
    const choice = initialState({ id: 'p', name: '', createdOn: '2026-01-01' }).analysisChoice;
    const ask = (heldOut: HeldOutFrom) => {
      const answer = answerAnalysis(
        { question: 'held-out', heldOut, codebook, local: table(5), choice },
        sets,
        () => undefined,
        source,
      );
      if (!answer.ok || answer.value.kind !== 'held-out') throw new Error('no evaluation');
      return answer.value.evaluation;
    };
    const share = ask({ kind: 'share', share: 0.25 });
    expect([share.trainingRows, share.testRows]).toEqual([150, 50]);
    expect(share.outcomes.map(({ kind }) => kind)).toEqual(['scored', 'scored', 'scored']);
    expect(share.gain.map(({ parties }) => parties)).toEqual([0, 1, 2]);
    const file = ask({ kind: 'table', table: table(4) });
    expect([file.trainingRows, file.testRows]).toEqual([200, 200]);
  });
});
