import { Button, Group, List, Text } from '@mantine/core';
import { CircleAlert, CircleCheck, CircleMinus } from 'lucide-react';
import type { ImportOutcome } from '../../../session/state.ts';
import { codebookDifferenceMessage } from '../../messages/codebook-messages.ts';
import { importOutcomeMessage, importSummary } from '../../messages/import-messages.ts';
import { More } from '../../parts/more.tsx';
import { useSession } from '../../session-context.tsx';
import styles from './import-outcomes.module.css';

/** One line a file, read out as they come; with many files also how many are new. */
export function ImportOutcomes(props: {
  outcomes: readonly ImportOutcome[];
  importing: boolean;
  onMap: (id: string) => void;
}) {
  const { outcomes, importing, onMap } = props;
  return (
    <div aria-live="polite" aria-busy={importing}>
      {outcomes.length > 1 && !importing && (
        <Text fw={600} mb="xs">
          {importSummary(outcomes)}
        </Text>
      )}
      {outcomes.length > 0 && (
        <ul className={styles.list} aria-label="What became of the files">
          {outcomes.map((outcome, index) => {
            const { mark, Icon } = markOf(outcome);
            return (
              // The same file can be chosen twice in one go, so the place is the identity.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <li key={index} className={styles.item} data-mark={mark}>
                <Icon size={18} aria-label={mark} />
                <div>
                  <Text span fw={600}>
                    {outcome.fileName}
                  </Text>
                  {': '}
                  {importOutcomeMessage(outcome)}
                  <OutcomeActions outcome={outcome} onMap={onMap} />
                  <Differences outcome={outcome} />
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** What is here already is no bad news. */
function markOf(outcome: ImportOutcome) {
  if (outcome.kind !== 'refused') return { mark: 'Imported', Icon: CircleCheck } as const;
  return outcome.failure.kind === 'already-imported'
    ? ({ mark: 'Already here', Icon: CircleMinus } as const)
    : ({ mark: 'Refused', Icon: CircleAlert } as const);
}

/** What a person can decide at once: which of two versions to use, how to read another codebook. */
function OutcomeActions({ outcome, onMap }: { outcome: ImportOutcome; onMap: (id: string) => void }) {
  const session = useSession();
  if (outcome.kind === 'imported-to-map')
    return (
      <Group mt={6}>
        <Button size="compact-sm" variant="default" onClick={() => onMap(outcome.id)}>
          Map its levels
        </Button>
      </Group>
    );
  if (outcome.kind !== 'imported-newer') return null;
  const { id } = outcome.setAside;
  return (
    <Group mt={6} gap="xs">
      <Button size="compact-sm" variant="default" onClick={() => void session.includeBundle(id, true)}>
        Use the earlier one instead
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => void session.removeBundle(id)}>
        Remove the earlier one
      </Button>
    </Group>
  );
}

function Differences({ outcome }: { outcome: ImportOutcome }) {
  const differences =
    outcome.kind === 'imported-to-map'
      ? outcome.differences
      : outcome.kind === 'refused' && outcome.failure.kind === 'other-codebook'
        ? outcome.failure.differences
        : [];
  if (differences.length === 0) return null;
  return (
    <More summary="What differs">
      <List size="sm">
        {differences.map((difference) => (
          <List.Item key={codebookDifferenceMessage(difference)}>
            {codebookDifferenceMessage(difference)}
          </List.Item>
        ))}
      </List>
    </More>
  );
}
