export const DATA_PURPOSE = 'Open the table whose people you want to represent, one row a person.';

export const DATA_STAYS =
  'The rows are read into this tab’s memory only. They are not stored, and the page cannot send them.';

/** Endings that the file dialogue offers. */
export const TABLE_FILES =
  '.csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values,text/plain,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The same for the dialogue whose answer the browser can remember. */
export const TABLE_TYPES = {
  'text/csv': ['.csv', '.tsv', '.txt'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['.xlsx'],
} as const;

export const DOORS = {
  csv: {
    title: 'Open your table',
    text: 'A CSV or Excel file (.xlsx) with a header line, one row a person. Drop it here or choose it.',
    button: 'Choose a table',
  },
  simulated: {
    title: 'Try the simulated centres',
    text: 'Sixteen invented centres with a Covid-test outcome. Nobody in them exists, so nothing can go wrong.',
    button: 'Try the simulated centres',
  },
  bundle: {
    title: 'Open a bundle',
    text: 'A colleague sent you a bundle (.zip). It is read on the Peers step, once your own codebook stands.',
    button: 'Go to Peers',
  },
} as const;

export const REOPEN_TITLE = 'Open your table again';

export function reopenText(label: string, simulated: boolean): string {
  return simulated
    ? 'The simulated rows were not kept when the page was reloaded. Make them again: the same invented people come back, and your codebook, training and bundles are still here.'
    : `Rows are never kept, so reloading the page let go of them. Open “${label}” again; your codebook, training and bundles are still here.`;
}

export const rememberedText = (label: string) =>
  `Rows are never kept, so reloading the page let go of them. The browser remembers where “${label}” is, and asks you before it reads it; your codebook, training and bundles are still here.`;

export const WHOLE_FILE = 'The whole file is one centre';

export const SITE_HELP =
  'If the file holds several centres, choose the column that names them, and then the one you speak for.';

export const PARTY_HELP = 'Public: it goes into every bundle you make, so that peers know whose it is.';

export const DATA_DETAILS: readonly string[] = [
  'Commas, semicolons and tabs are recognised, and so are UTF-8, UTF-16 and Windows encodings. Of an Excel file (.xlsx) the first sheet that holds anything is read. The first line must name the columns.',
  'One row must be one person: the privacy guarantee protects one row. If people appear in several rows, make the table one row a person first.',
  'Where your browser can (Chrome and Edge can), it remembers the place of the file you chose, so that one click opens it again. Kept are its name and place, the time of its last change and its size, in this browser only and in no bundle; nothing of what is in it. Deleting the project or “Forget everything” forgets the place too.',
];
