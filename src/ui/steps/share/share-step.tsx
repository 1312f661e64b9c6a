import { Button, List, SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import { currentRelease, newestOwnBundle } from '../../../session/journey.ts';
import { makingFailureMessage } from '../../messages/bundle-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { JobProgress } from '../../parts/job-progress.tsx';
import { More, Paragraphs } from '../../parts/more.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SelectedPairsNote } from '../../parts/selected-pairs-note.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { OwnBundles } from './own-bundles.tsx';
import {
  IN_THE_FILE,
  notInTheFile,
  SETS_HELP,
  SHARE_DETAILS,
  SHARE_PURPOSE,
  SHARE_STAYS,
} from './share-text.ts';

/** Below the field, so that two fields side by side stand in one line however long their help is. */
const FIELD_ORDER: ('label' | 'input' | 'error' | 'description')[] = [
  'label',
  'input',
  'error',
  'description',
];

export function ShareStep() {
  const session = useSession();
  const state = useSessionState();
  const { making, setCount, data } = state;
  const release = currentRelease(state);
  const running = making.kind === 'running';
  const made = newestOwnBundle(state) !== null;
  const nameless = data.partyName.trim() === '';
  const atField =
    making.kind === 'failed' && 'field' in making.failure ? makingFailureMessage(making.failure) : undefined;
  return (
    <PageFrame
      title="Share"
      purpose={SHARE_PURPOSE}
      stays={SHARE_STAYS}
      primary={
        <Button
          variant={made ? 'default' : 'filled'}
          disabled={running || nameless}
          onClick={() => void session.makeBundle()}
        >
          {made ? 'Make another bundle' : 'Make the bundle'}
        </Button>
      }
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} maw={720}>
        <TextInput
          label="Name of your centre"
          description="Public: it stands in the bundle."
          inputWrapperOrder={FIELD_ORDER}
          value={data.partyName}
          maxLength={200}
          error={nameless ? 'Type the name under which peers will know you.' : undefined}
          onChange={(event) => session.setPartyName(event.currentTarget.value)}
        />
        <TextInput
          label="Number of synthetic sets"
          description={SETS_HELP}
          inputWrapperOrder={FIELD_ORDER}
          inputMode="numeric"
          value={setCount}
          error={atField}
          onChange={(event) => session.setSetCount(event.currentTarget.value)}
        />
      </SimpleGrid>
      {running && (
        <JobProgress
          label="Drawing synthetic sets"
          done={making.setsDone}
          total={making.sets}
          detail={`${making.setsDone} of ${making.sets} sets`}
          cancelLabel="Cancel"
          onCancel={() => session.cancelBundle()}
        />
      )}
      {making.kind === 'failed' && atField === undefined && (
        <FailureNote title="No bundle was kept">{makingFailureMessage(making.failure)}</FailureNote>
      )}
      <OwnBundles />
      <SelectedPairsNote release={release} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Contents title="In the file" entries={IN_THE_FILE} />
        <Contents title="Not in the file" entries={notInTheFile(release?.plan.rowCount !== 'noisy')} />
      </SimpleGrid>
      <More summary="How do peers open it?">
        <Paragraphs texts={SHARE_DETAILS} />
      </More>
    </PageFrame>
  );
}

function Contents({ title, entries }: { title: string; entries: readonly string[] }) {
  return (
    <div>
      <Title order={2} size="h5" mb={6}>
        {title}
      </Title>
      <List size="sm" spacing={4}>
        {entries.map((entry) => (
          <List.Item key={entry}>
            <Text span size="sm">
              {entry}
            </Text>
          </List.Item>
        ))}
      </List>
    </div>
  );
}
