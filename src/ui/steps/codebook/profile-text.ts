import type { ColumnKind, ColumnProfile } from '../../../core/table/column-profile.ts';
import { parseNumbers } from '../../../core/table/parse-number.ts';
import { formatCount, listWords, plural } from '../../parts/format.ts';
import { visibleBlanks } from './codebook-text.ts';

const LOOKS_LIKE: Readonly<Record<ColumnKind, string>> = {
  empty: 'has no values',
  constant: 'holds one value only',
  binary: 'looks like two categories',
  categorical: 'looks like categories',
  numeric: 'looks like a number',
  identifier: 'looks like a number or text of its own for each row, such as an identifier',
};
/** At most this many bars; a table of a column is in the spreadsheet. */
const BARS = 8;

/** What a column seems to be, in a sentence or two. */
export function profileSentence(profile: ColumnProfile): string {
  const { numeric, likelyMissingCodes } = profile;
  const range = numeric === null ? '' : `, from ${numeric.minimum} to ${numeric.maximum}`;
  const values = profile.kind === 'numeric' || profile.kind === 'identifier' ? range : '';
  const missing =
    likelyMissingCodes.length === 0
      ? ''
      : ` ${listWords(likelyMissingCodes.map((text) => `“${text}”`))} may mean “not known”: keep as missing codes what does.`;
  return `In your file it ${LOOKS_LIKE[profile.kind]}: ${plural(profile.distinctCount, 'different value')}${values}; ${plural(profile.emptyCount, 'cell')} empty.${missing}`;
}

export interface Bar {
  readonly text: string;
  readonly count: number;
  /** Of the longest bar. */
  readonly share: number;
}

/** What stands below the bars where they do not show every value; else null. */
export function restSentence({ distinctCount, kind }: ColumnProfile): string | null {
  if (kind === 'identifier' || kind === 'empty' || kind === 'numeric' || distinctCount <= BARS) return null;
  return `These are the ${BARS} most common of the ${formatCount(distinctCount)}.`;
}

/** Counts of the values; of a number, of equal parts of its range. */
export function distribution(profile: ColumnProfile): readonly Bar[] {
  const { values, numeric, kind } = profile;
  if (kind === 'identifier' || kind === 'empty') return [];
  if (kind === 'numeric' && numeric !== null) return numberBars(profile, numeric);
  const shown = [...values].sort((a, b) => b.count - a.count).slice(0, BARS);
  return scaled(
    values
      .filter((value) => shown.includes(value))
      .map(({ value, count }) => ({ text: visibleBlanks(value), count })),
  );
}

/** Of all cells that are numbers, however many different ones there are. */
function numberBars(
  { numbers, likelyMissingCodes }: ColumnProfile,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): readonly Bar[] {
  if (maximum <= minimum) return [];
  const missing = new Set(parseNumbers(likelyMissingCodes));
  const width = (maximum - minimum) / BARS;
  const counts = new Array<number>(BARS).fill(0);
  numbers.values.forEach((number, i) => {
    if (missing.has(number)) return;
    counts[Math.min(BARS - 1, Math.floor((number - minimum) / width))]! += numbers.counts[i]!;
  });
  const edge = (i: number) => formatEdge(minimum + i * width);
  return scaled(counts.map((count, i) => ({ text: `${edge(i)} to ${edge(i + 1)}`, count })));
}

function scaled(bars: readonly { readonly text: string; readonly count: number }[]): readonly Bar[] {
  const longest = Math.max(1, ...bars.map(({ count }) => count));
  return bars.map((bar) => ({ ...bar, share: bar.count / longest }));
}

function formatEdge(x: number): string {
  return Number.isInteger(x) ? formatCount(x) : String(Number(x.toPrecision(3)));
}
