/** Counts of one kind of comparison. */
interface Kind {
  cases: number;
  misses: number;
  worst: number;
  worstAt: string;
  slowestMs: number;
}

/** Collects comparisons by kind: how many, the worst gap relative to what is allowed, the slowest. */
export class Tally {
  readonly #kinds = new Map<string, Kind>();
  readonly #missed: string[] = [];
  misses = 0;

  /**
   * @param gap what is compared, ≤ `allowed` where all is well; a NaN misses
   */
  add(kind: string, name: string, gap: number, allowed: number, elapsedMs = 0): void {
    const entry = this.#kinds.get(kind) ?? { cases: 0, misses: 0, worst: -1, worstAt: '', slowestMs: 0 };
    this.#kinds.set(kind, entry);
    entry.cases += 1;
    entry.slowestMs = Math.max(entry.slowestMs, elapsedMs);
    const share = allowed > 0 ? gap / allowed : gap > 0 ? Number.POSITIVE_INFINITY : 0;
    if (share > entry.worst || Number.isNaN(share)) {
      entry.worst = share;
      entry.worstAt = `${name}: ${gap.toExponential(2)} of ${allowed.toExponential(2)}`;
    }
    if (!(gap <= allowed)) {
      entry.misses += 1;
      this.misses += 1;
      if (this.#missed.length < 40) this.#missed.push(`MISS ${kind} ${name}: ${gap} allowed ${allowed}`);
    }
  }

  lines(): readonly string[] {
    const rows = [...this.#kinds].map(
      ([kind, { cases, misses, worstAt, slowestMs }]) =>
        `${kind.padEnd(44)} ${String(cases).padStart(6)} cases ${String(misses).padStart(4)} misses  worst ${worstAt || '-'}  slowest ${slowestMs.toFixed(0)} ms`,
    );
    return [...rows, ...this.#missed];
  }

  summary(): string {
    let cases = 0;
    let slowestMs = 0;
    for (const kind of this.#kinds.values()) {
      cases += kind.cases;
      slowestMs = Math.max(slowestMs, kind.slowestMs);
    }
    const verdict = this.misses === 0 ? 'all within tolerance' : `${this.misses} misses`;
    return `accountant: ${cases} comparisons, ${verdict}, slowest ${slowestMs.toFixed(0)} ms`;
  }
}
