import { Text, VisuallyHidden } from '@mantine/core';
import styles from './privacy-meter.module.css';
import { mostSure, mostSurePercent, oddsSentence, strengthOf } from './privacy-odds.ts';

/** From a coin toss (50 %) to certainty (100 %): how sure the best guesser can become. */
export function PrivacyMeter({ epsilon }: { epsilon: number }) {
  const share = 2 * (mostSure(epsilon) - 0.5);
  const percent = mostSurePercent(epsilon);
  return (
    <div>
      <VisuallyHidden>
        <meter
          min={50}
          max={100}
          value={percent}
          aria-label="How sure the best guesser can become"
          aria-valuetext={`${percent} %, ${strengthOf(epsilon)} protection`}
        />
      </VisuallyHidden>
      <div className={styles.track} aria-hidden>
        <div className={styles.fill} style={{ width: `${100 * share}%` }} />
      </div>
      <div className={styles.scale} aria-hidden>
        <span>50 % a coin toss</span>
        <span>100 % certain</span>
      </div>
      <Text mt="xs">
        {oddsSentence(epsilon)} <strong>That is {strengthOf(epsilon)} protection.</strong>
      </Text>
    </div>
  );
}
