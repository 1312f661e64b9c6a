import { CircleCheck } from 'lucide-react';
import { blockedSteps } from '../../session/journey.ts';
import { type PageName, STEPS } from '../../session/state.ts';
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
  const item = (page: PageName, reason: string | null, done: boolean) => {
    const Icon = PAGE_ICONS[page];
    return (
      <li key={page}>
        <button
          type="button"
          className={styles.item}
          aria-current={state.page === page ? 'page' : undefined}
          aria-disabled={reason !== null}
          onClick={() => reason === null && session.goTo(page)}
        >
          <Icon size={18} aria-hidden />
          <span className={styles.words}>
            <span>{PAGE_LABELS[page]}</span>
            {reason !== null && <span className={styles.reason}>{reason}</span>}
          </span>
          {done && <CircleCheck size={15} className={styles.done} aria-label="done" />}
        </button>
      </li>
    );
  };
  return (
    <nav className={styles.rail} aria-label="Steps">
      <div className={styles.lists}>
        <ol className={styles.list}>
          {STEPS.map((step) => {
            const why = blocked[step];
            return item(step, why === null ? null : blockedWords(why).short, finished.has(step));
          })}
        </ol>
        <div className={styles.divider} />
        <ul className={styles.list}>
          {item('ledger', null, false)}
          {item('about', null, false)}
        </ul>
      </div>
    </nav>
  );
}
