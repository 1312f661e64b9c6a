import Papa from 'papaparse';

export type Delimiter = 'comma' | 'semicolon' | 'tab';

export const DELIMITERS: Readonly<Record<Delimiter, string>> = { comma: ',', semicolon: ';', tab: '\t' };

/** Only so much of a file is looked at. */
export const SAMPLE_CHARACTERS = 64 * 1024;
const SAMPLE_RECORDS = 50;
/** Blanks of ASCII only: they are the same in every encoding, and the delimiter is looked for before the encoding is known. */
const NOT_BLANK = /[^\t\n\v\f\r ]/;

/**
 * The delimiter under which the first records agree best with the header: more than one column first,
 * then the share of records as long as the header, then the number of columns. `1,5;2,5` under `a;b` is
 * therefore semicolon-separated with decimal commas. A file of one column is called comma-separated.
 *
 * @param text line ends already `\n`
 */
export function detectDelimiter(text: string): Delimiter {
  const sample = text.slice(0, SAMPLE_CHARACTERS);
  let best: Delimiter = 'comma';
  let bestScore = -1;
  for (const delimiter of ['comma', 'semicolon', 'tab'] as const) {
    const parsed = Papa.parse(sample, {
      delimiter: DELIMITERS[delimiter],
      newline: '\n',
      preview: SAMPLE_RECORDS,
    });
    const filled = parsed.data.filter((cells) => cells.some((cell) => NOT_BLANK.test(cell)));
    const records = filled.length > 0 ? filled : parsed.data;
    // The sample may end inside a record.
    if (sample.length < text.length && records.length > 2 && records.length < SAMPLE_RECORDS) records.pop();
    const columns = records[0]?.length ?? 0;
    const agreeing = records.filter((cells) => cells.length === columns).length;
    const score =
      (columns > 1 ? 1000 : 0) + 100 * (agreeing / Math.max(1, records.length)) + Math.min(columns, 90) / 100;
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}
