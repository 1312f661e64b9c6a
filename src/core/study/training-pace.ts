import type { StudyPart } from './parts.ts';

/**
 * Tells a pace how long parts take that runners do one at a time.
 *
 * @param runners how many there are: the first part of each waits for its data, which says nothing about how fast it trains
 */
export function aloneTimer(
  pace: TrainingPace,
  runners: number,
): (kind: StudyPart['kind'], elapsedMs: number) => void {
  let unmeasured = runners;
  return (kind, elapsedMs) => {
    if (unmeasured > 0) unmeasured -= 1;
    else if (kind === 'twin') pace.addAlone(elapsedMs);
  };
}

/** The first batch: enough to keep more than one part of a graphics processor busy, few enough to be soon done. */
const FIRST = 8;
const MOST = 256;
const GROWTH = 4;

/**
 * How many trainings a machine that trains many at once is given next, from what was measured of both: more and more as long as
 * it is ahead of one runner, none once it is behind. A trainer that is slower than one processor core would hold up the whole
 * study at its end.
 */
export class TrainingPace {
  #next = FIRST;
  #alone = { trainings: 0, elapsedMs: 0 };
  #together: { readonly trainings: number; readonly elapsedMs: number } | undefined;

  /** A runner trained one. */
  addAlone(elapsedMs: number): void {
    this.#alone.trainings += 1;
    this.#alone.elapsedMs += elapsedMs;
  }

  addTogether(trainings: number, elapsedMs: number): void {
    this.#together = { trainings, elapsedMs };
    this.#next = Math.min(MOST, GROWTH * this.#next);
  }

  /** Of the last batch against one runner: trainings in the same time; undefined as long as either has none. */
  get ratio(): number | undefined {
    const { trainings, elapsedMs } = this.#alone;
    if (trainings === 0 || this.#together === undefined) return undefined;
    const perAlone = elapsedMs / trainings;
    return (this.#together.trainings * perAlone) / Math.max(this.#together.elapsedMs, 1e-3);
  }

  get wanted(): number {
    const { ratio } = this;
    return ratio !== undefined && ratio < 1 ? 0 : this.#next;
  }
}
