import { Table, Text } from '@mantine/core';
import type { TourWidth } from '../../session/state.ts';
import { ScrollX } from '../parts/scroll-x.tsx';
import styles from './width-table.module.css';

/** Mean interval width by the number of other centres, as numbers and as bars. */
export function WidthTable({ widths }: { widths: readonly TourWidth[] }) {
  if (widths.length === 0)
    return (
      <Text size="sm" c="dimmed">
        The first line appears when another centre has joined.
      </Text>
    );
  const widest = Math.max(...widths.flatMap(({ local, pooled }) => [local, pooled]));
  return (
    <ScrollX label="Width of the intervals">
      <Table verticalSpacing={4} miw={300}>
        <caption>Mean width of the 95&nbsp;% intervals of the log ratios</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Other centres</Table.Th>
            <Table.Th scope="col" data-number>
              Own rows
            </Table.Th>
            <Table.Th scope="col" data-number>
              Pooled
            </Table.Th>
            <Table.Th scope="col">Own above, pooled below</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {widths.map(({ centres, local, pooled }) => (
            <Table.Tr key={centres}>
              <Table.Th scope="row">{centres}</Table.Th>
              <Table.Td data-number>{local.toFixed(2)}</Table.Td>
              <Table.Td data-number>{pooled.toFixed(2)}</Table.Td>
              <Table.Td aria-hidden w="40%">
                <div className={styles.local} style={{ width: `${(100 * local) / widest}%` }} />
                <div className={styles.pooled} style={{ width: `${(100 * pooled) / widest}%` }} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}
