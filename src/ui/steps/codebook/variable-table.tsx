import { type Codebook, levelsOf, type Variable } from '../../../core/codebook/codebook.ts';
import { listWords } from '../../parts/format.ts';
import { type StackedColumn, StackedTable } from '../../parts/stacked-table.tsx';
import { KIND_WORDS, OUTCOME_KIND_WORDS } from './codebook-text.ts';

interface Row {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
  readonly levels: string;
  readonly reference: string;
}

const COLUMNS: readonly StackedColumn<Row>[] = [
  { heading: 'Column', kind: 'names-row', cell: ({ label }) => label },
  { heading: 'Kind', cell: ({ kind }) => kind },
  { heading: 'Levels', cell: ({ levels }) => levels },
  { heading: 'Reference', cell: ({ reference }) => reference },
];

/** What the codebook declares, to read. */
export function VariableTable({ codebook: { outcome, variables } }: { codebook: Codebook }) {
  const rows: readonly Row[] = [
    {
      name: outcome.name,
      label: `${outcome.label} (outcome)`,
      kind: OUTCOME_KIND_WORDS[outcome.kind],
      levels:
        outcome.kind === 'binary'
          ? `event “${outcome.event}”, no event “${outcome.noEvent}”`
          : `0 to ${outcome.maximum}`,
      reference: '–',
    },
    ...variables.map((variable) => ({
      name: variable.name,
      label: variable.label,
      kind: KIND_WORDS[variable.kind],
      levels: listWords(
        levelsOf(variable).map(({ label }) => label),
        9,
      ),
      reference: referenceLabel(variable),
    })),
  ];
  return (
    <StackedTable
      caption="What the codebook declares (public)"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ name }) => name}
      leastWidth={560}
    />
  );
}

function referenceLabel({ levels, reference }: Variable): string {
  return levels.find(({ value }) => value === reference)?.label ?? reference;
}
