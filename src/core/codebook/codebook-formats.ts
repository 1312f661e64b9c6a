import Papa from 'papaparse';
import { fail, type Result, succeed } from '../result.ts';
import { decodeUtf8 } from '../table/decode-text.ts';
import { readCsvAnyhow } from '../table/read-csv.ts';
import type { Codebook } from './codebook.ts';
import type { CodebookDraft } from './codebook-draft.ts';
import { draftFromCodebook } from './finish-draft.ts';
import { CODEBOOK_JSON_LIMITS, type CodebookFailure, parseCodebook } from './parse-codebook.ts';
import { draftFromRedcap, redcapRows } from './redcap-dictionary.ts';
import { parseSafeJson } from './safe-json.ts';
import { draftFromTableSchema, tableSchemaOf } from './table-schema.ts';

export type CodebookFormat = 'twinpool' | 'table-schema' | 'redcap';

export type CodebookFileFailure =
  | CodebookFailure
  /** Neither our JSON, nor a table schema, nor a data dictionary. */
  | { readonly kind: 'unknown-format' }
  | { readonly kind: 'no-usable-fields' };

/** What a codebook file says, ready to be edited and confirmed. */
export interface CodebookFile {
  readonly format: CodebookFormat;
  readonly draft: CodebookDraft;
  /** Fields that the file has and a codebook cannot hold, such as dates and free text. */
  readonly skipped: readonly string[];
}

/** Bytes of a codebook file; a codebook is a few kB. */
const MAX_BYTES = CODEBOOK_JSON_LIMITS.length;

/**
 * A codebook file in any of the formats that people have: our own JSON, a Frictionless Table Schema (or a
 * data package with one), or a REDCap data dictionary (CSV). The last two lack what a codebook needs (which
 * column is the outcome, cut points): the draft leaves that open.
 */
export function readCodebookFile(bytes: Uint8Array): Result<CodebookFile, CodebookFileFailure> {
  if (bytes.length > MAX_BYTES) return fail({ kind: 'too-large', what: 'length', limit: MAX_BYTES });
  const text = decodeUtf8(bytes);
  if (text !== null && /^\s*[{[]/.test(text)) return readJson(text);
  const table = readCsvAnyhow(bytes, {
    limits: { bytes: MAX_BYTES, rows: 20_000, columns: 200 },
    delimiter: 'comma',
  });
  if (!table.ok) return fail({ kind: 'unknown-format' });
  const read = draftFromRedcap(table.value);
  if (read === null) return fail({ kind: 'unknown-format' });
  return read.draft.columns.length === 0
    ? fail({ kind: 'no-usable-fields' })
    : succeed({ format: 'redcap', ...read });
}

function readJson(text: string): Result<CodebookFile, CodebookFileFailure> {
  const json = parseSafeJson(text, CODEBOOK_JSON_LIMITS);
  if (!json.ok) return json;
  const schema = draftFromTableSchema(json.value);
  if (schema !== null) {
    return schema.draft.columns.length === 0
      ? fail({ kind: 'no-usable-fields' })
      : succeed({ format: 'table-schema', ...schema });
  }
  const parsed = parseCodebook(text);
  return parsed.ok
    ? succeed({ format: 'twinpool', draft: draftFromCodebook(parsed.value), skipped: [] })
    : parsed;
}

/** The codebook as a Frictionless Table Schema (JSON text). */
export function tableSchemaText(codebook: Codebook): string {
  return `${JSON.stringify(tableSchemaOf(codebook), null, 2)}\n`;
}

/** The codebook as a REDCap data dictionary (CSV text). */
export function redcapText(codebook: Codebook): string {
  return `${Papa.unparse(redcapRows(codebook), { newline: '\r\n' })}\r\n`;
}
