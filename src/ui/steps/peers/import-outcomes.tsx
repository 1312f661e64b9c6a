import { List, Text } from '@mantine/core';
import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ImportOutcome } from '../../../session/state.ts';
import { codebookDifferenceMessage } from '../../messages/codebook-messages.ts';
import { importOutcomeMessage } from '../../messages/import-messages.ts';
import { More } from '../../parts/more.tsx';
import styles from './import-outcomes.module.css';

/** One line a file, read out as they come. */
export function ImportOutcomes(props: { outcomes: readonly ImportOutcome[]; importing: boolean }) {
  return (
    <div aria-live="polite" aria-busy={props.importing}>
      {props.outcomes.length > 0 && (
        <ul className={styles.list} aria-label="What became of the files">
          {props.outcomes.map((outcome, index) => {
            const refused = outcome.kind === 'refused';
            const Icon = refused ? CircleAlert : CircleCheck;
            return (
              // The same file can be chosen twice in one go, so the place is the identity.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <li key={index} className={styles.item} data-refused={refused}>
                <Icon size={18} aria-label={refused ? 'Refused' : 'Imported'} />
                <div>
                  <Text span fw={600}>
                    {outcome.fileName}
                  </Text>
                  {': '}
                  {importOutcomeMessage(outcome)}
                  {refused && outcome.failure.kind === 'other-codebook' && (
                    <More summary="What differs">
                      <List size="sm">
                        {outcome.failure.differences.map((difference) => (
                          <List.Item key={codebookDifferenceMessage(difference)}>
                            {codebookDifferenceMessage(difference)}
                          </List.Item>
                        ))}
                      </List>
                    </More>
                  )}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
