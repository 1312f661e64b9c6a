import { Text, VisuallyHidden } from '@mantine/core';
import type { CertifiedCost } from '../../core/privacy/mechanism.ts';
import styles from './privacy-meter.module.css';
import { oddsSentence, rightPercent, strengthOf } from './privacy-odds.ts';

/** From a coin toss (50 %) to certainty (100 %): how often the best guesser can be right. */
export function PrivacyMeter({ cost, what }: { cost: CertifiedCost; what: string }) {
  const percent = rightPercent(cost);
  const share = (percent - 50) / 50;
  return (
    <div>
      <VisuallyHidden>
        <meter
          min={50}
          max={100}
          value={percent}
          aria-label="How often the best guesser can be right"
          aria-valuetext={`${percent}\u00a0%, ${strengthOf(cost.epsilonUpper)} protection`}
        />
      </VisuallyHidden>
      <div className={styles.track} aria-hidden>
        <div className={styles.fill} style={{ width: `${100 * share}%` }} />
      </div>
      <div className={styles.scale} aria-hidden>
        <span>50&nbsp;% a coin toss</span>
        <span>100&nbsp;% always right</span>
      </div>
      <Text mt="xs">
        {oddsSentence(cost, what)} <strong>That is {strengthOf(cost.epsilonUpper)} protection.</strong>
      </Text>
    </div>
  );
}
