/**
 * Keeps a copy of the page's own files in the browser, so that after one visit nothing is asked of any
 * network. The copy holds no data. A new version waits until every tab of the old one is closed.
 *
 * Does nothing in development and where the browser has no service worker (a file opened from disk needs none).
 */
export function keepOfflineCopy(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || location.protocol === 'file:') return;
  // Refused in some private windows; the page then works as long as its server is there.
  navigator.serviceWorker.register('./sw.js').catch(() => undefined);
}
