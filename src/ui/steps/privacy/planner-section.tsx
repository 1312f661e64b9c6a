import { Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { levelsOf } from '../../../core/codebook/codebook.ts';
import {
  affordableEpsilon,
  PLANNER_GRID,
  type PlannerQuestion,
  type PlannerTable,
  planAhead,
} from '../../../core/study/planner.ts';
import { plannerTableOf } from '../../../core/study/shipped-planner-table.ts';
import { SIMULATED_CENTRES, type SimulatedCentres } from '../../../core/study/simulated-centres.ts';
import { readNumber } from '../../../session/read-number.ts';
import { wayToMakeTwins } from '../../../session/way-to-make-twins.ts';
import { tablesCoverage } from '../../parts/tables-coverage.ts';
import { useSessionState } from '../../session-context.tsx';
import {
  affordableSentence,
  CENTRES_LABELS,
  gainSentence,
  NOT_DECLARED,
  NOT_FOR_COUNTS,
  NOT_FOR_PAPER,
  NOT_YET,
  outsideSentence,
  PLANNER_INTRODUCTION,
  recommendationSentence,
  SECRET_ROWS,
  widthSentence,
} from './planner-text.ts';

const PARTY_COUNTS = Array.from({ length: PLANNER_GRID.parties.at(-1)! - 1 }, (_, i) => String(i + 2));

/** What sharing can be expected to bring, before any budget is spent. */
export function PlannerSection() {
  const { privacyForm, codebook, setCount } = useSessionState();
  const [parties, setParties] = useState('4');
  const [centres, setCentres] = useState<SimulatedCentres>('alike');
  const rowCount = codebook.coded?.table.rowCount;
  if (codebook.codebook === null || rowCount === undefined) return null;
  const epsilon = readNumber('epsilon', privacyForm.epsilon, { above: 0 });
  const sets = readNumber('setCount', setCount, { above: 0, whole: true });
  // The number of rows is used once a person has said that it is public.
  const isDeclared = privacyForm.declaredRowCount === rowCount;
  const missing = privacyForm.declaredRowCount === 'noisy' ? SECRET_ROWS : NOT_DECLARED;
  const way = wayToMakeTwins(privacyForm, codebook.codebook);
  const isCount = codebook.codebook.outcome.kind === 'count';
  const levels = codebook.codebook.variables.reduce((sum, variable) => sum + levelsOf(variable).length, 0);
  return (
    <Paper
      withBorder
      radius="lg"
      p="lg"
      component="section"
      aria-labelledby="planner-title"
      bg="var(--tp-card)"
    >
      <Title order={2} size="h4" id="planner-title" mb="xs">
        What to expect
      </Title>
      <Text c="dimmed" size="sm" mb="md">
        {PLANNER_INTRODUCTION}
      </Text>
      <Group align="flex-end" mb="md">
        <NativeSelect
          label="Centres that share, you included"
          description="Each with about as many people as you"
          w={260}
          value={parties}
          onChange={(event) => setParties(event.currentTarget.value)}
          data={PARTY_COUNTS}
        />
        <NativeSelect
          label="The other centres"
          description="Same effects everywhere"
          w={260}
          value={centres}
          onChange={(event) => setCentres(event.currentTarget.value as SimulatedCentres)}
          data={SIMULATED_CENTRES.map((value) => ({ value, label: CENTRES_LABELS[value] }))}
        />
      </Group>
      <div aria-live="polite">
        {way === 'paper' ? (
          <Text>{NOT_FOR_PAPER}</Text>
        ) : isCount ? (
          <Text>{NOT_FOR_COUNTS}</Text>
        ) : !isDeclared || !epsilon.ok || !sets.ok ? (
          <Text c="dimmed">{isDeclared ? NOT_YET : missing}</Text>
        ) : (
          <Expectation
            table={plannerTableOf(way, centres)}
            ways={[plannerTableOf('noisy-marginals', centres), plannerTableOf('short', centres)]}
            question={{
              rowCount,
              levels,
              epsilon: epsilon.value,
              setCount: sets.value,
              parties: Number(parties),
            }}
          />
        )}
      </div>
    </Paper>
  );
}

function Expectation({
  table,
  ways,
  question,
}: {
  table: PlannerTable;
  ways: readonly [PlannerTable, PlannerTable];
  question: PlannerQuestion;
}) {
  const answer = planAhead(question, table);
  const [tables, twins] = [planAhead(question, ways[0]), planAhead(question, ways[1])];
  const affordable = affordableEpsilon(question, table);
  return (
    <Stack gap="xs">
      {answer.ok ? (
        <>
          <Text>{widthSentence(answer.value, table)}</Text>
          <Text>{gainSentence(answer.value)}</Text>
        </>
      ) : (
        <Text>{outsideSentence(answer.failure)}</Text>
      )}
      {tables.ok && twins.ok && <Text>{recommendationSentence(tables.value, twins.value)}</Text>}
      {affordable.ok && <Text fw={600}>{affordableSentence(affordable.value)}</Text>}
      {table.method === 'noisy-marginals' && (
        <Text size="sm" c="dimmed">
          {tablesCoverage(question.rowCount, question.epsilon)}
        </Text>
      )}
    </Stack>
  );
}
