import { mayLeadTo, reachesAhead } from './side-doors.ts';

/**
 * Shuts what a Content-Security-Policy does not reach; imported before everything else, so that no other code runs
 * before it. No browser's policy covers WebRTC, which sends packets to whatever server it is given; the page takes it away. A
 * policy does not cover where the page is led either; where the browser asks (the Navigation API), the page refuses
 * every address but its own. Links that reach a server ahead of any use are refused by name.
 *
 * These are locks inside the page and not walls around it: code that was written to get past them finds a fresh
 * WebRTC in an empty frame, and other ways to write a link. The words in `ui/parts/seal-text.ts` say so.
 */
for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) {
  if (name in window) lock(window, name, undefined);
}
lock(window, 'open', () => null);

if ('navigation' in window) {
  window.navigation.addEventListener('navigate', (event) => {
    const isDownload = event.downloadRequest !== null;
    if (!mayLeadTo({ from: location.href, to: event.destination.url, isDownload })) event.preventDefault();
  });
}

// Nor does a policy cover links that have a name looked up, or a connection opened, before anything is asked for.
const link = HTMLLinkElement.prototype;
const rel = Object.getOwnPropertyDescriptor(link, 'rel');
if (rel?.set !== undefined) {
  const { set } = rel;
  const guarded = function (this: HTMLLinkElement, value: string) {
    if (!reachesAhead(String(value))) set.call(this, value);
  };
  Object.defineProperty(link, 'rel', { ...rel, set: guarded, configurable: false });
}
const { setAttribute } = Element.prototype;
lock(link, 'setAttribute', function (this: HTMLLinkElement, name: string, value: string) {
  if (!(/^rel$/i.test(name) && reachesAhead(String(value)))) setAttribute.call(this, name, value);
});

/** Puts this in the place of what was there, for good. */
export function lock(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, configurable: false, writable: false });
}
