import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { checkRecord } from '../../../session/analysis-records.ts';
import { shownAnalysis, tablesInPlaceOfTwins } from '../../../session/shown-analysis.ts';
import { glmFailureMessage } from '../../messages/analysis-messages.ts';
import { Facts } from '../../parts/facts.tsx';
import { FailureNote } from '../../parts/failure-note.tsx';
import { formatCount, listWords } from '../../parts/format.ts';
import { More } from '../../parts/more.tsx';
import { effectKindOf, plurally } from '../../plots/effect-kind.ts';
import { ForestPlot } from '../../plots/forest-plot.tsx';
import { forestRows } from '../../plots/forest-rows.ts';
import { ReportSection } from '../../report/report-section.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { PICTURE_NOTE, SAVED_NOTE } from './analyse-text.ts';
import { analysisSentence } from './analysis-sentence.ts';
import { EstimateTable } from './estimate-table.tsx';
import { estimatesCsv, MADE_FROM } from './estimates-csv.ts';
import { HeldOutPanel } from './held-out-panel.tsx';
import { leftOutSentence } from './left-out-sentence.ts';
import { PartyComparison } from './party-comparison.tsx';
import type { ReadyAnalysis } from './ready-analysis.ts';
import { recordObstacle } from './record-text.ts';
import { TablesResult } from './tables-result.tsx';
import { BELOW_ARE_TWINS, TWINS_SUMMARY, TWINS_TEXT } from './tables-text.ts';

/** What came out: a sentence, the plot, the table, and a file to keep. */
export function AnalysisResult({ result }: { result: ReadyAnalysis }) {
  const session = useSession();
  const state = useSessionState();
  const { codebook } = state.codebook;
  const [newest] = state.analyses;
  const obstacle = newest === undefined ? null : recordObstacle(checkRecord(newest, state));
  const { analysis, usedBundles, upToDate, choice } = result;
  const { tables } = result;
  const shown = useMemo(() => shownAnalysis(analysis, tables), [analysis, tables]);
  const [twinRows, rows] = useMemo(
    () => (codebook === null ? [[], []] : [forestRows(analysis, codebook), forestRows(shown, codebook)]),
    [analysis, shown, codebook],
  );
  if (codebook === null) return null;
  const counts = codebook.outcome.kind === 'count' && choice.outcome === null;
  const kind = effectKindOf(choice.family, counts);
  const inPlaceOfTwins = tablesInPlaceOfTwins(tables) !== null;
  const sentence = analysisSentence(
    rows,
    usedBundles.length,
    kind,
    inPlaceOfTwins ? 'noisy tables' : 'synthetic people',
  );
  return (
    <Stack gap="lg">
      {!upToDate && (
        <Alert color="local" variant="light" role="status" title="Outdated">
          Bundles, rows or settings changed after this was computed. Run the analysis again.
          {obstacle !== null && <Text size="sm">{obstacle}</Text>}
          <Group mt="xs">
            <Button
              size="compact-sm"
              variant="default"
              disabled={obstacle !== null}
              onClick={() => void session.analyseAgain()}
            >
              Repeat it as it was, with the bundles it used
            </Button>
          </Group>
        </Alert>
      )}
      {!analysis.local.ok && (
        <FailureNote title="No local estimates">{glmFailureMessage(analysis.local.failure)}</FailureNote>
      )}
      <Text size="lg" role="status" fw={500} maw="68ch">
        {sentence}
      </Text>
      <Facts
        facts={[
          ['Your rows', formatCount(analysis.localRows)],
          ...(usedBundles.length === 0
            ? []
            : [
                ['Rows pooled', formatCount(analysis.pooledRows)] as const,
                inPlaceOfTwins
                  ? (['Others’ rows', 'as noisy tables'] as const)
                  : (['Synthetic sets used', formatCount(analysis.setsUsed)] as const),
                [
                  'Bundles used',
                  listWords(
                    usedBundles.map(({ partyName }) => partyName),
                    16,
                  ),
                ] as const,
              ]),
        ]}
      />
      {result.leftOut.length > 0 && <Text size="sm">{leftOutSentence(result.leftOut, codebook)}</Text>}
      <TablesResult
        outcome={tables}
        codebook={codebook}
        kind={kind}
        names={new Map(usedBundles.map(({ id, partyName }) => [id, partyName]))}
        rowCount={analysis.localRows}
        epsilon={Math.max(...usedBundles.map((bundle) => bundle.epsilon), 1e-9)}
      />
      <ForestPlot
        rows={rows}
        kind={kind}
        description={`Forest plot of ${plurally(kind)}, local only and pooled. ${sentence} The table below holds every number.`}
        save={{
          fileName: 'forest-plot',
          note: PICTURE_NOTE[choice.ownPart],
          onSave: (fileName, bytes, mediaType) => session.saveFile(fileName, bytes, mediaType),
        }}
      />
      <EstimateTable rows={rows} kind={kind} setsUsed={analysis.setsUsed} />
      {inPlaceOfTwins && (
        <More summary={TWINS_SUMMARY}>
          <p>{TWINS_TEXT}</p>
          <EstimateTable rows={twinRows} kind={kind} setsUsed={analysis.setsUsed} />
        </More>
      )}
      <Group gap="sm" data-no-print>
        <Button
          variant="default"
          onClick={() =>
            session.saveFile(
              'estimates.csv',
              new TextEncoder().encode(
                estimatesCsv(shown, codebook, kind, MADE_FROM[inPlaceOfTwins ? 'tables' : choice.ownPart]),
              ),
              'text/csv',
            )
          }
        >
          Save the table as CSV
        </Button>
        <Text size="sm" c="dimmed">
          {SAVED_NOTE[choice.ownPart]}
        </Text>
      </Group>
      {inPlaceOfTwins && <Text size="sm">{BELOW_ARE_TWINS}</Text>}
      {usedBundles.length > 0 && <PartyComparison result={result} kind={kind} />}
      <HeldOutPanel result={result} />
      <ReportSection result={result} sentence={sentence} />
    </Stack>
  );
}
