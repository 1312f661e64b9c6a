import type { JobEnd, TrainingRefused } from '../../session/ports.ts';

/** A job that ended without an answer of its own. */
export function jobEndMessage(end: JobEnd): string {
  switch (end.kind) {
    case 'cancelled':
      return 'You cancelled this. Nothing was changed.';
    case 'worker-crashed':
      return `The part of the page that computes stopped unexpectedly (${end.detail}). What you entered is still here: try again, and reload the page if it happens twice.`;
    default:
      return end satisfies never;
  }
}

export function trainingFailureMessage(failure: TrainingRefused | JobEnd): string {
  switch (failure.kind) {
    case 'training-refused':
      return `The training did not start: ${failure.reason}. Go back to Privacy, change the settings and try again.`;
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    default:
      return failure satisfies never;
  }
}
