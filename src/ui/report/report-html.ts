import { formatCount, formatRatio } from '../parts/format.ts';
import { isUnbounded } from '../plots/effect-kind.ts';
import { formatP, NO_INTERVAL } from '../steps/analyse/effect-words.ts';
import { escapeHtml } from './escape-html.ts';
import { privacyWords, type ReportCell, type ReportContent, type ReportParty } from './report-content.ts';
import { reportFigure } from './report-figure.ts';

const PAPER =
  'L. Prediger, J. Jälkö, A. Honkela, S. Kaski. Collaborative learning from distributed data with differentially private synthetic data. BMC Medical Informatics and Decision Making 24:167 (2024).';

const SOURCES_OF_TWINS = [
  PAPER,
  'J. Jälkö, L. Prediger, A. Honkela, S. Kaski. DPVIm: differentially private variational inference improved. Transactions on Machine Learning Research (2023).',
  'T. Raghunathan, J. Reiter, D. Rubin. Multiple imputation for statistical disclosure limitation. Journal of Official Statistics 19 (2003).',
];

const SOURCES_OF_TABLES = [
  PAPER,
  'V. P. Godambe. An optimum property of regular maximum likelihood estimation. The Annals of Mathematical Statistics 31 (1960).',
];

/** Beside the centre's name; the cells are escaped. */
const PARTY_COLUMNS: readonly {
  readonly heading: string;
  readonly mark: string;
  readonly cell: (party: ReportParty) => string;
}[] = [
  { heading: 'Rows', mark: ' class="number"', cell: ({ rows }) => rows },
  { heading: 'Sets', mark: ' class="number"', cell: ({ sets }) => formatCount(sets) },
  { heading: 'ε', mark: ' class="number"', cell: ({ epsilon }) => escapeHtml(epsilon) },
  { heading: 'δ', mark: ' class="number"', cell: ({ delta }) => escapeHtml(delta) },
  { heading: 'Made', mark: ' class="day"', cell: ({ madeOn }) => escapeHtml(madeOn) },
  {
    heading: 'SHA-256',
    mark: '',
    cell: ({ identity }) => `<code>${escapeHtml(identity.slice(0, 12))}</code>`,
  },
];

/**
 * One self-contained HTML file: numbers, picture, parties, method. It loads nothing and runs nothing; its own policy says so.
 * All texts are escaped: names and labels come from other people's files.
 */
export function reportHtml(content: ReportContent): string {
  const { title, effect, rows, parties, isRatio } = content;
  const sides = parties.length === 0 ? ['Local only'] : ['Local only', 'Pooled'];
  const facts: readonly (readonly [string, string])[] = [
    ['Made on', content.madeOn],
    ['Software', `Twinpool ${content.softwareVersion}`],
    ['Own centre', content.centre],
    ['Table', content.table],
    ['Own rows', formatCount(content.localRows)],
    ...(parties.length === 0
      ? []
      : content.isFromTables
        ? ([['Own rows and rows behind the others’ tables', formatCount(content.pooledRows)]] as const)
        : ([
            ['Own rows and synthetic rows together, mean', formatCount(content.pooledRows)],
            ['Synthetic sets used', formatCount(content.setsUsed)],
          ] as const)),
    ['Codebook (SHA-256)', content.codebookId],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="private"><strong>${content.ownPart === 'real-rows' ? 'Contains real local data.' : 'Contains a column of real local data.'}</strong> ${escapeHtml(privacyWords(content.ownPart))}</p>
${content.isUpToDate ? '' : '<p class="private"><strong>Outdated.</strong> Bundles, rows or settings changed after this was computed.</p>'}
<p class="lead">${escapeHtml(content.sentence)}</p>
<figure>
${reportFigure(content)}
</figure>
<h2>Estimates</h2>
<table>
<caption>${escapeHtml(effect)} with nominal 95\u00a0% interval</caption>
<thead><tr><th scope="col">Group</th>${sides.map((side) => `<th scope="col" class="number">${side}</th><th scope="col" class="number">p</th>`).join('')}</tr></thead>
<tbody>
${rows
  .map(({ group, label, isReference, local, pooled }) => {
    const name = `<th scope="row">${escapeHtml(`${group}: ${label}`)}</th>`;
    return isReference
      ? `<tr>${name}<td class="number" colspan="${2 * sides.length}" data-label="">reference</td></tr>`
      : `<tr>${name}${sides.map((side) => cells(side, side === 'Pooled' ? pooled : local, isRatio)).join('')}</tr>`;
  })
  .join('\n')}
</tbody>
</table>
${content.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('\n')}
<p class="caution">${escapeHtml(content.caution)}</p>
<h2>Parties</h2>
${
  parties.length === 0
    ? '<p>No bundle of another centre was used.</p>'
    : `<table>
<caption>${content.isFromTables ? 'Noisy tables' : 'Synthetic data'} of other centres, each certified for itself</caption>
<thead><tr><th scope="col">Centre</th>${PARTY_COLUMNS.map(({ heading, mark }) => `<th scope="col"${mark}>${heading}</th>`).join('')}</tr></thead>
<tbody>
${parties
  .map(
    (party) =>
      `<tr><th scope="row">${escapeHtml(party.name)}${party.isSimulated ? ' (simulated)' : ''}</th>${PARTY_COLUMNS.map(({ heading, mark, cell }) => `<td${mark} data-label="${heading}">${cell(party)}</td>`).join('')}</tr>`,
  )
  .join('\n')}
</tbody>
</table>`
}
<h2>Methods</h2>
<p>${escapeHtml(content.methods)}</p>
<h2>About this report</h2>
<dl>
${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')}
</dl>
${parties.length === 0 ? '' : sourcesOf(content)}
</main>
</body>
</html>
`;
}

function sourcesOf({ isFromTables }: ReportContent): string {
  const sources = isFromTables ? SOURCES_OF_TABLES : SOURCES_OF_TWINS;
  return `<h2>Sources</h2>
<ol>
${sources.map((source) => `<li>${escapeHtml(source)}</li>`).join('\n')}
</ol>`;
}

/** Value with interval, and p; the words for why there is none take the room of both. */
function cells(column: string, cell: ReportCell, isRatio: boolean): string {
  if (!('value' in cell))
    return `<td class="number" colspan="2" data-label="${column}">${escapeHtml(cell.words)}</td>`;
  const digits = isRatio ? ratioDigits : differenceDigits;
  const isNone = isUnbounded(cell, isRatio ? 'risk ratio' : 'difference of means');
  const ends = isNone ? NO_INTERVAL : `${digits(cell.lower)} to ${digits(cell.upper)}`;
  const interval = `${digits(cell.value)} (${ends})${cell.marks === '' ? '' : ` ${cell.marks}`}`;
  return [
    `<td class="number" data-label="${column}">${escapeHtml(interval)}</td>`,
    `<td class="number" data-label="p">${escapeHtml(formatP(cell.p))}</td>`,
  ].join('');
}

/** As on the page. */
function ratioDigits(value: number): string {
  if (value === 0) return '0';
  return Number.isFinite(value) ? formatRatio(value) : '∞';
}

/** Three digits, as in a paper's table. */
function differenceDigits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 0.001)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
}

const STYLE = `
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: #1b2126; background: #fff; }
main { max-width: 800px; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.private { padding: .7rem .9rem; border: 2px solid #b85600; border-radius: 6px; }
.lead { font-size: 1.1rem; }
.note { color: #505a66; margin: .5rem 0; }
.caution { padding-left: .9rem; border-left: 3px solid #7d8894; }
figure { margin: 1rem 0; }
svg { width: 100%; height: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
caption { text-align: left; color: #505a66; padding-bottom: .3rem; }
th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid #dde3e9; text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
thead th { font-weight: 600; overflow-wrap: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: minmax(9rem, 16rem) 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: #505a66; }
dd { margin: 0; overflow-wrap: anywhere; }
td.number, .day, code { white-space: nowrap; }
@media screen and (max-width: 560px) {
  dl { grid-template-columns: 1fr; }
  dd { margin-bottom: .4rem; }
  table, caption, tbody, tr, tbody th { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding: .4rem 0; border-bottom: 1px solid #dde3e9; }
  th, td { padding: .1rem 0; border: 0; }
  td { display: flex; justify-content: space-between; gap: 1rem; text-align: right; }
  td.number { white-space: normal; }
  td::before { content: attr(data-label); flex: none; text-align: left; color: #505a66; }
}
@media print {
  @page { margin: 18mm; }
  body { font-size: 12px; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  tr, figure, .private, dl, ol { break-inside: avoid; }
  thead { display: table-header-group; }
}
`;
