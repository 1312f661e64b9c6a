import type { Remains } from '../../session/records.ts';
import { plural } from '../parts/format.ts';

export const NOTICES = {
  notStored: {
    title: 'This browser does not let the page store anything',
    text: 'Everything here, the ledger too, is lost when you close the tab. Save the codebook and your bundles as files; free some disk space, or leave the private window.',
  },
  forgotten: {
    title: 'Everything was forgotten in another tab',
    text: 'Nothing that this tab still shows is kept any more. Reload the page to begin anew.',
  },
  remains: { title: 'Everything was forgotten' },
  twoTabs: {
    title: 'This project is open in another tab too',
    text: 'What you type in one tab is not seen in the other, and the one that writes last wins. Close one of them. Trainings and the ledger are safe: nothing is released twice.',
  },
  changedTable: {
    title: 'These are not the rows that were trained on before',
    text: 'A training in this browser was of a file of this name with other contents: the file was changed, or another one has its name. A training that was not finished can only be gone on with on the rows as they were. The ledger counts these rows as another table; if they are mostly the same people, what was spent on them before adds to what you spend now.',
  },
  changedOnDisk: {
    title: 'The file was changed since you last opened it',
    text: 'What is open now is the file as it is today. Nothing was trained on it before. Look over the Codebook and the number of rows again before you plan.',
  },
  newVersion: {
    title: 'A new version of this page is ready',
    text: 'It was fetched with the page’s own files. Updating reloads the page: your rows have to be opened again, everything else is kept.',
    later: 'It was fetched with the page’s own files. Update when the training has ended.',
  },
  takenElsewhere: {
    title: 'This page was updated in another tab',
    text: 'This tab still shows the version before, and a step that it has not shown yet may not open. Reload it: your rows have to be opened again, everything else is kept.',
    later: 'This tab still shows the version before. Reload it when the training has ended.',
  },
  unfinished: {
    text: 'It was paused, or its tab was closed. It counts in the ledger until you go on with it or cancel it.',
  },
} as const;

/** What the page found when it looked again, after forgetting. */
export function remainsWords({ records, copies, settings }: Remains): string {
  const left = `${plural(records, 'record')}, ${plural(copies, 'offline copy', 'offline copies')} and ${plural(settings, 'setting')}`;
  return records + copies + settings === 0
    ? `The page looked again: this browser keeps ${left} of it. Files that you saved are where you saved them.`
    : `The page looked again, and this browser still keeps ${left} of it. Close the other tabs of this page and try once more.`;
}
