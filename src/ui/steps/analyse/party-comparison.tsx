import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { Fragment } from 'react';
import type { AnalysisState } from '../../../session/state.ts';
import { analysisFailureMessage, notEstimableMessage } from '../../messages/analysis-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { formatRatio } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { More } from '../../parts/more.tsx';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { type RatioKind, ratioKindOf, ratioOf } from '../../plots/forest-rows.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import styles from './estimate-table.module.css';
import { formatInterval } from './estimate-table.tsx';
import { disagreementSentences, type PartyRow, partiesCsv, partyName, partyRows } from './party-rows.ts';

type Ready = Extract<AnalysisState, { kind: 'ready' }>;

/** Every centre's own estimates and their combination; worked out when a person asks. */
export function PartyComparison({ result }: { result: Ready }) {
  const session = useSession();
  const { byParty, upToDate } = result;
  return (
    <More summary="Centre by centre">
      <Stack gap="md" py="xs">
        <Text maw="68ch">
          Instead of pooling people, this fits the regression to each centre alone and combines the estimates
          as in a meta-analysis, your real rows as one more centre.
        </Text>
        {byParty.kind === 'running' && (
          <JobProgress
            label="Fitting"
            done={byParty.partiesDone}
            total={byParty.parties}
            detail={`${byParty.partiesDone} of ${byParty.parties} centres`}
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
        {byParty.kind === 'ready' && <Compared result={result} parties={byParty.parties} />}
      </Stack>
    </More>
  );
}

function Compared(props: {
  result: Ready;
  parties: Extract<Ready['byParty'], { kind: 'ready' }>['parties'];
}) {
  const { result, parties } = props;
  const session = useSession();
  const { codebook } = useSessionState().codebook;
  if (codebook === null) return null;
  const { usedBundles } = result;
  const kind = ratioKindOf(result.choice.family);
  const rows = partyRows(parties, codebook);
  return (
    <>
      <div role="status">
        {disagreementSentences(parties, codebook, usedBundles).map((sentence) => (
          <Text key={sentence} maw="68ch" fw={500}>
            {sentence}
          </Text>
        ))}
      </div>
      <PartyTable rows={rows} kind={kind} name={(id) => partyName(id, usedBundles)} />
      <Text size="sm" c="dimmed" maw="68ch">
        Fixed: every centre measures the same ratio. Random: centres may differ, with Hartung and Knapp’s
        interval. I² is the share of the differences that the centres’ stated errors do not explain.
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
          Contains results from your real rows.
        </Text>
      </Group>
    </>
  );
}

function PartyTable(props: { rows: readonly PartyRow[]; kind: RatioKind; name: (id: string) => string }) {
  const { rows, kind, name } = props;
  const title = kind === 'odds ratio' ? 'Odds ratios' : 'Risk ratios';
  const ids = rows[0]?.parties.map(({ id }) => id) ?? [];
  const columns = 5 + ids.length;
  return (
    <ScrollX label={`${title} centre by centre`}>
      <Table verticalSpacing={5} miw={220 + columns * 110} data-testid="party-table">
        <caption>{title} with nominal 95 % intervals, centre by centre</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Level</Table.Th>
            <Table.Th scope="col" className={styles.local}>
              Your own rows
            </Table.Th>
            {ids.map((id) => (
              <Table.Th key={id} scope="col" data-number>
                {name(id)}
              </Table.Th>
            ))}
            <Table.Th scope="col" data-number>
              Fixed
            </Table.Th>
            <Table.Th scope="col" data-number>
              Random
            </Table.Th>
            <Table.Th scope="col" data-number>
              I²
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Fragment key={`${row.variable} ${row.level}`}>
              {rows[index - 1]?.variable !== row.variable && (
                <Table.Tr>
                  <Table.Th scope="colgroup" colSpan={columns} className={styles.group}>
                    {row.variableLabel}
                  </Table.Th>
                </Table.Tr>
              )}
              <ComparedRow row={row} />
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}

function ComparedRow({ row }: { row: PartyRow }) {
  const { meta } = row;
  const knapp = meta?.random.hartungKnapp;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} pl="lg">
        {row.levelLabel}
      </Table.Th>
      <EstimateCell cell={row.local} />
      {row.parties.map(({ id, cell }) => (
        <EstimateCell key={id} cell={cell} />
      ))}
      <CombinedCell estimate={meta?.fixed.estimate} ends={meta?.fixed.inference} />
      <CombinedCell estimate={meta?.random.estimate} ends={knapp?.inference} />
      <Table.Td data-number>
        {meta === undefined || meta.studies < 2 ? '–' : `${Math.round(100 * meta.heterogeneity.iSquared)} %`}
      </Table.Td>
    </Table.Tr>
  );
}

function EstimateCell({ cell }: { cell: PartyRow['local'] | PartyRow['parties'][number]['cell'] }) {
  const ratio = ratioOf(cell);
  if (ratio === null)
    return (
      <Table.Td className={styles.reference}>
        {cell.kind === 'not-estimable' ? notEstimableMessage(cell.reason) : '–'}
      </Table.Td>
    );
  return <RatioWithEnds {...ratio} />;
}

function CombinedCell(props: {
  estimate: number | undefined;
  ends: { readonly lower: number; readonly upper: number } | undefined;
}) {
  const { estimate, ends } = props;
  // One centre alone has no interval of this kind.
  if (estimate === undefined || ends === undefined) return <Table.Td data-number>–</Table.Td>;
  return (
    <RatioWithEnds ratio={Math.exp(estimate)} lower={Math.exp(ends.lower)} upper={Math.exp(ends.upper)} />
  );
}

function RatioWithEnds(ratio: { ratio: number; lower: number; upper: number }) {
  return (
    <Table.Td data-number>
      {formatRatio(ratio.ratio)}
      <Text size="xs" c="dimmed">
        {formatInterval(ratio)}
      </Text>
    </Table.Td>
  );
}
