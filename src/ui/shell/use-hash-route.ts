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
      if (wanted !== null && wanted !== session.getState().page) session.goTo(wanted);
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [session]);

  useEffect(() => {
    if (!loaded) return;
    if (!started.current) {
      started.current = true;
      const wanted = pageFromHash(window.location.hash);
      if (wanted !== null && wanted !== page) session.goTo(wanted);
      else window.history.replaceState(null, '', hashOf(page));
      return;
    }
    if (pageFromHash(window.location.hash) !== page) window.location.hash = hashOf(page);
  }, [page, loaded, session]);
}
