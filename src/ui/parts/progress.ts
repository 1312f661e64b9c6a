/** Whole per cent done, never 100 before the end and 0 while the total is unknown. */
export function percent(done: number, total: number): number {
  if (total <= 0) return 0;
  return done >= total ? 100 : Math.min(99, Math.floor((100 * done) / total));
}

/** Milliseconds left at the rate so far; null while there is none. */
export function timeLeftMs(done: number, total: number, perSecond: number): number | null {
  return perSecond > 0 && done > 0 ? ((total - done) / perSecond) * 1000 : null;
}
