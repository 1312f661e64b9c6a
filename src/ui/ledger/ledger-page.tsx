import { Button, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { TableAccount } from '../../session/ledger-state.ts';
import type { SessionState } from '../../session/state.ts';
import { More, Paragraphs } from '../parts/more.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { useSession, useSessionState } from '../session-context.tsx';
import { AccountCard } from './account-card.tsx';
import { ForgetDialog } from './forget-dialog.tsx';
import { LedgerFiles } from './ledger-files.tsx';
import {
  LEDGER_DETAILS,
  LEDGER_EMPTY,
  LEDGER_ONLY_SIMULATED,
  LEDGER_PURPOSE,
  LEDGER_STAYS,
} from './ledger-text.ts';
import { ImportedTable, ReleaseTable } from './release-table.tsx';

export function LedgerPage() {
  const session = useSession();
  const state = useSessionState();
  const [asking, setAsking] = useState(false);
  // another tab may have trained since
  useEffect(() => void session.refreshLedger(), [session]);
  const accounts = shownAccounts(state);
  return (
    <PageFrame title="Ledger" purpose={LEDGER_PURPOSE} stays={LEDGER_STAYS}>
      {accounts.length === 0 && (
        <Text c="dimmed">{state.releases.length === 0 ? LEDGER_EMPTY : LEDGER_ONLY_SIMULATED}</Text>
      )}
      {accounts.length > 0 && (
        <Stack gap="lg">
          <Title order={2} size="h4">
            By table
          </Title>
          {accounts.map((account) => (
            <AccountCard key={account.key} account={account} />
          ))}
        </Stack>
      )}
      {state.releases.length > 0 && <ReleaseTable releases={state.releases} notes={state.ledger.notes} />}
      {state.ledger.imported.length > 0 && <ImportedTable releases={state.ledger.imported} />}
      <LedgerFiles />
      <More summary="What the ledger cannot know">
        <Paragraphs texts={LEDGER_DETAILS} />
      </More>
      <section aria-labelledby="forget-title">
        <Title order={2} size="h4" id="forget-title" mb="xs">
          Leave no trace
        </Title>
        <Button variant="outline" color="red" c="var(--mantine-color-error)" onClick={() => setAsking(true)}>
          Forget everything…
        </Button>
      </section>
      <ForgetDialog opened={asking} onClose={() => setAsking(false)} />
    </PageFrame>
  );
}

/** Those that something was released from, and the table at hand even if nothing was: its cap is best set before. */
function shownAccounts({ ledger, data }: SessionState): readonly TableAccount[] {
  const { accounts, openTable, caps } = ledger;
  const isNew = openTable !== null && accounts.every(({ key }) => key !== openTable);
  if (!isNew || data.source === null || data.source.kind === 'simulated') return accounts;
  const { label } = data.source;
  const cap = caps[openTable] ?? null;
  const open = {
    key: openTable,
    label,
    site: data.site,
    releaseCount: 0,
    importedCount: 0,
    total: null,
    cap,
    left: null,
  };
  return [open, ...accounts];
}
