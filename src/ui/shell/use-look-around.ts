import { useEffect } from 'react';
import { useSession } from '../session-context.tsx';

/** Looks what other tabs are at whenever this one comes to the front. */
export function useLookAround(): void {
  const session = useSession();
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') void session.lookAround();
    };
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [session]);
}
