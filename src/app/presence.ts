import type { Presence } from '../session/ports.ts';

/** By the browser's locks, which end with the tab. Where there are none (some file pages), every tab is alone. */
export const presence: Presence = {
  enter: (name) =>
    new Promise((entered) => {
      const alone = () => entered(() => undefined);
      if (!('locks' in navigator)) return alone();
      navigator.locks
        .request(`twinpool ${name}`, { mode: 'shared' }, () => new Promise<void>((leave) => entered(leave)))
        .catch(alone);
    }),
  async isTaken(name) {
    if (!('locks' in navigator)) return false;
    try {
      const { held } = await navigator.locks.query();
      return held?.some((lock) => lock.name === `twinpool ${name}`) ?? false;
    } catch {
      return false;
    }
  },
};
