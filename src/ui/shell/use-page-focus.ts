import { useEffect, useRef } from 'react';
import type { PageName } from '../../session/steps.ts';
import { focusHeading } from '../parts/focus-heading.ts';

/** Names the tab after the page; after a change of page the heading gets the focus. */
export function usePageFocus(page: PageName, title: string): void {
  const before = useRef<PageName | null>(null);
  useEffect(() => {
    document.title = `${title} · Twinpool`;
    const changed = before.current !== null && before.current !== page;
    before.current = page;
    if (changed) focusHeading();
  }, [page, title]);
}
