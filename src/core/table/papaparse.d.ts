/** What the CSV reader uses of papaparse, without the DOM and node types that its published typings pull in. */
declare module 'papaparse' {
  interface ParseError {
    readonly type: 'Quotes' | 'Delimiter' | 'FieldMismatch';
    readonly code: string;
    readonly message: string;
    /** Index of the record within the chunk that was being parsed. */
    readonly row?: number;
  }
  interface ParseChunk {
    readonly data: string[][];
    readonly errors: readonly ParseError[];
    readonly meta: { readonly cursor: number; readonly truncated: boolean };
  }
  interface ChunkHandle {
    abort(): void;
  }
  interface ParseConfig {
    readonly delimiter: string;
    readonly newline: '\n';
    /** Characters a chunk. */
    readonly chunkSize?: number;
    /** Stop after this many records. */
    readonly preview?: number;
    readonly chunk?: (chunk: ParseChunk, handle: ChunkHandle) => void;
  }
  const Papa: {
    parse(text: string, config: ParseConfig): ParseChunk;
    unparse(rows: readonly (readonly string[])[], config: { readonly newline: string }): string;
  };
  export default Papa;
}
