import type { RawColumn, RawTable } from './coded-table.ts';
import { sortNaturally } from './natural-order.ts';
import { parseNumbers } from './parse-number.ts';

/** At most this many values of a column are listed. */
export const VALUES_SHOWN = 256;
/** More distinct numbers than this are proposed as a number to be cut into bins. */
const CATEGORICAL_NUMBERS = 12;

/** Texts that files often use for "not known". Only proposed: a person declares which of them mean missing. */
const LIKELY_MISSING: ReadonlySet<string> = new Set([
  ...[
    'na',
    'n/a',
    '#n/a',
    'n.a.',
    'nan',
    'null',
    'nil',
    '.',
    '..',
    '-',
    '--',
    '?',
    '??',
    '*',
    'missing',
    'unknown',
    'unk',
  ],
  ...[
    'not stated',
    'not known',
    'not available',
    'ignorado',
    'ignorada',
    'desconhecido',
    'desconocido',
    'se ignora',
  ],
  ...['sin dato', 'no especificado', 'inconnu', 'non renseigné', 'unbekannt', 'keine angabe', 'k.a.'],
]);
/** Numbers that often stand for "not known"; proposed only where they lie apart from the other numbers. */
const LIKELY_MISSING_NUMBERS: readonly number[] = [-1, -9, -99, -999, 9, 99, 999, 9999];

/** What a column seems to be. A guess for the screen; the codebook is what a person declares. */
export type ColumnKind = 'empty' | 'constant' | 'binary' | 'categorical' | 'numeric' | 'identifier';

/** Distinct numbers, ascending, each with the number of cells that are it. */
export interface NumberCounts {
  readonly values: Float64Array;
  readonly counts: Uint32Array;
}

/**
 * What one column of a file holds. Comes from the rows: it stays on the screen of the person who holds
 * them and enters no bundle (METHOD §9.1).
 */
export interface ColumnProfile {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Distinct values that are not empty. */
  readonly distinctCount: number;
  readonly emptyCount: number;
  /** At most `VALUES_SHOWN` values in natural order; the most frequent ones where there are more. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** Range of the cells that are numbers, likely missing codes aside; null where none is. */
  readonly numeric: { readonly minimum: number; readonly maximum: number; readonly integer: boolean } | null;
  /** The cells that are numbers; likely missing codes are among them. */
  readonly numbers: NumberCounts;
  /** Values that often mean "missing". */
  readonly likelyMissingCodes: readonly string[];
  /** Groups of values that differ only in case, spaces within or a trailing `.0`: a proposed merge, never done silently. */
  readonly spellings: readonly (readonly string[])[];
  /** Texts with blanks at their ends that the column also holds without: a proposed merge, never done silently. */
  readonly spaced: readonly { readonly value: string; readonly count: number }[];
}

export function profileTable(raw: RawTable): readonly ColumnProfile[] {
  return raw.columns.map((column) => profileColumn(column));
}

export function profileColumn(column: RawColumn): ColumnProfile {
  const { dictionary, codes } = column;
  const counts = new Uint32Array(dictionary.length);
  for (let i = 0; i < codes.length; i++) counts[codes[i]!]!++;
  // A column taken from a larger table shares its dictionary: values that no row has do not count.
  const present = dictionary
    .map((value, code) => ({ value, count: counts[code]! }))
    .filter(({ count }) => count > 0);
  const emptyCount = present.find(({ value }) => value === '')?.count ?? 0;
  const entries = present.filter(({ value }) => value !== '');
  const numbers = parseNumbers(entries.map(({ value }) => value.trim()));
  const likelyMissingCodes = findMissingCodes(
    entries.map(({ value }) => value),
    numbers,
  );
  const missing = new Set(likelyMissingCodes);
  const known = entries
    .map(({ value }, i) => ({ value, number: numbers[i]! }))
    .filter(({ value }) => !missing.has(value) && !isSpaced(value));
  const numeric = rangeOf(known.map(({ number }) => number));
  const shown =
    entries.length > VALUES_SHOWN
      ? [...entries].sort((a, b) => b.count - a.count).slice(0, VALUES_SHOWN)
      : entries;
  const countOf = new Map(shown.map(({ value, count }) => [value, count]));
  return {
    name: column.name,
    kind: guessKind(known, codes.length - emptyCount),
    distinctCount: entries.length,
    emptyCount,
    values: sortNaturally([...countOf.keys()]).map((value) => ({ value, count: countOf.get(value)! })),
    numeric,
    numbers: numberCounts(
      numbers,
      entries.map(({ count }) => count),
    ),
    likelyMissingCodes,
    spellings: findSpellings(entries.map(({ value }) => value).filter((value) => !isSpaced(value))),
    spaced: entries.filter(({ value }) => isSpaced(value)).slice(0, VALUES_SHOWN),
  };
}

/** Texts of one number (`1` and `1.0`) count together. */
function numberCounts(numbers: Float64Array, countOf: readonly number[]): NumberCounts {
  const known = Array.from(numbers.keys())
    .filter((i) => !Number.isNaN(numbers[i]))
    .sort((a, b) => numbers[a]! - numbers[b]!);
  const values: number[] = [];
  const counts: number[] = [];
  for (const i of known) {
    if (values.at(-1) === numbers[i]) counts[counts.length - 1]! += countOf[i]!;
    else {
      values.push(numbers[i]!);
      counts.push(countOf[i]!);
    }
  }
  return { values: Float64Array.from(values), counts: Uint32Array.from(counts) };
}

function isSpaced(value: string): boolean {
  return value !== value.trim();
}

function guessKind(known: readonly { readonly number: number }[], filledCells: number): ColumnKind {
  if (known.length === 0) return 'empty';
  if (known.length === 1) return 'constant';
  if (known.length === 2) return 'binary';
  const numberCount = known.filter(({ number }) => !Number.isNaN(number)).length;
  // A few misspelt numbers do not make an age a category.
  const mostlyNumbers = numberCount >= 0.9 * known.length;
  if (mostlyNumbers) {
    const integers = known.every(({ number }) => Number.isNaN(number) || Number.isInteger(number));
    if (integers && known.length > 100 && known.length > 0.9 * filledCells) return 'identifier';
    return known.length > CATEGORICAL_NUMBERS ? 'numeric' : 'categorical';
  }
  return known.length > 20 && known.length > 0.5 * filledCells ? 'identifier' : 'categorical';
}

function rangeOf(numbers: readonly number[]): ColumnProfile['numeric'] {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let integer = true;
  for (const number of numbers) {
    if (Number.isNaN(number)) continue;
    minimum = Math.min(minimum, number);
    maximum = Math.max(maximum, number);
    integer &&= Number.isInteger(number);
  }
  return minimum <= maximum ? { minimum, maximum, integer } : null;
}

function findMissingCodes(values: readonly string[], numbers: Float64Array): string[] {
  const ordinary = Array.from(numbers).filter((x) => !Number.isNaN(x) && !LIKELY_MISSING_NUMBERS.includes(x));
  const range = rangeOf(ordinary);
  return values.filter((value, i) => {
    if (LIKELY_MISSING.has(value.toLowerCase())) return true;
    const number = numbers[i]!;
    if (range === null || !LIKELY_MISSING_NUMBERS.includes(number)) return false;
    // -9 among ages, 9 among 0/1, 999 among weights: apart from the rest by more than their own spread.
    const spread = Math.max(1, range.maximum - range.minimum);
    return (number < 0 && range.minimum >= 0) || number > range.maximum + spread;
  });
}

function findSpellings(values: readonly string[]): string[][] {
  if (values.length > 10_000) return [];
  const groups = new Map<string, string[]>();
  for (const value of values) {
    const plain = value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ');
    const key = /^[+-]?\d+\.0+$/.test(plain) ? plain.replace(/\.0+$/, '') : plain;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
