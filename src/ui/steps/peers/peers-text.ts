export const PEERS_PURPOSE = 'Bring in the bundles that other centres sent you, and choose which to use.';

export const PEERS_STAYS =
  'Bundles are kept in this browser. Opening one tells nobody, not even its sender. Each is checked before anything of it is used.';

export const NOTHING_NEW = 'No new bundle (.zip) in this folder.';

export const FOLDER_REFUSED =
  'The browser does not let this page read the folder. Click again and allow it, or choose the folder anew.';

export const FOLDER_GONE =
  'This folder cannot be read any more: it was moved, renamed or taken away with its drive. Choose it anew.';

export const DROP_TEXT = 'Drop one bundle or many here (.zip), or choose them.';

export const EMPTY_TEXT =
  'No bundle yet. Ask a peer to save theirs on the Share step under the same codebook and to send you the file.';

export const PEERS_DETAILS: readonly string[] = [
  'A bundle made under exactly your codebook is used at once; one made under another is kept until you have said how its levels are to be read. The page unpacks it within strict size limits, checks the hash of every part, and recomputes the ε that it claims from its noise.',
  'A new bundle of a centre that you already have is used in place of the old one, which stays in the list: two of them at once would count the same people twice, so switching one on sets the other aside.',
  'A bundle may be signed. Six words stand for its sender’s key: let them read theirs to you over the telephone, once. From then on the page says so when a bundle of theirs comes under another key, or under none.',
  'The check shows that a bundle is whole and consistent. It cannot show that its sender told the truth about their data: use bundles from people you know.',
];
