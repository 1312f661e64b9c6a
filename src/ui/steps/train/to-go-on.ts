import {
  currentRelease,
  hasSameRows,
  isOfTable,
  namesakes,
  openTrainings,
} from '../../../session/journey.ts';
import type { ReleaseRecord } from '../../../session/records.ts';
import type { SessionState } from '../../../session/state.ts';

/** Whether the file of that name has other rows now than when the training was begun. */
export function isOfChangedRows(release: ReleaseRecord, state: SessionState): boolean {
  return hasSameRows(release, state) === false && namesakes(state).includes(release);
}

/** Whether a training can go on with what is open now. */
export function isOfRowsAtHand(release: ReleaseRecord, state: SessionState): boolean {
  return state.codebook.coded !== null && isOfTable(release, state) && !isOfChangedRows(release, state);
}

/**
 * The unfinished training that the loudest button of the step goes on with. Training anew beside it would spend ε a second
 * time, so that is never the loudest then. Null where a training runs or has finished: something else comes next.
 */
export function trainingToGoOnWith(state: SessionState): ReleaseRecord | null {
  if (state.training.kind === 'running' || currentRelease(state) !== null) return null;
  return (
    openTrainings(state).find(
      (release) => !state.queue.includes(release.id) && isOfRowsAtHand(release, state),
    ) ?? null
  );
}
