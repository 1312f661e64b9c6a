import { describe, expect, it } from 'vitest';
import { metaAnalysis } from '../../../core/analysis/meta-analysis.ts';
import { LOCAL_STUDY, type PartyAnalysis } from '../../../core/analysis/party-analysis.ts';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import type { BundleSummary } from '../../../session/records.ts';
import { disagreementSentences, effectSources, partiesCsv, partyRows } from './party-rows.ts';

const codebook = { variables: [{ name: 'smoking', label: 'Smoking' }] } as unknown as Codebook;
const bundles = [{ id: 'n', partyName: 'North' }] as unknown as readonly BundleSummary[];

const studies = [
  { id: LOCAL_STUDY, estimate: 0.5, variance: 0.04 },
  { id: 'n', estimate: 0.7, variance: 0.01 },
];
const combined = metaAnalysis(studies);
if (!combined.ok) throw new Error(combined.failure.kind);

const base = { parties: [], studies: [], meta: undefined, leaveOneOut: [], withoutParty: [] };
const missing = { kind: 'not-estimable', reason: 'no-rows' } as const;
const compared: PartyAnalysis = {
  coefficients: [
    { ...base, term: { kind: 'intercept', variable: '', level: '', label: '' }, local: missing },
    {
      ...base,
      term: { kind: 'level', variable: 'smoking', level: 'yes', label: 'Smokes' },
      local: {
        kind: 'estimated',
        estimate: 0.5,
        standardError: 0.2,
        lower: 0.1,
        upper: 0.9,
        p: 0.01,
        flooredToModel: false,
        absorbs: [],
      },
      parties: [{ id: 'n', cell: missing }],
      meta: combined.value,
    },
  ],
  disagreements: [],
};
const apart = (id: string, flagged: boolean, p = 0.0001) => ({
  id,
  flagged,
  adjustedP: 2 * p,
  tested: 2,
  evidence: [
    { column: 1, residual: 4, p },
    { column: 0, residual: 1, p: 0.3 },
  ],
});

describe('centre by centre', () => {
  it('says that two centres accuse nobody', () => {
    expect(disagreementSentences(compared, codebook, bundles)[0]).toContain('Fewer than three centres');
  });

  it('names who stands apart and where, and that it is no proof', () => {
    const agree = { ...compared, disagreements: [apart('n', false, 0.2), apart(LOCAL_STUDY, false, 0.4)] };
    expect(disagreementSentences(agree, codebook, bundles)).toEqual([
      'No centre stands apart from the others by more than chance explains.',
    ]);
    const flagged = { ...compared, disagreements: [apart('n', true), apart(LOCAL_STUDY, true)] };
    const [north, own, caution] = disagreementSentences(flagged, codebook, bundles);
    expect(north).toBe(
      'The bundle of North stands apart from the other centres (most clearly in Smoking: Smokes, 4.0 standard errors higher).',
    );
    expect(own).toContain('Your own rows stand apart');
    expect(caution).toContain('not as proof');
  });

  it('has every source of every comparison in the file, with the combination’s interval', () => {
    const rows = partyRows(compared, codebook);
    expect(rows.map(({ level }) => level)).toEqual(['yes']);
    const lines = partiesCsv(rows, bundles, 'odds ratio')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(lines.map((cells) => cells[3])).toEqual([
      'source',
      'own-rows',
      'centre',
      'fixed-effect',
      'random-effects-hartung-knapp',
    ]);
    expect(new Set(lines.map((cells) => cells.length)).size).toBe(1);
    expect(lines[2]?.slice(4, 7)).toEqual(['North', 'no-rows', '']);
    // Weights 25 and 100: (25 · 0.5 + 100 · 0.7) / 125; exact but for rounding.
    expect(Number(lines[3]?.[6])).toBeCloseTo(0.66, 12);
    expect(lines[0]).toContain('odds_ratio');
    expect(lines.slice(1).map((cells) => cells.at(-1))).toEqual([
      'real rows',
      'synthetic people',
      'real rows and synthetic people',
      'real rows and synthetic people',
    ]);
    const heading = lines[0]!.indexOf('tau_squared');
    expect(Number(lines[4]?.[heading])).toBe(combined.value.heterogeneity.tauSquared);
  });

  it('draws every source of one comparison, those without a number in their place', () => {
    const [row] = partyRows(compared, codebook);
    const sources = effectSources(row!, bundles, 'odds ratio');
    expect(sources.map(({ label, effect }) => [label, effect === null])).toEqual([
      ['Your own rows', false],
      ['North', true],
      ['Combined, fixed', false],
      ['Combined, random', false],
    ]);
    expect(sources[0]?.effect?.value).toBe(Math.exp(0.5));
  });
});
