import { Table, Text } from '@mantine/core';
import { Fragment } from 'react';
import { notEstimableMessage } from '../../messages/analysis-messages.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import {
  capital,
  type Effect,
  type EffectKind,
  effectFrom,
  effectOf,
  plurally,
} from '../../plots/effect-kind.ts';
import { formatEffect, formatInterval, formatP } from './effect-words.ts';
import styles from './estimate-table.module.css';
import type { PartyRow } from './party-rows.ts';

/** Every comparison with what each centre says of it, what they say together, and how far they differ. */
export function PartyTable(props: {
  rows: readonly PartyRow[];
  kind: EffectKind;
  name: (id: string) => string;
}) {
  const { rows, kind, name } = props;
  const title = capital(plurally(kind));
  const ids = rows[0]?.parties.map(({ id }) => id) ?? [];
  const columns = 6 + ids.length;
  return (
    <ScrollX label={`${title} centre by centre`}>
      <Table verticalSpacing={5} miw={220 + columns * 110} data-testid="party-table">
        <caption>{title} with nominal 95&nbsp;% intervals, centre by centre</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Level</Table.Th>
            <Table.Th scope="col" className={styles.local}>
              Your own rows
            </Table.Th>
            {[...ids.map(name), 'Fixed', 'Random', 'I² and its p', 'τ²'].map((heading, n) => (
              <Table.Th key={ids[n] ?? heading} scope="col" ta="right" maw={180}>
                {heading}
              </Table.Th>
            ))}
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
              <ComparedRow row={row} kind={kind} />
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}

function ComparedRow({ row, kind }: { row: PartyRow; kind: EffectKind }) {
  const { meta } = row;
  const knapp = meta?.random.hartungKnapp;
  const spread = meta === undefined || meta.studies < 2 ? null : meta.heterogeneity;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} pl="lg">
        {row.levelLabel}
      </Table.Th>
      <EstimateCell cell={row.local} kind={kind} />
      {row.parties.map(({ id, cell }) => (
        <EstimateCell key={id} cell={cell} kind={kind} />
      ))}
      <EffectCell
        effect={meta === undefined ? null : effectFrom(meta.fixed.estimate, meta.fixed.inference, kind)}
        kind={kind}
      />
      <EffectCell
        effect={
          meta === undefined || knapp === undefined
            ? null
            : effectFrom(meta.random.estimate, knapp.inference, kind)
        }
        kind={kind}
      />
      <Table.Td data-number>
        {spread === null ? '–' : `${Math.round(100 * spread.iSquared)}\u00a0%`}
        {spread !== null && (
          <Text size="xs" c="dimmed">
            {formatP(spread.p)}
          </Text>
        )}
      </Table.Td>
      <Table.Td data-number>{spread === null ? '–' : spread.tauSquared.toPrecision(2)}</Table.Td>
    </Table.Tr>
  );
}

export function EstimateCell(props: {
  cell: PartyRow['local'] | PartyRow['parties'][number]['cell'];
  kind: EffectKind;
}) {
  const { cell, kind } = props;
  if (cell.kind === 'not-estimable')
    return <Table.Td className={styles.reference}>{notEstimableMessage(cell.reason)}</Table.Td>;
  return <EffectCell effect={effectOf(cell, kind)} kind={kind} />;
}

/** One centre alone has no interval of the random kind: a dash. */
export function EffectCell({ effect, kind }: { effect: Effect | null; kind: EffectKind }) {
  if (effect === null) return <Table.Td data-number>–</Table.Td>;
  return (
    <Table.Td data-number>
      {formatEffect(effect.value, kind)}
      <Text size="xs" c="dimmed">
        {formatInterval(effect, kind)}
      </Text>
    </Table.Td>
  );
}
