import type { CodingFailure } from '../../core/table/code-table.ts';
import type { RawTable } from '../../core/table/coded-table.ts';
import type { OpenedTable, TableFailure } from '../../core/table/opened-table.ts';
import type { FileFailure, JobEnd } from '../../session/ports.ts';
import { formatBytes, formatCount, listWords, plural } from '../parts/format.ts';
import { jobEndMessage } from './job-messages.ts';

const LOOKS_LIKE = {
  'zip-or-spreadsheet':
    'This looks like a zip file. Unpack it and open the table inside; a bundle from a peer belongs on the Peers step.',
  'old-spreadsheet':
    'This looks like an Excel file (.xls). Open it in your spreadsheet program and save the sheet as CSV.',
  pdf: 'This is a PDF. Ask for the table behind it and save that as CSV.',
  gzip: 'This file is compressed (gzip). Unpack it and open the CSV inside.',
  unknown: 'This file is not text. Save the table as CSV from the program that made it and open that file.',
} as const;

/** Why a file is not a table, and what to do about it. */
export function tableFailureMessage(failure: TableFailure | FileFailure | JobEnd): string {
  switch (failure.kind) {
    case 'file-gone':
      return 'The file is not where it was: it was moved, renamed or deleted. Choose it again.';
    case 'file-not-allowed':
      return 'The browser was not given leave to read the file. Press the button again and allow it, or choose the file anew.';
    case 'file-changed':
      return 'The file was changed, moved or locked while it was read, so none of it was taken. Wait until the other program has saved it, and choose it again.';
    case 'not-text':
      return LOOKS_LIKE[failure.looksLike];
    case 'empty-file':
      return 'This file is empty. Export the table again and choose the new file.';
    case 'header-only':
      return `This file has a first line with ${plural(failure.columns.length, 'column name')} but no rows. Check that the export includes the data.`;
    case 'ragged-rows': {
      const first = failure.examples[0];
      const example =
        first === undefined ? '' : ` (line ${formatCount(first.line)} has ${formatCount(first.found)})`;
      return `${plural(failure.total, 'line')} ${failure.total === 1 ? 'does' : 'do'} not have the ${plural(failure.expected, 'cell')} that the first line announces${example}. Look for a stray separator or line break there, mend the file and open it again.`;
    }
    case 'duplicate-column':
      return `Two columns are called “${failure.name}” (positions ${listWords(failure.positions.map(String))}). Rename one of them in the file and open it again.`;
    case 'empty-column-name':
      return `Column ${formatCount(failure.position)} has no name in the first line. Give it one and open the file again.`;
    case 'unclosed-quote':
      return `A quotation mark opened on line ${formatCount(failure.line)} is never closed. Mend that line and open the file again.`;
    case 'misplaced-quote':
      return `Line ${formatCount(failure.line)} has a quotation mark in the middle of a cell. Remove it or double it, and open the file again.`;
    case 'too-large':
      return failure.what === 'bytes'
        ? `This file has ${formatBytes(failure.found)}; a browser tab can hold at most ${formatBytes(failure.limit)} here. Leave out columns or rows you do not need.`
        : `This file has more than ${formatCount(failure.limit)} ${failure.what}, too many for a browser tab. Leave out ${failure.what} you do not need.`;
    case 'unsafe-spreadsheet':
      return failure.failure.kind === 'too-large'
        ? 'This spreadsheet would unpack to more than a browser tab should hold. Save the sheet as CSV and open that.'
        : 'This spreadsheet is damaged or built in a way that no spreadsheet program does. Save the sheet as CSV and open that.';
    case 'not-a-spreadsheet':
      return 'This is a zip file, but no spreadsheet that can be read here (it may be protected by a password). Save the sheet as CSV; a bundle from a peer belongs on the Peers step.';
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    default:
      return failure satisfies never;
  }
}

const ENCODINGS = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252',
  text: 'text',
} as const;
const DELIMITED = { comma: 'commas', semicolon: 'semicolons', tab: 'tabs' } as const;

/** How a file was read, so that a person can see a wrong guess; null for a table that was no file. */
export function readAsText(table: RawTable | OpenedTable): string | null {
  if ('sheet' in table) return `spreadsheet, sheet ${table.sheet} of ${table.sheetCount}`;
  if (!('encoding' in table)) return null;
  return `separated by ${DELIMITED[table.delimiter]}, ${ENCODINGS[table.encoding]}`;
}

/** Why the rows do not fit the codebook, and what to do about it. */
export function codingFailureMessage(failure: CodingFailure | JobEnd): string {
  switch (failure.kind) {
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    case 'missing-columns':
      return `The codebook names ${listWords(failure.columns.map(quote))}, which your file does not have. Rename the columns in the file as the codebook spells them and open it again, or edit the codebook.`;
    case 'missing-site-column':
      return `Your file has no column “${failure.column}”. Go back to Data and choose the column that names the centre.`;
    case 'unknown-site':
      return `No row has “${failure.value}” in the column “${failure.column}”. Go back to Data and choose your centre again.`;
    case 'no-rows-left':
      return `None of the ${plural(failure.report.rowsAtSite, 'row')} can be used: each has a missing or undeclared value in a used column. The list below says which columns exclude the most; declare their values or ignore them.`;
    default:
      return failure satisfies never;
  }
}

function quote(name: string): string {
  return `“${name}”`;
}
