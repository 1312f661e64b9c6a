import { Box, Text } from '@mantine/core';
import type { CodingReport, ColumnReport } from '../../../core/table/code-table.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatCount, listWords } from '../../parts/format.ts';
import { type StackedColumn, StackedTable } from '../../parts/stacked-table.tsx';
import { visibleBlanks } from './codebook-text.ts';

const COLUMNS: readonly StackedColumn<ColumnReport>[] = [
  { heading: 'Column', kind: 'names-row', cell: ({ name }) => name },
  { heading: 'Missing', kind: 'number', cell: ({ missing }) => formatCount(missing) },
  { heading: 'Undeclared', kind: 'number', cell: ({ undeclared }) => formatCount(undeclared) },
  { heading: 'What happens', cell: whatHappens },
];

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
        <Box mt="sm">
          <StackedTable
            caption="Columns with missing or undeclared values"
            columns={COLUMNS}
            rows={touched}
            keyOf={({ name }) => name}
            leastWidth={520}
          />
        </Box>
      )}
    </div>
  );
}

function whatHappens(column: ColumnReport): string {
  const fate = column.mappedToMissingLevel ? 'become the “missing” level' : 'rows left out';
  const examples = column.undeclaredExamples.map(({ value }) => `“${visibleBlanks(value)}”`);
  return examples.length === 0 ? fate : `${fate}; undeclared: ${listWords(examples, 5)}`;
}
