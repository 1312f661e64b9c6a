import { Button, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { spentReleases } from '../../session/journey.ts';
import { Facts } from '../parts/facts.tsx';
import { formatCount, formatDelta, formatEpsilonUpper } from '../parts/format.ts';
import { More, Paragraphs } from '../parts/more.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { PrivacyMeter } from '../parts/privacy-meter.tsx';
import { useSessionState } from '../session-context.tsx';
import { ForgetDialog } from './forget-dialog.tsx';
import { LEDGER_DETAILS, LEDGER_EMPTY, LEDGER_PURPOSE, LEDGER_STAYS } from './ledger-text.ts';
import { ReleaseTable } from './release-table.tsx';

export function LedgerPage() {
  const state = useSessionState();
  const [asking, setAsking] = useState(false);
  const spent = spentReleases(state);
  const { totalCost, releases } = state;
  return (
    <PageFrame title="Ledger" purpose={LEDGER_PURPOSE} stays={LEDGER_STAYS}>
      {releases.length === 0 ? (
        <Text c="dimmed">{LEDGER_EMPTY}</Text>
      ) : (
        <Stack gap="xl">
          <Facts
            facts={[
              ['Releases that count', formatCount(spent.length)],
              [
                'Certified total ε',
                totalCost !== null
                  ? `${formatEpsilonUpper(totalCost.epsilonUpper)} at δ = ${formatDelta(totalCost.delta)}`
                  : spent.length === 0
                    ? '0'
                    : 'not certified',
              ],
            ]}
          />
          {totalCost !== null && <PrivacyMeter cost={totalCost} what="all counted trainings release" />}
          <ReleaseTable releases={releases} />
        </Stack>
      )}
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
