import { Table, Text } from '@mantine/core';
import { Fragment } from 'react';
import type { LocalCell, PooledCell } from '../../../core/analysis/pooled-analysis.ts';
import { notEstimableMessage } from '../../messages/analysis-messages.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { capital, type EffectKind, effectOf, noEffect, plurally } from '../../plots/effect-kind.ts';
import type { ForestRow } from '../../plots/forest-rows.ts';
import { FALLBACK_MARK, FALLBACK_WORDS, FLOORED_MARK, FLOORED_WORDS } from './analyse-text.ts';
import { effectSentence, formatEffect, formatInterval, formatP } from './effect-words.ts';
import { estimateNotes } from './estimate-notes.ts';
import styles from './estimate-table.module.css';

/** Where nobody else is in the analysis the second side has nothing to say, and is not there. */
const SIDES = [
  { of: 'local', heading: '● Local only', interval: '95\u00a0% interval' },
  { of: 'pooled', heading: '■ Pooled', interval: 'Nominal 95\u00a0% interval' },
] as const;

const isWithoutParties = (cell: LocalCell | PooledCell) =>
  cell.kind === 'not-estimable' && cell.reason === 'no-parties';

/** Every effect with its interval and p-value, local only beside pooled; under each level what it means in words. */
export function EstimateTable(props: {
  rows: readonly ForestRow[];
  kind: EffectKind;
  /** K */
  setsUsed: number;
}) {
  const { rows, kind, setsUsed } = props;
  const name = capital(kind);
  const isPooled = rows.some(({ pooled }) => pooled !== null && !isWithoutParties(pooled));
  const sides = isPooled ? SIDES : SIDES.slice(0, 1);
  return (
    <div>
      <ScrollX label={capital(plurally(kind))}>
        <Table
          verticalSpacing={5}
          miw={{ base: 0, sm: 760 }}
          className={styles.estimates}
          data-testid="estimate-table"
        >
          <caption>
            {capital(plurally(kind))} against the reference level
            {kind === 'risk difference' && ', in percentage points'}
          </caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" rowSpan={2}>
                Level
              </Table.Th>
              {sides.map(({ of, heading }) => (
                <Table.Th key={of} scope="colgroup" colSpan={3} className={styles[of]}>
                  {heading}
                </Table.Th>
              ))}
            </Table.Tr>
            <Table.Tr>
              {sides.map(({ of, interval }) => (
                <Fragment key={of}>
                  <Table.Th scope="col" data-number>
                    {name}
                  </Table.Th>
                  <Table.Th scope="col" data-number>
                    {interval}
                  </Table.Th>
                  <Table.Th scope="col" data-number>
                    p
                  </Table.Th>
                </Fragment>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, index) => (
              <Fragment key={`${row.variable} ${row.level}`}>
                {rows[index - 1]?.variable !== row.variable && (
                  <Table.Tr>
                    <Table.Th scope="colgroup" colSpan={1 + 3 * sides.length} className={styles.group}>
                      {row.variableLabel}
                    </Table.Th>
                  </Table.Tr>
                )}
                <Table.Tr>
                  <Table.Th scope="row" fw={400} pl="lg">
                    {row.levelLabel}
                    <InWords row={row} kind={kind} />
                  </Table.Th>
                  {row.kind === 'reference' ? (
                    <Table.Td colSpan={3 * sides.length} className={styles.reference}>
                      reference ({noEffect(kind)})
                    </Table.Td>
                  ) : (
                    sides.map(({ of }) => <EffectCells key={of} cell={row[of]} kind={kind} of={of} />)
                  )}
                </Table.Tr>
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollX>
      {estimateNotes(rows, kind, setsUsed).map((note) => (
        <Text key={note} size="sm" c="dimmed" mt="xs" maw="68ch">
          {note}
        </Text>
      ))}
    </div>
  );
}

/** The pooled effect in words, or the local one where nothing is pooled. */
function InWords({ row, kind }: { row: ForestRow; kind: EffectKind }) {
  if (row.kind === 'reference') return null;
  const pooled = effectOf(row.pooled, kind);
  const effect = pooled ?? effectOf(row.local, kind);
  if (effect === null) return null;
  return (
    <Text size="xs" c="dimmed" maw="34ch">
      {pooled === null ? 'local' : 'pooled'}: {effectSentence(row, effect, kind)}
    </Text>
  );
}

function EffectCells(props: {
  cell: LocalCell | PooledCell | null;
  kind: EffectKind;
  of: 'local' | 'pooled';
}) {
  const { cell, kind, of } = props;
  const effect = effectOf(cell, kind);
  if (cell === null || cell.kind !== 'estimated' || effect === null)
    return (
      <Table.Td colSpan={3} className={styles.reference} data-of={of}>
        {cell?.kind === 'not-estimable' ? notEstimableMessage(cell.reason) : 'not in the model'}
      </Table.Td>
    );
  const fallback = 'usedFallback' in cell && cell.usedFallback;
  return (
    <>
      <Table.Td data-number data-of={of}>
        {formatEffect(effect.value, kind)}
      </Table.Td>
      <Table.Td data-number>
        {formatInterval(effect, kind)}
        {fallback && <span title={FALLBACK_WORDS}> {FALLBACK_MARK}</span>}
        {cell.flooredToModel && <span title={FLOORED_WORDS}> {FLOORED_MARK}</span>}
      </Table.Td>
      <Table.Td data-number>{formatP(cell.p)}</Table.Td>
    </>
  );
}
