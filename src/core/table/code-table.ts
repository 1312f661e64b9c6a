import { type Codebook, levelsOf, type Outcome, type Variable } from '../codebook/codebook.ts';
import { fail, type Result, succeed } from '../result.ts';
import type { CodedTable, RawColumn, RawTable } from './coded-table.ts';
import { parseNumbers } from './parse-number.ts';
import { type SiteFailure, siteRows } from './split-by-site.ts';

/** At most this many undeclared values of a column are shown. */
const UNDECLARED_EXAMPLES = 5;
const MISSING = -1;
const UNDECLARED = -2;

/** What became of one used column. Raw counts: for the screen of the person who holds the data only. */
export interface ColumnReport {
  readonly name: string;
  readonly role: 'variable' | 'outcome';
  /** Cells that are empty or a declared missing code. */
  readonly missing: number;
  /** Cells with a text that the codebook does not declare. */
  readonly undeclared: number;
  /** Whether those cells became the "missing" level or their rows were left out. */
  readonly mappedToMissingLevel: boolean;
  /** The most frequent undeclared values. */
  readonly undeclaredExamples: readonly { readonly value: string; readonly count: number }[];
}

/** What became of the rows. Raw counts: for the screen of the person who holds the data only. */
export interface CodingReport {
  /** Rows of the file. */
  readonly rowsRead: number;
  /** Rows of the chosen site; all rows where no site was chosen. */
  readonly rowsAtSite: number;
  readonly rowsKept: number;
  /** Rows of the site left out for a missing or undeclared value in a used column. */
  readonly rowsExcluded: number;
  /** The variables in the codebook's order, then the outcome. */
  readonly columns: readonly ColumnReport[];
}

export type CodingFailure =
  | {
      readonly kind: 'missing-columns';
      /** Columns that the codebook names and the file lacks. */
      readonly columns: readonly string[];
      readonly found: readonly string[];
    }
  | SiteFailure
  | { readonly kind: 'no-rows-left'; readonly report: CodingReport };

/** Which rows of a file with several centres to take. */
export interface SiteFilter {
  readonly column: string;
  readonly value: string;
}

/**
 * A raw table under a codebook: each cell becomes the index of its level in `levelsOf(variable)`.
 *
 * A missing cell (empty, or a declared missing code) and an undeclared one become the "missing" level
 * where the codebook declares one; otherwise the row is left out and counted. Rows with a missing or
 * undeclared outcome are always left out. The order of the rows is kept.
 *
 * @param onProgress called before each of two passes over each used column
 * @param codebook a valid one (`parseCodebook`, `finishDraft`)
 */
export function codeTable(
  raw: RawTable,
  codebook: Codebook,
  site?: SiteFilter,
  onProgress: (columnsDone: number, columns: number) => void = () => undefined,
): Result<{ readonly table: CodedTable; readonly report: CodingReport }, CodingFailure> {
  const byName = new Map(raw.columns.map((column) => [column.name, column]));
  const used: readonly (Variable | Outcome)[] = [...codebook.variables, codebook.outcome];
  const lacking = used.map((column) => column.name).filter((name) => !byName.has(name));
  if (lacking.length > 0) {
    return fail({
      kind: 'missing-columns',
      columns: lacking,
      found: raw.columns.map((column) => column.name),
    });
  }
  const chosen = site === undefined ? null : siteRows(raw, site);
  if (chosen !== null && !chosen.ok) return chosen;
  const rows = chosen === null ? allRows(raw.rowCount) : chosen.value;

  const codings = used.map((column, j) => {
    onProgress(j, 2 * used.length);
    const rawColumn = byName.get(column.name)!;
    return 'levels' in column ? codeVariable(rawColumn, column) : codeOutcome(rawColumn, column);
  });
  const kept = keptRows(rows, codings);
  const report: CodingReport = {
    rowsRead: raw.rowCount,
    rowsAtSite: rows.length,
    rowsKept: kept.length,
    rowsExcluded: rows.length - kept.length,
    columns: codings.map((coding) => reportColumn(coding, rows)),
  };
  if (kept.length === 0) return fail({ kind: 'no-rows-left', report });
  const outcomeCoding = codings[codings.length - 1]!;
  const table: CodedTable = {
    rowCount: kept.length,
    columns: codings.slice(0, -1).map(({ raw: column, codes }, j) => {
      onProgress(used.length + j, 2 * used.length);
      const coded = new Uint8Array(kept.length);
      for (let i = 0; i < kept.length; i++) coded[i] = codes[column.codes[kept[i]!]!]!;
      return coded;
    }),
    outcome: codedOutcome(kept, outcomeCoding),
  };
  return succeed({ table, report });
}

/** The rows that no coding leaves out: column by column, since that is how the codes lie in memory. */
function keptRows(rows: Uint32Array, codings: readonly ColumnCoding[]): Uint32Array {
  const keep = new Uint8Array(rows.length).fill(1);
  for (const { raw, codes } of codings) {
    if (codes.every((code) => code >= 0)) continue;
    const cells = raw.codes;
    for (let i = 0; i < rows.length; i++) if (codes[cells[rows[i]!]!]! < 0) keep[i] = 0;
  }
  return keep.includes(0) ? rows.filter((_, i) => keep[i] === 1) : rows;
}

interface ColumnCoding {
  readonly raw: RawColumn;
  readonly role: 'variable' | 'outcome';
  /** Level index, or count, of each dictionary entry; negative leaves the row out. */
  readonly codes: Int32Array;
  /** MISSING, UNDECLARED or 0 (declared) for each dictionary entry. */
  readonly status: Int8Array;
  readonly mappedToMissingLevel: boolean;
}

function codeVariable(raw: RawColumn, variable: Variable): ColumnCoding {
  const codes = declaredCodes(raw, variable);
  const mappedToMissingLevel = variable.missing.kind === 'level';
  const missingLevel = levelsOf(variable).length - 1;
  const status = Int8Array.from(codes, (code) => Math.min(0, code));
  return {
    raw,
    role: 'variable',
    codes: mappedToMissingLevel ? codes.map((code) => (code < 0 ? missingLevel : code)) : codes,
    status,
    mappedToMissingLevel,
  };
}

function declaredCodes(raw: RawColumn, variable: Variable): Int32Array {
  const isMissing = missingTest(variable.missingCodes);
  if (variable.kind === 'numeric') {
    // A number is the same number with blanks around it.
    const texts = raw.dictionary.map((text) => text.trim());
    const numbers = parseNumbers(texts);
    return Int32Array.from(texts, (text, i) => {
      if (isMissing(text)) return MISSING;
      return Number.isNaN(numbers[i]) ? UNDECLARED : binOf(numbers[i]!, variable.cutPoints);
    });
  }
  const indexOf = new Map(
    variable.levels.flatMap(({ value, also = [] }, index) =>
      [value, ...also].map((text) => [text, index] as const),
    ),
  );
  return Int32Array.from(raw.dictionary, (text) =>
    isMissing(text) ? MISSING : (indexOf.get(text) ?? UNDECLARED),
  );
}

function codeOutcome(raw: RawColumn, outcome: Outcome): ColumnCoding {
  const isMissing = missingTest(outcome.missingCodes);
  const texts = outcome.kind === 'count' ? raw.dictionary.map((text) => text.trim()) : raw.dictionary;
  const numbers = outcome.kind === 'count' ? parseNumbers(texts) : null;
  const codes = Int32Array.from(texts, (text, i) => {
    if (isMissing(text)) return MISSING;
    if (outcome.kind === 'binary') {
      if (text === outcome.event || outcome.alsoEvent?.includes(text)) return 1;
      return text === outcome.noEvent || outcome.alsoNoEvent?.includes(text) ? 0 : UNDECLARED;
    }
    const count = numbers![i]!;
    return Number.isInteger(count) && count >= 0 && count <= outcome.maximum ? count : UNDECLARED;
  });
  return {
    raw,
    role: 'outcome',
    codes,
    status: Int8Array.from(codes, (code) => Math.min(0, code)),
    mappedToMissingLevel: false,
  };
}

/** Number of cut points ≤ x: bin 0 is x < c_1, bin i is c_i ≤ x < c_{i+1}. */
export function binOf(x: number, cutPoints: readonly number[]): number {
  let low = 0;
  let high = cutPoints.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cutPoints[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function missingTest(codes: readonly string[]): (text: string) => boolean {
  const missing = new Set(codes.map((code) => code.trim()));
  return (text) => text === '' || missing.has(text);
}

function codedOutcome(kept: Uint32Array, { raw, codes }: ColumnCoding): Uint32Array {
  const outcome = new Uint32Array(kept.length);
  const cells = raw.codes;
  for (let i = 0; i < kept.length; i++) outcome[i] = codes[cells[kept[i]!]!]!;
  return outcome;
}

function allRows(rowCount: number): Uint32Array {
  const rows = new Uint32Array(rowCount);
  for (let row = 0; row < rowCount; row++) rows[row] = row;
  return rows;
}

function reportColumn(coding: ColumnCoding, rows: Uint32Array): ColumnReport {
  const { raw, status } = coding;
  const counts = new Uint32Array(raw.dictionary.length);
  const cells = raw.codes;
  for (let i = 0; i < rows.length; i++) counts[cells[rows[i]!]!]!++;
  let missing = 0;
  let undeclared = 0;
  const undeclaredValues: { value: string; count: number }[] = [];
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0 || status[i] === 0) continue;
    if (status[i] === MISSING) {
      missing += count;
    } else {
      undeclared += count;
      undeclaredValues.push({ value: raw.dictionary[i]!, count });
    }
  }
  undeclaredValues.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    name: raw.name,
    role: coding.role,
    missing,
    undeclared,
    mappedToMissingLevel: coding.mappedToMissingLevel,
    undeclaredExamples: undeclaredValues.slice(0, UNDECLARED_EXAMPLES),
  };
}
