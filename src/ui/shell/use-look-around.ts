import { useEffect } from 'react';
import { useSession } from '../session-context.tsx';

/** A tab that was just closed, and so brought this one to the front, lets go of what it held a moment later. */
const ONCE_MORE_MS = 1000;

/** Looks what other tabs are at whenever this one comes to the front. */
export function useLookAround(): void {
  const session = useSession();
  useEffect(() => {
    let later: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      if (document.visibilityState !== 'visible') return;
      void session.lookAround();
      clearTimeout(later);
      later = setTimeout(() => void session.lookAround(), ONCE_MORE_MS);
    };
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(later);
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [session]);
}
