import { Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { HEADING_ID, headingDrawn } from './focus-heading.ts';
import styles from './page-frame.module.css';
import { StaysHere } from './stays-here.tsx';

/** Every page: its name, its purpose in one sentence, the work, what stays here, one primary action. */
export function PageFrame(props: {
  title: string;
  purpose: string;
  stays?: string;
  primary?: ReactNode;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => headingDrawn(heading.current), []);
  return (
    <div className={styles.frame}>
      <Title order={1} size="1.7rem" w="fit-content" id={HEADING_ID} tabIndex={-1} ref={heading}>
        {props.title}
      </Title>
      <p className={styles.purpose}>{props.purpose}</p>
      <div className={styles.body}>
        {props.children}
        {props.stays !== undefined && <StaysHere>{props.stays}</StaysHere>}
      </div>
      {props.primary !== undefined && (
        <div className={styles.foot} data-no-print>
          <div className={styles.primary}>{props.primary}</div>
        </div>
      )}
    </div>
  );
}
