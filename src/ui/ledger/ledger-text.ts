import type { CertifiedCost } from '../../core/privacy/mechanism.ts';
import { formatDelta, roundedDown } from '../parts/format.ts';

export const LEDGER_PURPOSE = 'Every training of this browser, what it cost, and what it all adds up to.';

export const LEDGER_STAYS = 'The ledger is kept in this browser only and enters no bundle.';

export const LEDGER_EMPTY = 'Nothing has been trained in this browser yet.';
export const LEDGER_ONLY_SIMULATED =
  'Only simulated people have been trained on: that costs nobody anything.';

export const STATUS_WORDS = {
  queued: 'Waiting: nothing drawn yet',
  started: 'Under way: counts',
  paused: 'Paused: counts until cancelled',
  failed: 'Broke off: counts',
  finished: 'Finished: counts',
  cancelled: 'Cancelled: does not count',
  simulated: 'Invented people: does not count',
  imported: 'Imported: counts',
} as const;

/** What is left under a cap, rounded downwards: what is named must fit. */
export function leftSentence({ epsilonUpper, delta }: Pick<CertifiedCost, 'epsilonUpper' | 'delta'>): string {
  return `Left under the cap: one more release of noisy tables with ε up to ${roundedDown(epsilonUpper, 3)} at δ\u00a0=\u00a0${formatDelta(delta)}.`;
}

export const NOTE_REFUSED = 'At most 200 visible characters.';

export const JOIN_HELP =
  'These entries came with a file from another browser, which names tables in its own way. If they are of the people in the table at hand, count them here.';

export const FILE_HELP =
  'The file holds names of tables, noise and costs; no rows, no models. Costs in a file are computed anew here, so that none can be made smaller than it was. A cap in a file is taken where you have set none.';

export const LEDGER_DETAILS: readonly string[] = [
  'The ledger knows this browser only, and the files you add. It does not know of trainings on another computer, in another browser profile, by another person, or from before “Forget everything”.',
  'A table is known by a fingerprint of its cells, made with a key that never leaves this browser. The same rows under another codebook or another file name are the same table. A table with one row more, one cell changed, or another order of rows is another one, although most of its people are the same: then add up what both accounts say, or count the larger cap as spent.',
  'A training that was agreed to counts from the moment it begins, whether or not its twins are ever shared, unless it is cancelled before anything of it was shown.',
  'A cap stops this page from training further. It cannot stop somebody who takes the cap away, or the table elsewhere.',
];

export const FORGET_TITLE = 'Forget everything?';
export const FORGET_TEXT =
  'This deletes the codebook, the trained models, your own and your peers’ bundles, the places of your files, and the ledger from this browser. Files that you saved stay where you saved them. It cannot be undone, and the ledger will no longer know what was spent.';
