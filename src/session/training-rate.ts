/** The rate is that of the last few seconds, so that a laptop that slept or a busy minute is soon forgotten. */
const WINDOW_MS = 5_000;

/** Steps a second from reports of progress: the slope over the last few seconds; 0 while there is none. */
export class TrainingRate {
  private reports: { readonly atMs: number; readonly steps: number }[] = [];

  /** @param atMs from a clock that never goes back */
  report(steps: number, atMs: number): number {
    this.reports.push({ steps, atMs });
    while (this.reports.length > 2 && (this.reports[1]?.atMs ?? atMs) <= atMs - WINDOW_MS)
      this.reports.shift();
    const [first] = this.reports;
    if (first === undefined || atMs <= first.atMs) return 0;
    return ((steps - first.steps) * 1000) / (atMs - first.atMs);
  }
}
