import { NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { levelsOf } from '../../../core/codebook/codebook.ts';
import { affordableEpsilon, PLANNER_GRID, planAhead } from '../../../core/study/planner.ts';
import { SHIPPED_PLANNER_TABLE } from '../../../core/study/shipped-planner-table.ts';
import { readNumber } from '../../../session/read-number.ts';
import { useSessionState } from '../../session-context.tsx';
import {
  affordableSentence,
  gainSentence,
  ONLY_SHORT,
  outsideSentence,
  PLANNER_INTRODUCTION,
  widthSentence,
} from './planner-text.ts';

const PARTY_COUNTS = Array.from({ length: PLANNER_GRID.parties.at(-1)! - 1 }, (_, i) => String(i + 2));

/** What sharing can be expected to bring, before any budget is spent. */
export function PlannerSection() {
  const { privacyForm, codebook, setCount } = useSessionState();
  const [parties, setParties] = useState('4');
  const rowCount = codebook.coded?.table.rowCount;
  if (codebook.codebook === null || rowCount === undefined) return null;
  const epsilon = readNumber('epsilon', privacyForm.epsilon, { above: 0 });
  const sets = readNumber('setCount', setCount, { above: 0, whole: true });
  // The number of rows is used once a person has said that it is public.
  const isDeclared = privacyForm.declaredRowCount === rowCount;
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
      <NativeSelect
        label="Centres that share, you included"
        description="Each with about as many people as you"
        w={260}
        mb="md"
        value={parties}
        onChange={(event) => setParties(event.currentTarget.value)}
        data={PARTY_COUNTS}
      />
      <div aria-live="polite">
        {privacyForm.preset !== 'short' ? (
          <Text>{ONLY_SHORT}</Text>
        ) : !isDeclared || !epsilon.ok || !sets.ok ? (
          <Text c="dimmed">Declare the number of rows as public above, and this can be answered.</Text>
        ) : (
          <Expectation
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

function Expectation({ question }: { question: Parameters<typeof planAhead>[0] }) {
  const answer = planAhead(question, SHIPPED_PLANNER_TABLE);
  const affordable = affordableEpsilon(question, SHIPPED_PLANNER_TABLE);
  return (
    <Stack gap="xs">
      {answer.ok ? (
        <>
          <Text>{widthSentence(answer.value)}</Text>
          <Text>{gainSentence(answer.value)}</Text>
        </>
      ) : (
        <Text>{outsideSentence(answer.failure)}</Text>
      )}
      {affordable.ok && <Text fw={600}>{affordableSentence(affordable.value)}</Text>}
    </Stack>
  );
}
