import { Alert, Button, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { choiceInForce } from '../../../session/analysing.ts';
import { includedPeers } from '../../../session/journey.ts';
import { tablesInPlaceOfTwins } from '../../../session/shown-analysis.ts';
import { analysisFailureMessage } from '../../messages/analysis-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { listWords } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { More, Paragraphs } from '../../parts/more.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { effectKindOf } from '../../plots/effect-kind.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { ANALYSE_PURPOSE, ANALYSE_STAYS, analyseDetails, COVERAGE_TITLE } from './analyse-text.ts';
import { AnalysisChoices } from './analysis-choices.tsx';
import { AnalysisRecords } from './analysis-records.tsx';
import { AnalysisResult } from './analysis-result.tsx';
import { coverageScope, coverageWarning } from './coverage-warning.ts';

export function AnalyseStep() {
  const session = useSession();
  const state = useSessionState();
  const { analysis } = state;
  const choice = choiceInForce(state);
  const { errors } = choice;
  const peers = includedPeers(state);
  const rows = state.codebook.coded?.table.rowCount ?? 1;
  const epsilon = Math.max(...peers.map((peer) => peer.epsilon));
  const counts = state.codebook.codebook?.outcome.kind === 'count' && choice.outcome === null;
  const inPlaceOfTwins = analysis.kind === 'ready' && tablesInPlaceOfTwins(analysis.tables) !== null;
  const fresh = analysis.kind === 'ready' && analysis.upToDate;
  return (
    <PageFrame
      title="Analyse"
      purpose={ANALYSE_PURPOSE}
      stays={ANALYSE_STAYS[choice.ownPart]}
      primary={
        <Button
          disabled={analysis.kind === 'running'}
          variant={fresh ? 'default' : 'filled'}
          onClick={() => void session.analyse()}
        >
          {analysis.kind === 'ready' ? 'Run the analysis again' : 'Run the analysis'}
        </Button>
      }
    >
      <AnalysisChoices />
      <Text>
        {peers.length === 0
          ? 'No bundle is in use: only your own rows would be analysed. Bring bundles in on the Peers step.'
          : `${choice.ownPart === 'own-twins' ? 'Your own twins' : 'Your own rows'} with the bundles of ${listWords(
              peers.map(({ partyName }) => partyName),
              16,
            )}.`}
      </Text>
      {analysis.kind === 'running' && (
        <JobProgress
          label="Fitting"
          done={analysis.fitsDone}
          total={analysis.fits}
          detail={
            analysis.fits === 0
              ? 'reading the bundles'
              : `${analysis.fitsDone} of ${analysis.fits} regressions`
          }
          cancelLabel="Cancel"
          onCancel={() => session.cancelAnalysis()}
        />
      )}
      {analysis.kind === 'failed' && (
        <FailureNote title="The analysis has no result">
          {analysisFailureMessage(analysis.failure)}
        </FailureNote>
      )}
      {peers.length > 0 && !inPlaceOfTwins && (
        <Alert
          role="note"
          color="local"
          variant="light"
          icon={<TriangleAlert size={18} aria-hidden />}
          title={COVERAGE_TITLE}
          styles={{ message: { color: 'var(--mantine-color-text)' } }}
        >
          {coverageWarning(rows, epsilon, errors, choice.interval)} {coverageScope(choice, counts)}
        </Alert>
      )}
      {analysis.kind === 'ready' && <AnalysisResult result={analysis} />}
      <AnalysisRecords />
      <More summary="How is this computed?">
        <Paragraphs texts={analyseDetails(choice, effectKindOf(choice.family, counts))} />
      </More>
    </PageFrame>
  );
}
