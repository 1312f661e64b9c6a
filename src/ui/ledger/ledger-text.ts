export const LEDGER_PURPOSE = 'Every training of this browser, what it cost, and what it all adds up to.';

export const LEDGER_STAYS = 'The ledger is kept in this browser only and enters no bundle.';

export const LEDGER_EMPTY = 'Nothing has been trained in this browser yet.';

export const STATUS_WORDS = {
  queued: 'Waiting: nothing drawn yet',
  started: 'Under way: counts',
  paused: 'Paused: counts until cancelled',
  failed: 'Broke off: counts',
  finished: 'Finished: counts',
  cancelled: 'Cancelled: does not count',
  simulated: 'Invented people: does not count',
} as const;

export const LEDGER_DETAILS: readonly string[] = [
  'The ledger knows this browser only. It does not know of trainings on another computer, in another browser profile, or after “Forget everything”.',
  'It cannot tell whether two tables speak of the same people: the total takes all of them as the same, which is the cautious reading.',
  'It records; it does not forbid. How much may be spent on your patients in all is for you and your institution to decide.',
];

export const FORGET_TITLE = 'Forget everything?';
export const FORGET_TEXT =
  'This deletes the codebook, the trained models, your own and your peers’ bundles, and the ledger from this browser. Files that you saved stay where you saved them. It cannot be undone, and the ledger will no longer know what was spent.';
