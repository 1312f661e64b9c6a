import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { ScrollX } from './scroll-x.tsx';

export interface StackedColumn<Row> {
  /** In the table's head; on a phone beside each cell. */
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand on the right. `names-row`: what the row is about, the top of its block on a phone. */
  readonly kind?: 'number' | 'names-row';
  /** Stays in one line. */
  readonly oneLine?: boolean;
}

/** A table that is too wide for a phone: there each row is a block, each cell beside its heading (`page.css`). */
export function StackedTable<Row>(props: {
  caption: string;
  columns: readonly StackedColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Below this width, in pixels, a desk's table scrolls sideways. */
  leastWidth: number;
}) {
  const { caption, columns, rows, keyOf, leastWidth } = props;
  return (
    <ScrollX label={caption}>
      <Table verticalSpacing="xs" miw={{ base: 0, sm: leastWidth }} data-stack>
        <caption>{caption}</caption>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ heading, kind }) => (
              <Table.Th key={heading} scope="col" {...numberMark(kind)}>
                {heading}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map(({ heading, kind, oneLine, cell }) => {
                const style = oneLine === true ? { whiteSpace: 'nowrap' as const } : undefined;
                return kind === 'names-row' ? (
                  <Table.Th key={heading} scope="row" style={style}>
                    {cell(row)}
                  </Table.Th>
                ) : (
                  <Table.Td key={heading} data-label={heading} style={style} {...numberMark(kind)}>
                    {cell(row)}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}

function numberMark(kind: StackedColumn<unknown>['kind']) {
  return kind === 'number' ? { 'data-number': true } : {};
}
