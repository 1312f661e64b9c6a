/** Numbers as the reference files hold them: "inf", "-inf" and "nan" are strings, null is "not available". */
export type FileNumber = number | string | null | undefined;

export function fromFile(value: FileNumber): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number') return value;
  if (value === 'inf') return Number.POSITIVE_INFINITY;
  if (value === '-inf') return Number.NEGATIVE_INFINITY;
  if (value === 'nan') return Number.NaN;
  throw new Error(`not a number of a reference file: ${value}`);
}

export interface Tolerance {
  readonly absolute?: number;
  readonly relative?: number;
}

interface Line {
  count: number;
  misses: number;
  /** Gap over tolerance. */
  worst: number;
  where: string;
}

/** Counts comparisons by kind and keeps the worst of each. */
export class GapLedger {
  readonly misses: string[] = [];
  compared = 0;
  readonly #lines = new Map<string, Line>();
  readonly #notes = new Map<string, number>();

  /** Compares `own` with the file's number; a number that the file does not have is not compared. */
  compare(
    kind: string,
    where: string,
    own: number,
    file: FileNumber,
    { absolute = 0, relative = 0 }: Tolerance,
  ): void {
    const reference = fromFile(file);
    if (reference === undefined) return;
    const allowed = absolute + relative * Math.abs(reference);
    const same = Object.is(own, reference) || own === reference;
    const gap = same ? 0 : Math.abs(own - reference) / allowed;
    const line = this.#lines.get(kind) ?? { count: 0, misses: 0, worst: 0, where: '' };
    this.#lines.set(kind, line);
    this.compared += 1;
    line.count += 1;
    if (!(gap <= line.worst)) {
      line.worst = Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap;
      line.where = where;
    }
    if (!(gap <= 1)) {
      line.misses += 1;
      this.misses.push(
        `${kind} ${where}: ${own} where the file has ${reference} (allowed ± ${allowed.toExponential(2)})`,
      );
    }
  }

  /** A statement that must hold, counted as one comparison. */
  expect(kind: string, where: string, holds: boolean): void {
    this.compare(kind, where, holds ? 1 : 0, 1, { absolute: 0.5 });
  }

  /** The file could not be checked: always a miss. */
  broken(what: string): void {
    this.misses.push(what);
  }

  /** Numbers that are not comparable by the file's own rules: printed, so that nobody takes them for compared. */
  note(what: string, count = 1): void {
    this.#notes.set(what, (this.#notes.get(what) ?? 0) + count);
  }

  worst(): number {
    return Math.max(0, ...[...this.#lines.values()].map(({ worst }) => worst));
  }

  table(): string[] {
    const lines = [...this.#lines].map(
      ([kind, { count, misses, worst, where }]) =>
        `${kind.padEnd(44)} ${String(count).padStart(7)} compared ${String(misses).padStart(4)} misses  worst ${worst.toExponential(1)} of tolerance  ${where}`,
    );
    const notes = [...this.#notes].map(
      ([what, count]) => `not compared: ${String(count).padStart(6)} ${what}`,
    );
    return [...lines, ...notes];
  }
}
