export const TRAIN_PURPOSE =
  'Let the model learn your table under the plan; this is the moment that spends privacy.';

export const TRAIN_STAYS =
  'Rows and the secret key of the noise stay in this tab’s memory. Only the noisy result is kept; the page shows steps and their speed, and nothing else of the run.';

export const WHAT_IS_SPENT =
  'Starting writes an entry in the ledger. It counts as soon as the result exists, whether or not you share it; a run that you cancel shows nobody anything and does not count.';

export const TRAIN_DETAILS: readonly string[] = [
  'The page shows no loss curve and no fit while it trains: such numbers would depend on your patients and would leak through the screen of whoever shares it.',
  'If the tab closes while training, the entry in the ledger stays and counts: a crash may cost budget, never privacy.',
  'Training again spends again. To share more sets, or a new file, of the same training costs nothing more.',
];

export const AGAIN_TEXT =
  'A training of this table under this codebook is finished. Training once more spends its ε again, on top of what was spent.';

export const CANCELLED_TEXT = 'The training was cancelled. Nothing of it was shown, so it does not count.';
