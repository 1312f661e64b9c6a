import { lazy, Suspense } from 'react';
import { projectTitle } from '../projects/projects-text.ts';
import { useSessionState } from '../session-context.tsx';
import { ColourSchemeSwitch } from './colour-scheme-switch.tsx';
import styles from './shell.module.css';

/** Its panel brings a library for placing it: the first screen does not wait for that. */
const Seal = lazy(async () => ({ default: (await import('./seal.tsx')).Seal }));

export function Header() {
  const { project, data } = useSessionState();
  return (
    <header className={styles.header}>
      <a className={styles.brand} href="#/data">
        <Mark />
        Twinpool
      </a>
      <a className={styles.project} href="#/projects" title="All projects">
        {projectTitle({ name: project.name, source: data.source })}
      </a>
      <div className={styles.spacer} />
      <Suspense fallback={null}>
        <Seal />
      </Suspense>
      <ColourSchemeSwitch />
    </header>
  );
}

/** Two circles that overlap: one drawn, one dashed. */
function Mark() {
  return (
    <svg width="30" height="30" viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="14" fill="#1f5fa8" />
      <circle cx="25" cy="32" r="13" fill="none" stroke="#fff" strokeWidth="5" />
      <circle cx="39" cy="32" r="13" fill="none" stroke="#fff" strokeWidth="5" strokeDasharray="6 4" />
    </svg>
  );
}
