export const SEAL_SENTENCE = 'This page cannot send anything';
export const SEAL_SHORT = 'Sealed';

export const SEAL_WHY =
  'The page carries a rule (a Content Security Policy) that makes your browser refuse every connection its scripts might try to open. Files leave only when you save them yourself. Like any page, it could still send the browser to another address, but not without your seeing the page change.';

export const SEAL_CHECKS: readonly string[] = [
  'Unplug the network, or switch on flight mode: after the first visit everything here still works.',
  'Press F12, open the Network tab and go through the steps: whatever appears is a file of this page itself, read from the browser’s own copy; nothing is sent along.',
  'View the page source: the first lines hold the rule, with connect-src set to none.',
];
