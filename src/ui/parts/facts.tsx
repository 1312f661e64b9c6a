import type { ReactNode } from 'react';
import styles from './facts.module.css';

/** A few facts side by side: name above, value below. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="tp-number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
