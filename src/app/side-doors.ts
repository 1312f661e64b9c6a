/** Where a navigation would lead. */
export interface Departure {
  /** The address of the page, and the one that is asked for. */
  readonly from: string;
  readonly to: string;
  /** The browser would save what is there and stay. */
  readonly isDownload: boolean;
}

/**
 * Whether the page may be led there: to another place in itself, to itself again, or to a file that it made in memory.
 * Any other address could carry something in its name.
 */
export function mayLeadTo({ from, to, isDownload }: Departure): boolean {
  return isDownload ? to.startsWith('blob:') : withoutHash(from) === withoutHash(to);
}

function withoutHash(address: string): string {
  const at = address.indexOf('#');
  return at < 0 ? address : address.slice(0, at);
}

/** Whether a link of this kind has a server's name looked up, or a connection to it opened, ahead of any use. */
export function reachesAhead(rel: string): boolean {
  return /dns-prefetch|preconnect/i.test(rel);
}
