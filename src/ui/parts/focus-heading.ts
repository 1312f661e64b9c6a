/** The heading of the page, which gets the focus after a change of page. */
export const HEADING_ID = 'page-heading';

/** Nobody has gone anywhere yet: the first page leaves the focus where the browser puts it. */
let hasMoved = false;

/** Moves to the top and puts the focus on the heading, so that a screen reader says where one is. */
export function focusHeading(): void {
  hasMoved = true;
  window.scrollTo(0, 0);
  requestAnimationFrame(() => document.getElementById(HEADING_ID)?.focus({ preventScroll: true }));
}

/**
 * Called when a heading was drawn. A page that loads late takes the place of the one that stood for it, and with its
 * heading the focus would go: the new one gets it, unless somebody has gone on to something else.
 */
export function headingDrawn(heading: HTMLElement | null): void {
  const { activeElement, body } = document;
  if (hasMoved && (activeElement === null || activeElement === body)) heading?.focus({ preventScroll: true });
}
