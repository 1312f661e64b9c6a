import { Alert, Stack, Table, Text, Title } from '@mantine/core';
import { Fragment } from 'react';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import type { TablesEstimate } from '../../../core/marginals/tables-analysis.ts';
import type { TablesOutcome } from '../../../core/marginals/tables-outcome.ts';
import { tablesInPlaceOfTwins } from '../../../session/shown-analysis.ts';
import { formatRatio } from '../../parts/format.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { tablesCoverage } from '../../parts/tables-coverage.ts';
import type { EffectKind } from '../../plots/effect-kind.ts';
import styles from './estimate-table.module.css';
import {
  BARELY_KNOWN,
  disagreeSentence,
  partiesWithoutSentence,
  TABLES_PURPOSE,
  TABLES_TITLE,
  tablesRefused,
  UNKNOWN_MARK,
  UNKNOWN_WORDS,
  unknownSentence,
} from './tables-text.ts';

/** The estimate that knows the noise: own rows with the other centres' tables. */
export function TablesResult({
  outcome,
  codebook,
  kind,
  names,
  rowCount,
  epsilon,
}: {
  outcome: TablesOutcome;
  codebook: Codebook;
  kind: EffectKind;
  /** Party names by bundle. */
  names: ReadonlyMap<string, string>;
  rowCount: number;
  epsilon: number;
}) {
  if (outcome.kind === 'no-tables') return null;
  return (
    <Stack component="section" aria-labelledby="tables-title" gap="sm">
      <Title order={2} size="h4" id="tables-title">
        {TABLES_TITLE}
      </Title>
      {outcome.kind === 'refused' ? (
        <Text>{tablesRefused(outcome.failure)}</Text>
      ) : (
        <>
          <Text maw="72ch">{TABLES_PURPOSE}</Text>
          {outcome.partiesWithout > 0 && (
            <Text size="sm">{partiesWithoutSentence(outcome.partiesWithout)}</Text>
          )}
          {disagreeSentence(outcome.analysis, names) !== null && (
            <Alert color="local" variant="light" role="note" title="A centre that stands apart">
              {disagreeSentence(outcome.analysis, names)}
            </Alert>
          )}
          {tablesInPlaceOfTwins(outcome) === null ? (
            <RatioTable rows={outcome.analysis.rows} codebook={codebook} kind={kind} />
          ) : (
            unknownSentence(outcome.analysis) !== null && (
              <Text size="sm">{unknownSentence(outcome.analysis)}</Text>
            )
          )}
          <Text size="sm" maw="72ch">
            {tablesCoverage(rowCount, epsilon)}
          </Text>
        </>
      )}
    </Stack>
  );
}

function RatioTable({
  rows,
  codebook,
  kind,
}: {
  rows: readonly TablesEstimate[];
  codebook: Codebook;
  kind: EffectKind;
}) {
  const name = kind === 'odds ratio' ? 'Odds ratio' : 'Risk ratio';
  const labels = new Map(codebook.variables.map((variable) => [variable.name, variable.label]));
  const shown = rows.filter(({ term }) => term.kind !== 'intercept');
  return (
    <div>
      <ScrollX label={`${name}s from rows and noisy tables`}>
        <Table verticalSpacing={5} miw={480} data-testid="tables-estimates">
          <caption>{name}s against the reference level, noise counted in</caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Level</Table.Th>
              <Table.Th scope="col" data-number>
                {name}
              </Table.Th>
              <Table.Th scope="col" data-number>
                95&nbsp;% interval
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ term, estimate, lower, upper, known }, index) => (
              <Fragment key={`${term.variable} ${term.level}`}>
                {shown[index - 1]?.term.variable !== term.variable && (
                  <Table.Tr>
                    <Table.Th scope="colgroup" colSpan={3} className={styles.group}>
                      {labels.get(term.variable) ?? term.variable}
                    </Table.Th>
                  </Table.Tr>
                )}
                <Table.Tr>
                  <Table.Th scope="row" fw={400} pl="lg">
                    {term.label}
                  </Table.Th>
                  <Table.Td data-number>{formatRatio(Math.exp(estimate))}</Table.Td>
                  <Table.Td data-number>
                    {formatRatio(Math.exp(lower))} to {formatRatio(Math.exp(upper))}
                    {known < BARELY_KNOWN && <span title={UNKNOWN_WORDS}> {UNKNOWN_MARK}</span>}
                  </Table.Td>
                </Table.Tr>
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollX>
      {shown.some(({ known }) => known < BARELY_KNOWN) && (
        <Text size="sm" c="dimmed" mt="xs">
          {UNKNOWN_MARK} {UNKNOWN_WORDS}.
        </Text>
      )}
    </div>
  );
}
