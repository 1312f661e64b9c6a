import { describe, expect, it } from 'vitest';
import { methodsParagraph } from './methods-paragraph.ts';
import type { ReportContent } from './report-content.ts';
import { reportHtml } from './report-html.ts';

const HOSTILE = `<img src=x onerror="alert(1)"> & 'quoted'`;

const content: ReportContent = {
  title: HOSTILE,
  madeOn: '2026-01-31',
  softwareVersion: '1.2.3',
  centre: 'North',
  table: 'table.csv',
  codebookId: 'c'.repeat(64),
  localRows: 300,
  pooledRows: 900,
  setsUsed: 20,
  effect: 'Risk ratio',
  isFromTables: false,
  isRatio: true,
  sentence: 'The pooled estimates are narrower.',
  rows: [
    { group: 'Sex', label: 'Women', isReference: true, local: { words: '' }, pooled: { words: '' } },
    {
      group: 'Sex',
      label: HOSTILE,
      isReference: false,
      local: { value: 1.2345, lower: 0.8, upper: 1.9, p: 0.34, marks: '' },
      pooled: { words: 'nobody has this level' },
    },
    {
      group: 'Ward',
      label: 'far',
      isReference: false,
      local: { value: 3, lower: 0, upper: Number.POSITIVE_INFINITY, p: Number.NaN, marks: '' },
      pooled: { value: 1.1, lower: 1, upper: 1.21, p: 0.0004, marks: '↑' },
    },
  ],
  parties: [
    {
      name: HOSTILE,
      rows: 'about 600',
      sets: 20,
      epsilon: '1.0',
      delta: '1e-6',
      madeOn: '2026-01-02',
      identity: 'f'.repeat(64),
      isSimulated: true,
    },
  ],
  methods: 'We did this.',
  caution: 'Read with care.',
  notes: ['↑ a larger variance stands in.'],
  ownPart: 'real-rows',
  isUpToDate: true,
};

describe('the report', () => {
  it('holds the numbers, the picture, the parties and the version in one file', () => {
    const html = reportHtml(content);
    for (const words of [
      '1.23 (0.80 to 1.90)</td><td class="number" data-label="p">0.34</td>',
      '1.10 (1.00 to 1.21) ↑</td><td class="number" data-label="p">&lt; 0.001</td>',
      'nobody has this level',
      '<svg',
      '1e-6',
      'Twinpool 1.2.3',
      'We did this.',
    ])
      expect(html).toContain(words);
    expect(html).toContain('3.00 (none)');
    expect(html).toContain('↑ a larger variance stands in.');
    expect(html).toContain('Synthetic sets used');
  });

  it('does not call noisy tables synthetic', () => {
    const html = reportHtml({ ...content, isFromTables: true });
    expect(html).toContain('Noisy tables of other centres');
    expect(html).not.toContain('Synthetic sets used');
    expect(html).toContain('Godambe');
    expect(html).not.toContain('Multiple imputation');
  });

  it('has no column for a pool where there is nobody else', () => {
    const alone = reportHtml({ ...content, parties: [] });
    expect(alone).not.toContain('Pooled');
    expect(alone).toContain('1.23 (0.80 to 1.90)');
    expect(reportHtml(content)).toContain('>Pooled</th>');
  });

  it('says that it holds real local data when it does', () => {
    expect(reportHtml(content)).toContain('This report contains real local data');
    const twins = reportHtml({ ...content, ownPart: 'own-twins' });
    expect(twins).not.toContain('This report contains real local data');
    // The local column is still from the rows.
    expect(twins).toContain('computed from the real rows of the own centre');
  });

  it('loads and runs nothing, whatever names and labels say', () => {
    const html = reportHtml(content);
    expect(html).not.toMatch(/<(script|img|link|iframe|object)\b/i);
    expect(html).not.toMatch(/\son\w+="/);
    expect(html).not.toMatch(/(?:src|href)=["']/);
    expect(html.match(/https?:\/\/[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(html).toContain("default-src 'none'");
  });

  it('shows a long label whole, in two lines, and cuts only what is longer still', () => {
    const labelled = (label: string) =>
      reportHtml({
        ...content,
        rows: [
          { group: 'Education', label, isReference: false, local: { words: '' }, pooled: { words: '' } },
        ],
      });
    const html = labelled('A levels or equivalent, taken at any age');
    expect(html).toContain('>Education: A levels or equivalent, taken at</text>');
    expect(html).toContain('>any age</text>');
    expect(labelled('𝛽'.repeat(200))).toContain(`>${'𝛽'.repeat(45)}…</text>`);
  });

  it('draws no number that is none', () => {
    expect(reportHtml(content)).not.toContain('NaN');
    expect(reportHtml({ ...content, rows: [] })).not.toMatch(/NaN|Infinity/);
    expect(reportHtml({ ...content, isRatio: false })).not.toMatch(/NaN|Infinity/);
  });
});

describe('the methods paragraph', () => {
  const facts = {
    effects: 'risk ratios',
    model: 'Poisson regression with log link',
    errors: 'robust (HC1)',
    interval: 't',
    ownPart: 'real-rows',
    siteEffect: false,
    isFromTables: false,
    covariates: ['age', 'sex'],
    outcome: 'Positive test',
    subgroup: [],
    interactions: [],
    localRows: 300,
    setsUsed: 20,
    softwareVersion: '1.2.3',
  } as const;
  const party = (partyName: string, epsilon: number) => ({
    partyName,
    rowCount: 1000,
    epsilon,
    delta: 1e-6,
    setCount: 20,
  });

  it('has the parties, ε, δ, K, the model and the version', () => {
    const words = methodsParagraph({ ...facts, parties: [party('South', 0.999), party('West', 1.996)] });
    for (const part of [
      '2 other centres',
      'South',
      'West',
      'ε from',
      'δ\u00a0=\u00a0',
      '20 joined',
      'Poisson',
      'Student’s t',
      '1.2.3',
    ])
      expect(words).toContain(part);
  });

  it('describes noisy tables where the pooled column comes from them', () => {
    const parties = [party('South', 0.999)];
    const words = methodsParagraph({ ...facts, isFromTables: true, parties });
    for (const part of [
      'One other centre',
      'South',
      'Gaussian noise',
      'ε\u00a0=\u00a0',
      'quasi-likelihood',
      '300 real',
    ])
      expect(words).toContain(part);
    for (const part of ['synthetic', 'Rubin', 'Student']) expect(words).not.toContain(part);
  });

  it('says so when there was nobody else', () => {
    const words = methodsParagraph({ ...facts, parties: [] });
    expect(words).toContain('our own centre only');
    expect(words).not.toContain('Rubin');
  });
});
