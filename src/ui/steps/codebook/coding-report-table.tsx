import { Table, Text } from '@mantine/core';
import type { CodingReport, ColumnReport } from '../../../core/table/code-table.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatCount, listWords } from '../../parts/format.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { visibleBlanks } from './codebook-text.ts';

/** How many rows the codebook keeps, and which columns cost rows. */
export function CodingReportTable({ report }: { report: CodingReport }) {
  const touched = report.columns.filter(({ missing, undeclared }) => missing + undeclared > 0);
  return (
    <div>
      <Facts
        facts={[
          ['Rows of your centre', formatCount(report.rowsAtSite)],
          ['Kept', formatCount(report.rowsKept)],
          ['Left out', formatCount(report.rowsExcluded)],
        ]}
      />
      {touched.length === 0 ? (
        <Text size="sm" mt="sm">
          Every cell of every used column is declared: no row is left out.
        </Text>
      ) : (
        <ScrollX label="Columns with missing or undeclared values">
          <Table mt="sm" verticalSpacing={6} miw={{ base: 0, sm: 520 }} data-stack>
            <caption>Columns with missing or undeclared values</caption>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Column</Table.Th>
                <Table.Th scope="col" data-number>
                  Missing
                </Table.Th>
                <Table.Th scope="col" data-number>
                  Undeclared
                </Table.Th>
                <Table.Th scope="col">What happens</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {touched.map((column) => (
                <Table.Tr key={column.name}>
                  <Table.Th scope="row">{column.name}</Table.Th>
                  <Table.Td data-number data-label="Missing">
                    {formatCount(column.missing)}
                  </Table.Td>
                  <Table.Td data-number data-label="Undeclared">
                    {formatCount(column.undeclared)}
                  </Table.Td>
                  <Table.Td data-label="What happens">{whatHappens(column)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollX>
      )}
    </div>
  );
}

function whatHappens(column: ColumnReport): string {
  const fate = column.mappedToMissingLevel ? 'become the “missing” level' : 'rows left out';
  const examples = column.undeclaredExamples.map(({ value }) => `“${visibleBlanks(value)}”`);
  return examples.length === 0 ? fate : `${fate}; undeclared: ${listWords(examples, 5)}`;
}
