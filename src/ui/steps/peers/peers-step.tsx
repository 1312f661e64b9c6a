import { Button, Group, Text } from '@mantine/core';
import { PackageOpen } from 'lucide-react';
import { useState } from 'react';
import { isOpen, peerBundles } from '../../../session/journey.ts';
import { FileDrop } from '../../parts/file-drop.tsx';
import { More, Paragraphs } from '../../parts/more.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { FolderButton } from './folder-button.tsx';
import { ImportOutcomes } from './import-outcomes.tsx';
import { ImportProgress } from './import-progress.tsx';
import { MappingEditor } from './mapping-editor.tsx';
import { PeerTable } from './peer-table.tsx';
import { DROP_TEXT, PEERS_DETAILS, PEERS_PURPOSE, PEERS_STAYS } from './peers-text.ts';
import { UndoNote } from './undo-note.tsx';

export function PeersStep() {
  const session = useSession();
  const state = useSessionState();
  const [mapped, setMapped] = useState<string | null>(null);
  const canAnalyse = isOpen(state, 'analyse');
  const bundle = peerBundles(state).find(({ id }) => id === mapped);
  const { codebook } = state.codebook;
  return (
    <PageFrame
      title="Peers"
      purpose={PEERS_PURPOSE}
      stays={PEERS_STAYS}
      primary={
        <Button onClick={() => session.goTo(canAnalyse ? 'analyse' : 'data')}>
          {canAnalyse ? 'Continue to the analysis' : 'Open your table to analyse'}
        </Button>
      }
    >
      <FileDrop
        label="Choose bundle files"
        accept=".zip,application/zip"
        multiple
        testId="bundle-files"
        variant="default"
        loading={state.importing}
        onFiles={(files) => void session.importBundles(files)}
      >
        <PackageOpen size={22} aria-hidden color="var(--tp-pooled)" />
        <Text>{DROP_TEXT}</Text>
      </FileDrop>
      <Group gap="sm">
        <FolderButton
          disabled={state.importing}
          onFiles={async (files) => {
            await session.importBundles(files);
            return session.getState().imports.length;
          }}
        />
      </Group>
      <ImportProgress />
      <ImportOutcomes outcomes={state.imports} importing={state.importing} onMap={setMapped} />
      <UndoNote />
      <PeerTable onMap={setMapped} />
      {bundle !== undefined && codebook !== null && (
        <MappingEditor key={bundle.id} bundle={bundle} own={codebook} onClose={() => setMapped(null)} />
      )}
      <More summary="What is checked?">
        <Paragraphs texts={PEERS_DETAILS} />
      </More>
    </PageFrame>
  );
}
