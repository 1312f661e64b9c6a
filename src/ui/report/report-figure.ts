import { escapeHtml } from './escape-html.ts';
import type { ReportContent, ReportRow } from './report-content.ts';

const WIDTH = 760;
const LABELS = 300;
const ROW = 24;
/** Characters that fit beside the plot. */
const LINE = 46;
const TOP = 34;
const RATIO_TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];

/**
 * The forest plot as SVG text: orange square local only, blue circle pooled, dashed black line where there is no
 * difference. Nothing in it is interactive, so that it prints and opens anywhere.
 */
export function reportFigure({ rows, isRatio, effect, parties }: ReportContent): string {
  const drawn = rows.filter((row) => !row.isReference);
  const scaled = (x: number) => (isRatio ? Math.log(x) : x);
  const none = isRatio ? 1 : 0;
  const ends = drawn.flatMap(({ local, pooled }) =>
    [local, pooled].flatMap((cell) => ('value' in cell ? [cell.lower, cell.upper] : [])),
  );
  const widest = isRatio ? 64 : Number.POSITIVE_INFINITY;
  const from = Math.max(
    isRatio ? 1 / widest : -widest,
    Math.min(isRatio ? 0.8 : -0.05, ...ends.filter(Number.isFinite)),
  );
  const to = Math.min(widest, Math.max(isRatio ? 1.25 : 0.05, ...ends.filter(Number.isFinite)));
  const x = (value: number) => {
    const inside = Math.min(to, Math.max(from, value));
    const share = (scaled(inside) - scaled(from)) / (scaled(to) - scaled(from));
    return LABELS + 16 + share * (WIDTH - LABELS - 40);
  };
  const height = TOP + drawn.length * ROW + 46;
  const bottom = TOP + drawn.length * ROW;
  const ticks = isRatio ? RATIO_TICKS.filter((tick) => tick >= from && tick <= to) : [from, 0, to];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(`Forest plot: ${effect}, ${parties.length === 0 ? 'local only' : 'local only and pooled'}. The table holds every number.`)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<circle cx="${LABELS + 20.5}" cy="13.5" r="5" fill="#b85600"/><text x="${LABELS + 31}" y="18">Local only</text>`,
    parties.length === 0
      ? ''
      : `<rect x="${LABELS + 113}" y="9" width="9" height="9" fill="#1f5fa8"/><text x="${LABELS + 129}" y="18">Pooled</text>`,
    ...ticks.map(
      (tick) =>
        `<line x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${TOP - 6}" y2="${bottom}" stroke="#dde3e9"/><text x="${at(x(tick))}" y="${bottom + 16}" text-anchor="middle">${tickWords(tick)}</text>`,
    ),
    `<line x1="${at(x(none))}" x2="${at(x(none))}" y1="${TOP - 6}" y2="${bottom}" stroke="#000" stroke-dasharray="4 3"/>`,
    `<text x="${at((LABELS + WIDTH) / 2)}" y="${bottom + 36}" text-anchor="middle">${escapeHtml(effect)} with nominal 95\u00a0% interval</text>`,
    ...drawn.map((row, i) => mark(row, TOP + i * ROW + ROW / 2, x)),
    '</svg>',
  ];
  return parts.join('\n');
}

function mark({ group, label, local, pooled }: ReportRow, y: number, x: (value: number) => number): string {
  const lines = labelLines(`${group}: ${label}`);
  const interval = (cell: ReportRow['local'], dy: number, colour: string) =>
    'value' in cell
      ? `<line x1="${at(x(cell.lower))}" x2="${at(x(cell.upper))}" y1="${at(y + dy)}" y2="${at(y + dy)}" stroke="${colour}" stroke-width="2"/>`
      : '';
  // The shapes of the page's own plot: a circle for the own rows, a square for the pool.
  const circle =
    'value' in local ? `<circle cx="${at(x(local.value))}" cy="${at(y - 5)}" r="4.5" fill="#b85600"/>` : '';
  const square =
    'value' in pooled
      ? `<rect x="${at(x(pooled.value) - 4)}" y="${at(y + 1)}" width="8" height="8" fill="#1f5fa8"/>`
      : '';
  return [
    ...lines.map(
      (line, i) =>
        `<text x="${LABELS}" y="${at(y + (lines.length === 1 ? 4 : i === 0 ? -1.5 : 10))}" text-anchor="end">${escapeHtml(line)}</text>`,
    ),
    interval(local, -5, '#b85600'),
    circle,
    interval(pooled, 5, '#1f5fa8'),
    square,
  ].join('');
}

/** One line where it fits, else two, broken at a blank where there is one; only what is longer still is cut. */
function labelLines(words: string): readonly string[] {
  const characters = [...words];
  if (characters.length <= LINE) return [words];
  const blank = characters.slice(0, LINE + 1).lastIndexOf(' ');
  const end = blank > 0 ? blank : LINE;
  const rest = characters.slice(end).join('').trimStart();
  return [
    characters.slice(0, end).join(''),
    [...rest].length > LINE ? `${[...rest].slice(0, LINE - 1).join('')}…` : rest,
  ];
}

const at = (value: number) => value.toFixed(1);
const tickWords = (tick: number) => String(Number(tick.toPrecision(2)));
