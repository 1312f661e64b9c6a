import type { JobEnd } from '../../session/ports.ts';
import type { TrainingFailure } from '../../session/state.ts';

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

export function trainingFailureMessage(failure: TrainingFailure): string {
  switch (failure.kind) {
    case 'training-refused':
      return `The training did not start: ${failure.reason}. Go back to Privacy, change the settings and try again.`;
    case 'overtaken':
      return 'Another tab of this page went on with this training, or forgot everything. This tab stopped and threw its part away unseen, so nothing is spent twice. Go on in the other tab, or reload this one.';
    case 'not-stored':
      return 'The browser could not write the entry in the ledger, so nothing was drawn and nothing was spent. Free some disk space, or leave the private window, and start the training again.';
    case 'cancel-not-stored':
      return 'The browser could not write that this training was cancelled, so it stays in the list and counts in the ledger. Free some disk space and cancel it again.';
    case 'over-cap':
      return 'The training was not begun: with everything else from this table it would by now go over the table’s cap. Nothing was drawn and nothing was spent. Cancel it in the list, or set another cap in the Ledger and begin it then.';
    case 'worker-crashed':
      return `The training broke off by itself (${failure.detail}). Whether that happens can depend on your patients, so it counts in the ledger and is not repeated unasked. Nothing of it was shown. Training again spends again.`;
    case 'cancelled':
      return jobEndMessage(failure);
    default:
      return failure satisfies never;
  }
}
