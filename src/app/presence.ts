import type { Presence } from '../session/ports.ts';

/** By the browser's locks, which end with the tab. Where there are none (some file pages), every tab is alone. */
export const presence: Presence = {
  enter: (name) =>
    new Promise((entered) => {
      const alone = () => entered(() => undefined);
      if (!('locks' in navigator)) return alone();
      navigator.locks
        .request(`twinpool ${name}`, { mode: 'shared' }, async () => {
          OWN.set(name, own(name) + 1);
          await new Promise<void>((leave) => entered(leave));
          OWN.set(name, own(name) - 1);
        })
        .catch(alone);
    }),
  async isTaken(name) {
    if (!('locks' in navigator)) return false;
    try {
      const { held = [] } = await navigator.locks.query();
      return held.filter((lock) => lock.name === `twinpool ${name}`).length > own(name);
    } catch {
      return false;
    }
  },
};

/** How often this tab is at something: the browser lists its locks among those of all tabs. */
const OWN = new Map<string, number>();

function own(name: string): number {
  return OWN.get(name) ?? 0;
}
