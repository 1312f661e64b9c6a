import { formatCount } from '../../parts/format.ts';

export const TRAIN_PURPOSE = 'Carry out the plan on your table; this is the moment that spends privacy.';

export const TRAIN_STAYS =
  'Rows and the secret key of the noise stay in this tab’s memory. Only the noisy result, and noisy states on the way to it, are kept in this browser; the page shows steps and their speed, and nothing else of the run.';

export const WHAT_IS_SPENT =
  'Starting writes an entry in the ledger. It counts as soon as the result exists, whether or not you share it; a run that you cancel shows nobody anything and does not count.';

export const TRAIN_DETAILS: readonly string[] = [
  'The page shows no loss curve and no fit while it trains: such numbers would depend on your patients and would leak through the screen of whoever shares it.',
  'You can pause a training, and go on with it after closing the page. The browser keeps the noisy state it had reached; the rows you open again. It goes on under a new secret key and costs what was planned, no more.',
  'If the tab dies while training, the entry in the ledger counts until you go on with it or cancel it. Steps that were lost with the tab were seen by nobody, so taking them again costs nothing.',
  'A training that ends in an error of its own counts in full and is not repeated: whether it fails can depend on your patients.',
  'Training again spends again. To share more sets, or a new file, of the same training costs nothing more.',
];

export const AGAIN_TEXT =
  'A training of this table under this codebook is finished. Training once more spends its ε again, on top of what was spent.';

export const CANCELLED_TEXT = 'The training was cancelled. Nothing of it was shown, so it does not count.';

export const PAUSED_TEXT =
  'The training is paused. Go on with it now or another day; until then it counts in the ledger.';

export const NOT_KEPT_TITLE = 'The result is not shown yet';
export const NOT_KEPT_TEXT =
  'The training has ended, but this browser could not write its result. It is shown only once it is written, because otherwise the same steps could be taken a second time after a reload. Free some disk space and try again; do not close the tab meanwhile.';

export const OTHER_TABLE_TEXT = 'Open the table that it was begun with to go on.';
export const CHANGED_TABLE_TEXT =
  'The file has other rows now than when it was begun. Open the file as it was to go on, or cancel this training and train anew.';

export function waitingWords(kind: 'waiting' | 'queued' | 'paused' | 'interrupted' | 'elsewhere'): string {
  switch (kind) {
    case 'waiting':
      return 'Waits for the training before it';
    case 'queued':
      return 'Agreed to, not begun';
    case 'paused':
      return 'Paused';
    case 'interrupted':
      return 'Cut short: its tab was closed';
    case 'elsewhere':
      return 'Runs in another tab';
    default:
      return kind satisfies never;
  }
}

export function stepWords(stepsDone: number, steps: number): string {
  return stepsDone === 0
    ? `${formatCount(steps)} steps to do`
    : `${formatCount(stepsDone)} of ${formatCount(steps)} steps kept`;
}

export const LEVEL_COUNTS_SUMMARY = 'How many people are in each level, noise counted in';
export const LEVEL_COUNTS_TEXT =
  'From the noisy tables that go into the bundle, not from your rows. The noise is known, so the interval holds the true number 95 times in 100. A level that cannot be told from zero teaches the others nothing: merge such levels in the codebook where you know them to be small, before a next release.';
export const MAY_BE_EMPTY = 'cannot be told from zero';
