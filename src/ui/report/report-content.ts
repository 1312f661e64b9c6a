/** A value with its nominal 95 % interval and its p-value, or the words for why there is none. */
export type ReportCell =
  | {
      readonly value: number;
      readonly lower: number;
      readonly upper: number;
      readonly p: number;
      /** Behind the interval; a note says what it means. Empty where there is nothing to say. */
      readonly marks: string;
    }
  | { readonly words: string };

export interface ReportRow {
  readonly group: string;
  readonly label: string;
  /** The reference level: no numbers, the others are compared with it. */
  readonly isReference: boolean;
  readonly local: ReportCell;
  readonly pooled: ReportCell;
}

export interface ReportParty {
  readonly name: string;
  /** As they read: a number counted with noise is about that. */
  readonly rows: string;
  readonly sets: number;
  readonly epsilon: string;
  readonly delta: string;
  readonly madeOn: string;
  /** SHA-256 of the bundle. */
  readonly identity: string;
  readonly isSimulated: boolean;
}

/** Everything a report says, in words and numbers; the page that prints it adds nothing. */
export interface ReportContent {
  readonly title: string;
  readonly madeOn: string;
  readonly softwareVersion: string;
  readonly centre: string;
  readonly table: string;
  readonly codebookId: string;
  readonly localRows: number;
  readonly pooledRows: number;
  readonly setsUsed: number;
  /** The pooled column comes from own rows and noisy tables, not from synthetic rows. */
  readonly isFromTables: boolean;
  /** "Risk ratios" */
  readonly effect: string;
  /** Ratios are drawn on a logarithmic axis around 1, differences on a plain one around 0. */
  readonly isRatio: boolean;
  readonly sentence: string;
  readonly rows: readonly ReportRow[];
  readonly parties: readonly ReportParty[];
  readonly methods: string;
  readonly caution: string;
  /** What the marks mean, and what else holds for these estimates only. */
  readonly notes: readonly string[];
  readonly ownPart: 'real-rows' | 'own-twins';
  readonly isUpToDate: boolean;
}

/** What the reader has to know of where the numbers come from. */
export function privacyWords(ownPart: ReportContent['ownPart']): string {
  return ownPart === 'real-rows'
    ? 'This report contains real local data: every column was computed from the rows of the own centre. It is not differentially private. Treat it like any result from your own patients.'
    : 'The column “local only” of this report was computed from the real rows of the own centre and is not differentially private: treat it like any result from your own patients. The pooled column was computed from released synthetic rows only.';
}
