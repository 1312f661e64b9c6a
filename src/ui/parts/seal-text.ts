export const SEAL_SENTENCE = 'This page cannot send anything';
export const SEAL_SHORT = 'Sealed';

export const SEAL_WHY =
  'The page carries a rule (a Content Security Policy) that makes your browser refuse every connection its scripts might try to open. WebRTC and links that reach a server ahead of any use, which no such rule covers, are taken away when the page starts; so is the way to other windows and, in browsers that ask the page, to other addresses. After the first visit the browser answers from its own copy, so that not even the page’s own server is asked. Files leave only when you save them yourself.';

export const SEAL_LIMIT =
  'The seal binds the page. It does not bind your browser’s extensions, or whoever controls the computer. And code that somebody plants in the page itself, and writes to get past its locks, can still try what browsers give no means against: fetch WebRTC back from an empty frame, have the name of a server looked up or an empty connection to it opened by a link, or in an older browser lead you to another address. Unplugging the network, or opening the one-file page on a computer without any, rules out these too.';

export const SEAL_CHECKS: readonly string[] = [
  'Unplug the network, or switch on flight mode: after the first visit everything here still works.',
  'Press F12, open the Network tab and go through the steps: whatever appears is a file of this page itself, read from the browser’s own copy; nothing is sent along.',
  'View the page source: the first lines hold the rule, with connect-src set to none.',
];
