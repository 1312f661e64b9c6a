import { Table, Text } from '@mantine/core';
import { Fragment } from 'react';
import type { LocalCell, PooledCell } from '../../../core/analysis/pooled-analysis.ts';
import { notEstimableMessage } from '../../messages/analysis-messages.ts';
import { formatRatio } from '../../parts/format.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { type ForestRow, type Ratio, type RatioKind, ratioOf } from '../../plots/forest-rows.ts';
import { FALLBACK_MARK, FALLBACK_WORDS, FLOORED_MARK, FLOORED_WORDS } from './analyse-text.ts';
import styles from './estimate-table.module.css';

/** Every ratio with its interval, local only beside pooled. */
export function EstimateTable({ rows, kind }: { rows: readonly ForestRow[]; kind: RatioKind }) {
  const name = kind === 'odds ratio' ? 'Odds ratio' : 'Risk ratio';
  const cells = rows.flatMap(({ local, pooled }) => [local, pooled]);
  const anyFallback = cells.some((cell) => cell !== null && 'usedFallback' in cell && cell.usedFallback);
  const anyFloored = cells.some((cell) => cell !== null && 'flooredToModel' in cell && cell.flooredToModel);
  return (
    <div>
      <ScrollX label={`${name}s`}>
        <Table verticalSpacing={5} miw={640} data-testid="estimate-table">
          <caption>{name}s against the reference level</caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" rowSpan={2}>
                Level
              </Table.Th>
              <Table.Th scope="colgroup" colSpan={2} className={styles.local}>
                ● Local only
              </Table.Th>
              <Table.Th scope="colgroup" colSpan={2} className={styles.pooled}>
                ■ Pooled
              </Table.Th>
            </Table.Tr>
            <Table.Tr>
              <Table.Th scope="col" data-number>
                {name}
              </Table.Th>
              <Table.Th scope="col" data-number>
                95 % interval
              </Table.Th>
              <Table.Th scope="col" data-number>
                {name}
              </Table.Th>
              <Table.Th scope="col" data-number>
                Nominal 95 % interval
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, index) => (
              <Fragment key={`${row.variable} ${row.level}`}>
                {rows[index - 1]?.variable !== row.variable && (
                  <Table.Tr>
                    <Table.Th scope="colgroup" colSpan={5} className={styles.group}>
                      {row.variableLabel}
                    </Table.Th>
                  </Table.Tr>
                )}
                <Table.Tr>
                  <Table.Th scope="row" fw={400} pl="lg">
                    {row.levelLabel}
                  </Table.Th>
                  {row.kind === 'reference' ? (
                    <Table.Td colSpan={4} className={styles.reference}>
                      reference (1)
                    </Table.Td>
                  ) : (
                    <>
                      <RatioCells cell={row.local} />
                      <RatioCells cell={row.pooled} />
                    </>
                  )}
                </Table.Tr>
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollX>
      {anyFallback && (
        <Text size="sm" c="dimmed" mt="xs">
          {FALLBACK_MARK} {FALLBACK_WORDS}.
        </Text>
      )}
      {anyFloored && (
        <Text size="sm" c="dimmed" mt="xs">
          {FLOORED_MARK} {FLOORED_WORDS}.
        </Text>
      )}
    </div>
  );
}

/** Both ends; an upper end beyond every number is still a bound that a person can read. */
export function formatInterval({ lower, upper }: Ratio): string {
  return `${formatRatio(lower)} to ${formatRatio(Math.min(upper, Number.MAX_VALUE))}`;
}

function RatioCells({ cell }: { cell: LocalCell | PooledCell | null }) {
  const ratio = ratioOf(cell);
  if (cell === null || ratio === null)
    return (
      <Table.Td colSpan={2} className={styles.reference}>
        {cell?.kind === 'not-estimable' ? notEstimableMessage(cell.reason) : 'not in the model'}
      </Table.Td>
    );
  const fallback = 'usedFallback' in cell && cell.usedFallback;
  const floored = 'flooredToModel' in cell && cell.flooredToModel;
  return (
    <>
      <Table.Td data-number>{formatRatio(ratio.ratio)}</Table.Td>
      <Table.Td data-number>
        {formatInterval(ratio)}
        {fallback && <span title={FALLBACK_WORDS}> {FALLBACK_MARK}</span>}
        {floored && <span title={FLOORED_WORDS}> {FLOORED_MARK}</span>}
      </Table.Td>
    </>
  );
}
