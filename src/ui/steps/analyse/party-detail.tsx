import { NativeSelect, Stack, Table, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { BundleSummary } from '../../../session/records.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { type EffectKind, effectFrom } from '../../plots/effect-kind.ts';
import { EffectPlot } from '../../plots/effect-plot.tsx';
import type { SavePlot } from '../../plots/plot.tsx';
import styles from './estimate-table.module.css';
import { effectSources, type PartyRow, partyName, sourceName } from './party-rows.ts';
import { EffectCell, EstimateCell } from './party-table.tsx';

/** One comparison at a time: every centre's estimate in a forest plot, and the result without each. */
export function PartyDetail(props: {
  rows: readonly PartyRow[];
  bundles: readonly BundleSummary[];
  kind: EffectKind;
  save: Omit<SavePlot, 'fileName'>;
}) {
  const { rows, bundles, kind, save } = props;
  const [picked, setPicked] = useState(0);
  const row = rows[Math.min(picked, rows.length - 1)];
  const sources = useMemo(
    () => (row === undefined ? [] : effectSources(row, bundles, kind)),
    [row, bundles, kind],
  );
  if (row === undefined) return null;
  const title = `${row.variableLabel}: ${row.levelLabel}`;
  return (
    <Stack gap="md">
      <NativeSelect
        label="Show one comparison"
        maw={460}
        value={String(picked)}
        data={rows.map(({ variableLabel, levelLabel }, n) => ({
          value: String(n),
          label: `${variableLabel}: ${levelLabel}`,
        }))}
        onChange={(event) => setPicked(Number(event.currentTarget.value))}
      />
      <EffectPlot
        sources={sources}
        kind={kind}
        description={`Forest plot of the ${kind} for ${title}, centre by centre. The tables hold every number.`}
        save={{ ...save, fileName: 'centres-forest-plot' }}
      />
      <Without row={row} bundles={bundles} kind={kind} title={title} />
    </Stack>
  );
}

function Without(props: {
  row: PartyRow;
  bundles: readonly BundleSummary[];
  kind: EffectKind;
  title: string;
}) {
  const { row, bundles, kind, title } = props;
  const pooled = new Map(row.withoutParty.map((one) => [one.id, one]));
  if (row.leaveOneOut.length === 0) return null;
  return (
    <>
      <ScrollX label={`${title} without each centre`}>
        <Table verticalSpacing={5} miw={560} data-testid="influence-table">
          <caption>{title}: the result without each centre in turn</caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Without</Table.Th>
              <Table.Th scope="col" data-number>
                Rows pooled
              </Table.Th>
              <Table.Th scope="col" data-number>
                Influence
              </Table.Th>
              <Table.Th scope="col" data-number>
                Estimates combined
              </Table.Th>
              <Table.Th scope="col" data-number>
                Influence
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {row.leaveOneOut.map(({ id, without, shift }) => {
              const rows = pooled.get(id);
              const { estimate, inference, hartungKnapp } = without.random;
              return (
                <Table.Tr key={id}>
                  <Table.Th scope="row" fw={400}>
                    {sourceName(id, bundles)}
                  </Table.Th>
                  {rows === undefined ? (
                    <Table.Td className={styles.reference}>–</Table.Td>
                  ) : (
                    <EstimateCell cell={rows.cell} kind={kind} />
                  )}
                  <Table.Td data-number>{rows === undefined ? '–' : formatShift(rows.shift)}</Table.Td>
                  <EffectCell
                    effect={effectFrom(estimate, hartungKnapp?.inference ?? inference, kind)}
                    kind={kind}
                  />
                  <Table.Td data-number>{formatShift(shift)}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </ScrollX>
      <Text size="sm" c="dimmed" maw="68ch">
        Influence is how far the centre moves the result, in standard errors of the result without it.{' '}
        {row.withoutParty.length === 0 &&
          `Without ${partyName(row.parties[0]?.id ?? '', bundles)} nothing would be pooled.`}
      </Text>
    </>
  );
}

function formatShift(shift: number): string {
  if (Number.isNaN(shift)) return '–';
  return `${shift < 0 ? '−' : '+'}${Math.abs(shift).toFixed(1)}`;
}
