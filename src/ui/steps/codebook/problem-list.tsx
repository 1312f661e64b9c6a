import { Anchor, List } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { DraftFailure } from '../../../core/codebook/finish-draft.ts';
import { draftFailureMessage, problemColumn } from '../../messages/codebook-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { formatCount, plural } from '../../parts/format.ts';

const SHOWN = 12;

/** Everything to mend before this is a codebook; each entry leads to its column. */
export function ProblemList(props: {
  problems: readonly DraftFailure[];
  /** Counts the attempts to confirm; each puts the focus here. */
  attempts: number;
  onColumn: (column: string) => void;
}) {
  const { problems, attempts, onColumn } = props;
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (attempts === 0) return;
    host.current?.scrollIntoView({ block: 'center' });
    host.current?.focus({ preventScroll: true });
  }, [attempts]);
  return (
    <div ref={host} tabIndex={-1}>
      <FailureNote title={`${plural(problems.length, 'thing')} to do before this is a codebook`}>
        <List size="sm" spacing={4}>
          {problems.slice(0, SHOWN).map((problem) => {
            const column = problemColumn(problem);
            const words = draftFailureMessage(problem);
            return (
              <List.Item key={`${column} ${words}`}>
                {column !== null && (
                  <>
                    <Anchor component="button" type="button" size="sm" onClick={() => onColumn(column)}>
                      {column}
                    </Anchor>
                    {': '}
                  </>
                )}
                {words}
              </List.Item>
            );
          })}
          {problems.length > SHOWN && <List.Item>and {formatCount(problems.length - SHOWN)} more</List.Item>}
        </List>
      </FailureNote>
    </div>
  );
}
