import { Table } from '@mantine/core';
import { type Codebook, levelsOf, type Variable } from '../../../core/codebook/codebook.ts';
import { listWords } from '../../parts/format.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { KIND_WORDS, OUTCOME_KIND_WORDS } from './codebook-text.ts';

/** What the codebook declares, to read. */
export function VariableTable({ codebook }: { codebook: Codebook }) {
  const { outcome, variables } = codebook;
  return (
    <ScrollX label="What the codebook declares">
      <Table verticalSpacing="xs" miw={{ base: 0, sm: 560 }} data-stack>
        <caption>What the codebook declares (public)</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Column</Table.Th>
            <Table.Th scope="col">Kind</Table.Th>
            <Table.Th scope="col">Levels</Table.Th>
            <Table.Th scope="col">Reference</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Th scope="row">{outcome.label} (outcome)</Table.Th>
            <Table.Td data-label="Kind">{OUTCOME_KIND_WORDS[outcome.kind]}</Table.Td>
            <Table.Td data-label="Levels">
              {outcome.kind === 'binary'
                ? `event “${outcome.event}”, no event “${outcome.noEvent}”`
                : `0 to ${outcome.maximum}`}
            </Table.Td>
            <Table.Td data-label="Reference">–</Table.Td>
          </Table.Tr>
          {variables.map((variable) => (
            <Table.Tr key={variable.name}>
              <Table.Th scope="row">{variable.label}</Table.Th>
              <Table.Td data-label="Kind">{KIND_WORDS[variable.kind]}</Table.Td>
              <Table.Td data-label="Levels">
                {listWords(
                  levelsOf(variable).map(({ label }) => label),
                  9,
                )}
              </Table.Td>
              <Table.Td data-label="Reference">{referenceLabel(variable)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}

function referenceLabel({ levels, reference }: Variable): string {
  return levels.find(({ value }) => value === reference)?.label ?? reference;
}
