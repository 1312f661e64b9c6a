import { Alert, Button, Checkbox, Group, List, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import { compareCodebooks } from '../../../core/codebook/compare-codebooks.ts';
import { draftMapping, draftOf, mappingProgress } from '../../../core/codebook/mapping-draft.ts';
import { readability } from '../../../session/journey.ts';
import type { BundleSummary } from '../../../session/records.ts';
import { codebookDifferenceMessage } from '../../messages/codebook-messages.ts';
import { More } from '../../parts/more.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import styles from './mapping-editor.module.css';
import { MAPPING_PURPOSE, outcomesDiffer, outcomeText, progressText, SAME_EVENT } from './mapping-text.ts';
import { MappingVariable } from './mapping-variable.tsx';

/** How the bundle of a centre with another codebook is read: variable by variable, level by level. */
export function MappingEditor(props: { bundle: BundleSummary; own: Codebook; onClose: () => void }) {
  const { bundle, own, onClose } = props;
  const session = useSession();
  const { codebookId } = useSessionState().codebook;
  const isMapped = readability(bundle, codebookId) === 'mapped';
  const [draft, setDraft] = useState(() =>
    isMapped && bundle.mapping !== undefined
      ? draftOf(own, bundle.mapping.mapping)
      : draftMapping(own, bundle.codebook),
  );
  const asks = outcomesDiffer(own.outcome, bundle.codebook.outcome);
  const [sameEvent, setSameEvent] = useState(isMapped);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const progress = mappingProgress(bundle.codebook, draft);
  const compared = compareCodebooks(own, bundle.codebook);
  const ready = progress.open.length === 0 && progress.mapping.variables.length > 0 && (!asks || sameEvent);
  return (
    <section className={styles.editor} aria-label={`Mapping of ${bundle.partyName}`}>
      <div>
        <Title order={2} size="h4" ref={heading} tabIndex={-1}>
          How to read the bundle of {bundle.partyName}
        </Title>
        <Text size="sm" c="dimmed">
          {MAPPING_PURPOSE}
        </Text>
      </div>
      {compared.kind === 'different' && (
        <More summary="What differs between the codebooks">
          <List size="sm">
            {compared.differences.map((difference) => (
              <List.Item key={codebookDifferenceMessage(difference)}>
                {codebookDifferenceMessage(difference)}
              </List.Item>
            ))}
          </List>
        </More>
      )}
      <section aria-label="The outcome">
        <dl className={styles.outcomes}>
          <dt>Your outcome</dt>
          <dd>{outcomeText(own.outcome)}</dd>
          <dt>Theirs</dt>
          <dd>{outcomeText(bundle.codebook.outcome)}</dd>
        </dl>
        {asks && (
          <Checkbox
            mt="sm"
            checked={sameEvent}
            onChange={(event) => setSameEvent(event.currentTarget.checked)}
            label={SAME_EVENT}
            description="Only a person can know. Without it the bundle is not used."
          />
        )}
      </section>
      {own.variables.map((variable, j) => (
        <MappingVariable
          key={variable.name}
          own={variable}
          other={bundle.codebook}
          item={draft.variables[j]!}
          draft={draft}
          onChange={setDraft}
        />
      ))}
      <Alert role="status" color={ready ? 'pooled' : 'gray'} variant="light">
        {progressText(own, bundle.partyName, progress)}
      </Alert>
      <Group justify="space-between">
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          {isMapped && (
            <Button
              variant="default"
              onClick={() => {
                void session.setMapping(bundle.id, null);
                onClose();
              }}
            >
              Forget this mapping
            </Button>
          )}
        </Group>
        <Button
          disabled={!ready}
          onClick={() => {
            void session.setMapping(bundle.id, progress.mapping);
            onClose();
          }}
        >
          Use this mapping
        </Button>
      </Group>
    </section>
  );
}
