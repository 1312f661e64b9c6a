import { useEffect, useRef } from 'react';
import type { PageName } from '../../session/steps.ts';
import { useSession, useSessionState } from '../session-context.tsx';
import { hashOf, pageFromHash, pageOnArrival } from './hash-route.ts';

/** Keeps the address and the page in step, so that links, bookmarks and the back button work. */
export function useHashRoute(): void {
  const session = useSession();
  const { page, loaded } = useSessionState();
  const started = useRef(false);
  const first = useRef(page);
  const chosen = useRef<PageName | null>(null);

  useEffect(() => {
    const follow = () => {
      const wanted = pageFromHash(window.location.hash);
      if (wanted !== null && wanted !== session.getState().page) session.goTo(wanted);
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [session]);

  useEffect(() => {
    if (!loaded) {
      // Nothing but a person changes the page before what this browser keeps is read.
      if (page !== first.current) chosen.current = page;
      return;
    }
    if (!started.current) {
      started.current = true;
      const wanted = pageOnArrival(window.location.hash, page, chosen.current);
      if (wanted !== page) session.goTo(wanted);
      else window.history.replaceState(null, '', hashOf(page));
      return;
    }
    if (pageFromHash(window.location.hash) !== page) window.location.hash = hashOf(page);
  }, [page, loaded, session]);
}
