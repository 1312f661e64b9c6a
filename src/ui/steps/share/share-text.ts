export const SHARE_PURPOSE =
  'Draw synthetic sets from what was learnt and save them as one file for your peers.';

export const SHARE_STAYS =
  'Your rows, the noise’s key and the ledger stay here. Making a bundle costs no further privacy, however many sets it holds.';

export const SETS_HELP =
  'Each set has as many rows as your table, or as were counted with noise. A hundred make the peers’ intervals stable; one or two can mislead.';

export const IN_THE_FILE: readonly string[] = [
  'the synthetic sets as CSV, of people who do not exist',
  'the noisy tables or the noisy model from which they were drawn',
  'the codebook, the number of rows, your centre’s name, the day',
  'ε, δ and the noise, so that anyone can check the claim',
  'a signature by this browser’s own key, where the browser can sign',
];

/** @param isPublic whether the number of rows stands in the bundle as it is */
export const notInTheFile = (isPublic: boolean): readonly string[] => [
  `no row of your table, and no count without noise${isPublic ? ' but the number of rows' : ''}`,
  'no seed, no key, no loss, no quality check',
  'no file name and no ledger',
];

export const SIMULATED_MARK = 'Simulated: invented people, for practice only.';

export const SHARE_DETAILS: readonly string[] = [
  'The bundle is a Frictionless Data Package: a zip that R, Python and spreadsheet programs can open without this page. Send it as you send any file.',
  'Peers see the SHA-256 of the file when they import it. Read yours to them over the phone, and both know that it is the same file.',
  'The six words after “Signed by” stand for the key of this browser. The key was made here, no script can read it, and “Forget everything” forgets it; another browser has another one. Read the words to your peers once, and their page says so when a bundle in your name comes under another key. All bundles made in this browser bear the same key. A browser that cannot make such a key makes bundles that are not signed.',
];
