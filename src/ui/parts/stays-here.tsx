import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './page-frame.module.css';

/** One line on tinted ground: what does not leave this browser. */
export function StaysHere({ children }: { children: ReactNode }) {
  return (
    <div className={styles.stays}>
      <Lock size={15} aria-hidden />
      <span>{children}</span>
    </div>
  );
}

/** Ground for what was counted in the rows: for the eyes of the person who holds them. */
export function StaysPanel({ children }: { children: ReactNode }) {
  return (
    <div className={styles.panel}>
      <div className={styles.panelMark}>
        <Lock size={13} aria-hidden /> Stays on this screen: counted in your rows, not for sharing
      </div>
      {children}
    </div>
  );
}
