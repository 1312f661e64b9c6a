import { CircleCheck } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { blockedSteps } from '../../session/journey.ts';
import { type PageName, SIDE_PAGES, STEPS } from '../../session/steps.ts';
import { useSession, useSessionState } from '../session-context.tsx';
import { finishedSteps } from './finished-steps.ts';
import { blockedWords, PAGE_ICONS, PAGE_LABELS } from './pages.ts';
import styles from './shell.module.css';

/** The line of steps, then the pages beside it. A step that is not open yet says what is missing. */
export function Rail() {
  const session = useSession();
  const state = useSessionState();
  const blocked = blockedSteps(state);
  const finished = finishedSteps(state);
  const rail = useRef<HTMLElement>(null);

  // On a narrow screen the rail is a strip; the current step is moved into sight.
  useEffect(() => {
    const strip = rail.current;
    if (strip === null) return;
    // Called once to begin with, and after the layout, which asking for places would else bring forward.
    const follow = new ResizeObserver(() => {
      const current = strip.querySelector<HTMLElement>(`[data-page='${state.page}']`);
      if (current === null) return;
      strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
    });
    follow.observe(strip);
    return () => follow.disconnect();
  }, [state.page]);

  const item = (page: PageName, reason: string | null, done: boolean) => {
    const Icon = PAGE_ICONS[page];
    return (
      <li key={page}>
        <button
          type="button"
          className={styles.item}
          data-page={page}
          data-blocked={reason !== null}
          aria-current={state.page === page ? 'page' : undefined}
          aria-label={PAGE_LABELS[page]}
          aria-description={reason === null ? (done ? 'done' : undefined) : `Not open yet: ${reason}`}
          onClick={() => session.goTo(page)}
        >
          <Icon size={18} aria-hidden />
          <span className={styles.words}>
            <span>{PAGE_LABELS[page]}</span>
            {reason !== null && <span className={styles.reason}>{reason}</span>}
          </span>
          {done && <CircleCheck size={15} className={styles.done} aria-hidden />}
        </button>
      </li>
    );
  };
  return (
    <nav ref={rail} className={styles.rail} aria-label="Steps">
      <div className={styles.lists}>
        <ol className={styles.list}>
          {STEPS.map((step) => {
            const why = blocked[step];
            return item(step, why === null ? null : blockedWords(why).short, finished.has(step));
          })}
        </ol>
        <div className={styles.divider} />
        <ul className={styles.list}>{SIDE_PAGES.map((page) => item(page, null, false))}</ul>
      </div>
    </nav>
  );
}
