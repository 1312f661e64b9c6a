import type { ReactNode } from 'react';
import styles from './page-frame.module.css';

/** An explanation one click away. */
export function More({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <details className={styles.more}>
      <summary>{summary}</summary>
      <div>{children}</div>
    </details>
  );
}

/** Paragraphs of a text that lives in a file of its own. */
export function Paragraphs({ texts }: { texts: readonly string[] }) {
  return texts.map((text) => <p key={text}>{text}</p>);
}
