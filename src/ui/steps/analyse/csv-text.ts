import { formulaSafe } from '../../../core/bundle/set-csv.ts';

/** A cell that no spreadsheet runs as a formula and no comma breaks. Plain numbers stay numbers. */
export function csvCell(text: string): string {
  const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  const safe = number ? text : /^[|%]/.test(text) ? `'${text}` : formulaSafe(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvText(lines: readonly (readonly string[])[]): string {
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** The file's bytes, as the page saves them. */
export function csvBytes(lines: readonly (readonly string[])[]): Uint8Array {
  return new TextEncoder().encode(csvText(lines));
}
