import { useEffect, useRef } from 'react';
import { useSession, useSessionState } from '../session-context.tsx';
import { hashOf, pageFromHash } from './hash-route.ts';

/** Keeps the address and the page in step, so that links, bookmarks and the back button work. */
export function useHashRoute(): void {
  const session = useSession();
  const { page, loaded } = useSessionState();
  const started = useRef(false);

  useEffect(() => {
    const follow = () => {
      const wanted = pageFromHash(window.location.hash);
      // An address that is no page: the one that is shown stays, and so does its address.
      if (wanted === null) window.history.replaceState(null, '', hashOf(session.getState().page));
      else if (wanted !== session.getState().page) session.goTo(wanted);
    };
    // Before what this browser keeps is read, so that where a person goes meanwhile is not undone by the address.
    const arrived = pageFromHash(window.location.hash);
    if (arrived !== null) session.goTo(arrived);
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [session]);

  useEffect(() => {
    if (!loaded) return;
    const isArrival = !started.current;
    started.current = true;
    if (pageFromHash(window.location.hash) === page) return;
    // The page of the arrival is no step that the back button should lead away from.
    if (isArrival) window.history.replaceState(null, '', hashOf(page));
    else window.location.hash = hashOf(page);
  }, [page, loaded]);
}
