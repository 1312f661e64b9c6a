import { useEffect, useRef } from 'react';
import type { PageName } from '../../session/state.ts';
import { HEADING_ID } from '../parts/heading-id.ts';

/** After a change of page, the heading gets the focus, so that a screen reader says where one is. */
export function usePageFocus(page: PageName, title: string): void {
  const before = useRef<PageName | null>(null);
  useEffect(() => {
    document.title = `${title} · Twinpool`;
    const changed = before.current !== null && before.current !== page;
    before.current = page;
    if (!changed) return;
    window.scrollTo(0, 0);
    focusHeadingWhenDrawn(60);
  }, [page, title]);
}

/** A page that loads late has no heading yet; looks again for about a second. */
function focusHeadingWhenDrawn(framesLeft: number): void {
  const heading = document.getElementById(HEADING_ID);
  if (heading !== null) heading.focus({ preventScroll: true });
  else if (framesLeft > 0) requestAnimationFrame(() => focusHeadingWhenDrawn(framesLeft - 1));
}
