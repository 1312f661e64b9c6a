import { Button, Group, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { PartyAnalysis } from '../../../core/analysis/party-analysis.ts';
import { analysisFailureMessage } from '../../messages/analysis-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { JobProgress } from '../../parts/job-progress.tsx';
import { More } from '../../parts/more.tsx';
import type { EffectKind } from '../../plots/effect-kind.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { PICTURE_NOTE, SAVED_NOTE } from './analyse-text.ts';
import { PartyDetail } from './party-detail.tsx';
import { disagreementSentences, partiesCsv, partyName, partyRows } from './party-rows.ts';
import { PartyTable } from './party-table.tsx';
import type { ReadyAnalysis } from './ready-analysis.ts';

/** Every centre's own estimates and their combination; worked out when a person asks. */
export function PartyComparison({ result, kind }: { result: ReadyAnalysis; kind: EffectKind }) {
  const session = useSession();
  const { byParty, upToDate } = result;
  return (
    <More summary="Centre by centre">
      <Stack gap="md" py="xs">
        <Text maw="68ch">
          Instead of pooling people, this fits the regression to each centre alone and combines the estimates
          as in a meta-analysis, your real rows as one more centre. It also shows what remains without each
          centre.
        </Text>
        {byParty.kind === 'running' && (
          <JobProgress
            label="Fitting"
            done={byParty.analysesDone}
            total={byParty.analyses}
            detail={
              byParty.analyses === 0
                ? 'reading the bundles'
                : `${byParty.analysesDone} of ${byParty.analyses} analyses`
            }
            cancelLabel="Cancel the comparison"
            onCancel={() => session.cancelAnalysis()}
          />
        )}
        {byParty.kind === 'failed' && (
          <FailureNote title="The comparison has no result">
            {analysisFailureMessage(byParty.failure)}
          </FailureNote>
        )}
        {(byParty.kind === 'not-asked' || byParty.kind === 'failed') && (
          <Group gap="sm">
            <Button variant="default" disabled={!upToDate} onClick={() => void session.compareParties()}>
              Compare the centres
            </Button>
            {!upToDate && (
              <Text size="sm" c="dimmed">
                Run the analysis again first.
              </Text>
            )}
          </Group>
        )}
        {byParty.kind === 'ready' && <Compared result={result} parties={byParty.parties} kind={kind} />}
      </Stack>
    </More>
  );
}

function Compared(props: { result: ReadyAnalysis; parties: PartyAnalysis; kind: EffectKind }) {
  const { result, parties, kind } = props;
  const session = useSession();
  const { codebook } = useSessionState().codebook;
  const rows = useMemo(() => (codebook === null ? [] : partyRows(parties, codebook)), [parties, codebook]);
  if (codebook === null) return null;
  const { usedBundles, choice } = result;
  return (
    <>
      <div role="status">
        {disagreementSentences(parties, codebook, usedBundles).map((sentence) => (
          <Text key={sentence} maw="68ch" fw={500}>
            {sentence}
          </Text>
        ))}
      </div>
      <PartyDetail
        rows={rows}
        bundles={usedBundles}
        kind={kind}
        save={{
          note: PICTURE_NOTE['real-rows'],
          onSave: (fileName, bytes, mediaType) => session.saveFile(fileName, bytes, mediaType),
        }}
      />
      <PartyTable rows={rows} kind={kind} name={(id) => partyName(id, usedBundles)} />
      <Text size="sm" c="dimmed" maw="68ch">
        Fixed: every centre measures the same. Random: centres may differ, with Hartung and Knapp’s interval.
        I² is the share of the differences that the centres’ stated errors do not explain, with the p-value of
        no such difference; τ² is the variance between centres (REML).
      </Text>
      <Group gap="sm" data-no-print>
        <Button
          variant="default"
          onClick={() =>
            session.saveFile(
              'centres.csv',
              new TextEncoder().encode(partiesCsv(rows, usedBundles, kind)),
              'text/csv',
            )
          }
        >
          Save the centres as CSV
        </Button>
        <Text size="sm" c="dimmed">
          {SAVED_NOTE[choice.ownPart]}
        </Text>
      </Group>
    </>
  );
}
