import { Alert, Anchor, Button, Text } from '@mantine/core';
import { Copy, FileDiff, HardDriveDownload, Hourglass, RefreshCw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { isChangedTable, namesakes, openTrainings } from '../../session/journey.ts';
import { isStep } from '../../session/steps.ts';
import { plural } from '../parts/format.ts';
import { useSessionState } from '../session-context.tsx';
import { NOTICES, remainsWords } from './notices-text.ts';
import styles from './shell.module.css';

/** A newer version of the page: none, one that waits to be taken, or one that another tab has taken. */
export interface NewVersionAtHand {
  readonly where: 'nowhere' | 'waiting' | 'taken-elsewhere';
  readonly take: () => void;
}

/** What holds for every step: said above it, each with what to do next. */
export function Notices({ newVersion }: { newVersion: NewVersionAtHand }) {
  const state = useSessionState();
  const { training, queue, elsewhere, page } = state;
  const runs = training.kind === 'running';
  const left = openTrainings(state).filter(
    ({ id }) =>
      !queue.includes(id) &&
      !elsewhere.includes(id) &&
      !('releaseId' in training && training.releaseId === id),
  ).length;
  return (
    <>
      {state.isForgottenElsewhere && (
        <Notice title={NOTICES.forgotten.title} icon={<Trash2 size={18} aria-hidden />}>
          <Text mb="sm">{NOTICES.forgotten.text}</Text>
          <Button size="xs" onClick={() => window.location.reload()}>
            Reload the page
          </Button>
        </Notice>
      )}
      {!state.storageWorks && !state.isForgottenElsewhere && (
        <Notice title={NOTICES.notStored.title} icon={<HardDriveDownload size={18} aria-hidden />}>
          {NOTICES.notStored.text}
        </Notice>
      )}
      {state.remains !== null && (
        <Notice title={NOTICES.remains.title} icon={<Trash2 size={18} aria-hidden />}>
          {remainsWords(state.remains)}
        </Notice>
      )}
      {state.isOpenElsewhere && (
        <Notice title={NOTICES.twoTabs.title} icon={<Copy size={18} aria-hidden />}>
          {NOTICES.twoTabs.text}
        </Notice>
      )}
      {isStep(page) && isChangedTable(state) && (
        <Notice title={NOTICES.changedTable.title} icon={<FileDiff size={18} aria-hidden />}>
          {NOTICES.changedTable.text} <Anchor href="#/ledger">Go to the Ledger</Anchor>
        </Notice>
      )}
      {isStep(page) && state.data.changedOnDisk && namesakes(state).length === 0 && (
        <Notice title={NOTICES.changedOnDisk.title} icon={<FileDiff size={18} aria-hidden />}>
          {NOTICES.changedOnDisk.text}
        </Notice>
      )}
      {newVersion.where === 'taken-elsewhere' && (
        <Notice title={NOTICES.takenElsewhere.title} icon={<RefreshCw size={18} aria-hidden />}>
          <Text mb="sm">{runs ? NOTICES.takenElsewhere.later : NOTICES.takenElsewhere.text}</Text>
          <Button size="xs" variant="default" disabled={runs} onClick={() => window.location.reload()}>
            Reload the page
          </Button>
        </Notice>
      )}
      {newVersion.where === 'waiting' && (
        <Notice title={NOTICES.newVersion.title} icon={<RefreshCw size={18} aria-hidden />}>
          <Text mb="sm">{runs ? NOTICES.newVersion.later : NOTICES.newVersion.text}</Text>
          <Button size="xs" variant="default" disabled={runs} onClick={newVersion.take}>
            Update now
          </Button>
        </Notice>
      )}
      {left > 0 && page !== 'train' && (
        <Notice title={`${plural(left, 'training')} not finished`} icon={<Hourglass size={18} aria-hidden />}>
          {NOTICES.unfinished.text} <Anchor href="#/train">Go to Train</Anchor>
        </Notice>
      )}
    </>
  );
}

function Notice({ title, icon, children }: { title: string; icon: ReactNode; children: ReactNode }) {
  return (
    <Alert role="note" className={styles.notice} color="local" variant="light" title={title} icon={icon}>
      {children}
    </Alert>
  );
}
