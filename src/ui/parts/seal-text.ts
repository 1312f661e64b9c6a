export const SEAL_SENTENCE = 'This page cannot send anything';
export const SEAL_SHORT = 'Sealed';

export const SEAL_WHY =
  'The page carries a rule (a Content Security Policy) that makes your browser refuse every connection it might try to open. Files leave only when you save them yourself.';

export const SEAL_CHECKS: readonly string[] = [
  'Unplug the network, or switch on flight mode: everything here still works.',
  'Press F12, open the Network tab and go through the steps: no request appears after loading.',
  'View the page source: the first lines hold the rule, with connect-src set to none.',
];
