/** The heading of the page, which gets the focus after a change of page. */
export const HEADING_ID = 'page-heading';

/** Moves to the top and puts the focus on the heading, so that a screen reader says where one is. */
export function focusHeading(): void {
  window.scrollTo(0, 0);
  focusWhenDrawn(60);
}

/** A page that loads late has no heading yet; looks again for about a second. */
function focusWhenDrawn(framesLeft: number): void {
  requestAnimationFrame(() => {
    const heading = document.getElementById(HEADING_ID);
    if (heading !== null) heading.focus({ preventScroll: true });
    else if (framesLeft > 0) focusWhenDrawn(framesLeft - 1);
  });
}
