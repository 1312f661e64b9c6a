import { describe, expect, it } from 'vitest';
import { analysePooled, type CoefficientRow } from '../../core/analysis/pooled-analysis.ts';
import type { Codebook } from '../../core/codebook/codebook.ts';
import { PLOT_COLOURS } from '../../core/study/plot-colours.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { analysisSentence } from '../steps/analyse/analysis-sentence.ts';
import { csvCell } from '../steps/analyse/csv-text.ts';
import { estimatesCsv } from '../steps/analyse/estimates-csv.ts';
import { type Effect, effectKindOf, effectOf } from './effect-kind.ts';
import { effectAxis, escapeMarkup, forestFigure, inTwoLines, shorten } from './forest-figure.ts';
import { type ForestRow, forestRows } from './forest-rows.ts';
import { bytesOfDataUrl } from './image-bytes.ts';

const codebook: Codebook = {
  format: 'twinpool-codebook',
  version: 1,
  title: 'Two variables',
  declaredPublic: true,
  outcome: { kind: 'binary', name: 'death', label: 'Death', event: '1', noEvent: '0', missingCodes: [] },
  variables: [
    {
      kind: 'categorical',
      name: 'smoking',
      label: 'Smoking <b>',
      levels: [
        { value: 'current', label: '=current' },
        { value: 'never', label: 'never' },
        { value: 'pipe', label: 'pipe, cigar' },
      ],
      missingCodes: [],
      missing: { kind: 'exclude' },
      reference: 'never',
    },
  ],
};

/** 100 smokers with 20 events, 100 others with 10; nobody smokes a pipe: the ratio is 2. */
const table: CodedTable = {
  rowCount: 200,
  columns: [Uint8Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 1))],
  outcome: Uint32Array.from({ length: 200 }, (_, i) => (i < 20 || i >= 190 ? 1 : 0)),
};

function analyse(parties: readonly { id: string; sets: readonly CodedTable[] }[]) {
  const done = analysePooled({
    codebook,
    choice: { predictors: ['smoking'] },
    family: 'poisson-log',
    errors: 'model',
    local: table,
    parties,
  });
  if (!done.ok) throw new Error(done.failure.kind);
  return done.value;
}

const effectsOf = (rows: readonly ForestRow[]): Effect[] =>
  rows.flatMap(({ local, pooled }) => [local, pooled].flatMap((cell) => effectOf(cell, 'risk ratio') ?? []));

describe('forest rows', () => {
  const rows = forestRows(analyse([{ id: 'a', sets: [table, table] }]), codebook);

  it('hold every level in the codebook’s order, the reference in its place', () => {
    expect(rows.map(({ level, kind }) => [level, kind])).toEqual([
      ['current', 'comparison'],
      ['never', 'reference'],
      ['pipe', 'comparison'],
    ]);
  });

  it('are ratios', () => {
    // The fit of a saturated table is the ratio of its two risks; the iteration stops within 1e-8.
    expect(effectOf(rows[0]?.local ?? null, 'risk ratio')?.value).toBeCloseTo(2, 7);
    expect(effectOf(rows[0]?.pooled ?? null, 'risk ratio')?.value).toBeCloseTo(2, 7);
    expect(effectOf(rows[2]?.local ?? null, 'risk ratio')).toBeNull();
    expect(rows[2]?.local).toEqual({ kind: 'not-estimable', reason: 'no-rows' });
  });

  it('span an axis around 1 that holds the intervals and stays finite', () => {
    const effects = effectsOf(rows);
    const axis = effectAxis(effects, 'risk ratio');
    expect(axis.from).toBeLessThan(1);
    expect(axis.to).toBeGreaterThan(effects[0]!.upper);
    expect(axis.ticks).toContain(1);
    expect(effectAxis([], 'risk ratio').ticks).toEqual([0.8, 0.9, 1, 1.1, 1.25]);
    const wide = { value: 2, lower: 1e-3, upper: 1e5 };
    expect(effectAxis([...effects, wide], 'risk ratio').to).toBe(64);
    // An interval that says nothing does not widen the axis either.
    const none = { value: 2, lower: 0, upper: Number.POSITIVE_INFINITY };
    expect(effectAxis([...effects, none], 'risk ratio')).toEqual(axis);
  });

  it('span a straight axis around 0 for differences', () => {
    const axis = effectAxis([{ value: 0.1, lower: -0.1, upper: 0.3 }], 'risk difference');
    expect(axis.from).toBeLessThan(-0.1);
    expect(axis.to).toBeGreaterThan(0.3);
    const { layout } = forestFigure(rows, PLOT_COLOURS.light, 900, 'risk difference');
    expect(layout.xaxis?.type).toBe('linear');
    expect(layout.shapes?.[0]?.x0).toBe(0);
  });

  it('become a figure in which local, pooled and reference differ by more than colour', () => {
    const { data, layout } = forestFigure(rows, PLOT_COLOURS.light, 900);
    const symbols = data.map((trace) =>
      JSON.stringify(
        'marker' in trace && trace.marker !== undefined && 'symbol' in trace.marker
          ? trace.marker.symbol
          : null,
      ),
    );
    expect(new Set(symbols).size).toBe(3);
    expect(layout.xaxis?.type).toBe('log');
    expect(layout.yaxis?.ticktext?.[0]).toBe('<b>Smoking &lt;b&gt;</b><br>=current');
  });

  it('are summed up in a sentence', () => {
    expect(analysisSentence(rows, 1)).toBe(
      'With the synthetic people of 1 centre, the pooled interval is narrower than the local one for 1 of 1 comparison. 1 comparison cannot be estimated from your rows alone.',
    );
    expect(analysisSentence(forestRows(analyse([]), codebook), 0)).toContain('no bundle is in use');
  });
});

describe('the exported table', () => {
  const csv = estimatesCsv(analyse([{ id: 'a', sets: [table, table] }]), codebook);
  const lines = csv.trimEnd().split('\r\n');

  it('has one line for the intercept and one for every level, with all digits', () => {
    expect(lines).toHaveLength(5);
    const header = lines[0]?.split(',') ?? [];
    const current = lines[2]?.split(',') ?? [];
    expect(Number(current[header.indexOf('local_log_estimate')])).toBeCloseTo(Math.log(2), 7);
    expect(lines[1]?.startsWith('(intercept),')).toBe(true);
    expect(lines[3]).toContain('reference');
    expect(new Set(lines.map((line) => line.replaceAll(/"[^"]*"/g, '').split(',').length)).size).toBe(1);
  });

  it('says why a number is absent', () => {
    expect(lines[4]).toContain('no-rows');
  });

  it('holds nothing that a spreadsheet would run', () => {
    expect(lines[2]).toContain(",'=current,");
    expect(csvCell('=1+1')).toBe("'=1+1");
    expect(csvCell('@SUM(A1)')).toBe("'@SUM(A1)");
    expect(csvCell('-1.5e-7')).toBe('-1.5e-7');
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(csvCell('-2+3')).toBe("'-2+3");
  });
});

describe('texts in the plot', () => {
  it('are text, not markup, and not too long', () => {
    expect(escapeMarkup('<i>&')).toBe('&lt;i&gt;&amp;');
    expect(shorten('a long label', 6)).toBe('a lon…');
    expect(shorten('short', 6)).toBe('short');
    expect(inTwoLines('short', 6)).toEqual(['short']);
    expect(inTwoLines('College or University degree', 20)).toEqual(['College or', 'University degree']);
    expect(inTwoLines('Lungenentzündungen', 6)).toEqual(['Lunge…']);
  });

  it('become bytes of an image', () => {
    expect(Array.from(bytesOfDataUrl('data:image/png;base64,AQID'))).toEqual([1, 2, 3]);
    expect(new TextDecoder().decode(bytesOfDataUrl('data:image/svg+xml,%3Csvg%2F%3E'))).toBe('<svg/>');
    expect(() => bytesOfDataUrl('https://example.org/')).toThrow();
  });
});

it('calls things by the outcome and the regression', () => {
  expect(effectKindOf('poisson-log', false)).toBe('risk ratio');
  expect(effectKindOf('poisson-log', true)).toBe('rate ratio');
  expect(effectKindOf('binomial-logit', false)).toBe('odds ratio');
  expect(effectKindOf('binomial-log', false)).toBe('risk ratio');
  expect(effectKindOf('gaussian-identity', false)).toBe('risk difference');
  expect(effectKindOf('gaussian-identity', true)).toBe('difference of means');
});

it('keeps rows whose coefficient is missing as rows without a number', () => {
  const analysis = { ...analyse([]), rows: [] as readonly CoefficientRow[] };
  expect(forestRows(analysis, codebook).every(({ local }) => local === null)).toBe(true);
});
