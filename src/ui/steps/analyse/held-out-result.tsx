import { Button, Group, Table, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { HeldOutEvaluation } from '../../../core/analysis/held-out.ts';
import type { HeldOutLabel } from '../../../session/state.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { BoxPlot } from '../../plots/box-plot.tsx';
import { GainPlot } from '../../plots/gain-plot.tsx';
import { useSession } from '../../session-context.tsx';
import { PICTURE_NOTE, SAVED_NOTE } from './analyse-text.ts';
import { csvBytes } from './csv-text.ts';
import { formatLogP } from './effect-words.ts';
import {
  finiteBox,
  HELD_OUT_HELP,
  heldOutBoxes,
  heldOutCsv,
  heldOutSentences,
  METHOD_NAMES,
  scoresOf,
} from './held-out-text.ts';

/** How well each fit predicts: in a sentence, as boxes, in numbers, and against the number of centres. */
export function HeldOutResult(props: { evaluation: HeldOutEvaluation; from: HeldOutLabel }) {
  const { evaluation, from } = props;
  const session = useSession();
  const boxes = useMemo(() => heldOutBoxes(evaluation), [evaluation]);
  const sentences = heldOutSentences(evaluation, from);
  const save = {
    note: PICTURE_NOTE['real-rows'],
    onSave: (fileName: string, bytes: Uint8Array, mediaType: string) =>
      session.saveFile(fileName, bytes, mediaType),
  };
  const { gain } = evaluation;
  return (
    <>
      <div role="status">
        {sentences.map((sentence) => (
          <Text key={sentence} maw="68ch" fw={500}>
            {sentence}
          </Text>
        ))}
      </div>
      <BoxPlot
        boxes={boxes}
        axis="Log-likelihood per test row (right is better)"
        description={`Box plot of held-out log-likelihoods. ${sentences.join(' ')} The table below holds the numbers.`}
        save={{ ...save, fileName: 'held-out-box-plot' }}
      />
      <ScoreTable evaluation={evaluation} />
      <Text size="sm" c="dimmed" maw="68ch">
        {testWords(evaluation)} {HELD_OUT_HELP}
      </Text>
      {gain.length > 1 && (
        <GainPlot
          gain={gain}
          description={`Held-out log-likelihood against the number of centres, from ${gain[0]?.parties ?? 0} to ${gain.at(-1)?.parties ?? 0}. The CSV file holds the numbers.`}
          save={{ ...save, fileName: 'gain-plot' }}
        />
      )}
      <Group gap="sm" data-no-print>
        <Button
          variant="default"
          onClick={() => session.saveFile('held-out.csv', csvBytes(heldOutCsv(evaluation)), 'text/csv')}
        >
          Save the evaluation as CSV
        </Button>
        <Text size="sm" c="dimmed">
          {SAVED_NOTE['real-rows']}
        </Text>
      </Group>
    </>
  );
}

function ScoreTable({ evaluation }: { evaluation: HeldOutEvaluation }) {
  const median = (draws: Float64Array) => finiteBox(draws)?.median.toFixed(4) ?? '–';
  return (
    <ScrollX label="Held-out log-likelihoods">
      <Table verticalSpacing={5} miw={460} data-testid="held-out-table">
        <caption>Log-likelihood per row that no fit has seen; higher is better</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Fit</Table.Th>
            {['Point estimate', 'Median of draws, diagonal', 'Median of draws, full'].map((heading) => (
              <Table.Th key={heading} scope="col" data-number>
                {heading}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scoresOf(evaluation).map(({ method, point, diagonal, full }) => (
            <Table.Tr key={method}>
              <Table.Th scope="row" fw={400}>
                {METHOD_NAMES[method]}
              </Table.Th>
              <Table.Td data-number>{point.toFixed(4)}</Table.Td>
              <Table.Td data-number>{median(diagonal)}</Table.Td>
              <Table.Td data-number>{median(full)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}

/** Welch's test on ranks of the draws; it is about draws, not about people. */
function testWords({ tests }: HeldOutEvaluation): string {
  if (tests === undefined) return '';
  const words = (name: string, test: (typeof tests)['full']) =>
    test.ok
      ? `${name}: p ${formatLogP(test.value.logPGreater)} one-sided (pooling helps), ${formatLogP(test.value.logPTwoSided)} two-sided`
      : `${name}: no test, the draws do not vary`;
  return `Welch’s t-test on ranks of the draws, pooled against local; ${words('diagonal', tests.diagonal)}; ${words('full', tests.full)}. It compares draws of the same two fits, not people.`;
}
