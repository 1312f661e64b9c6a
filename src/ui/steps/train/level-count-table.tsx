import { Table, Text } from '@mantine/core';
import { Fragment } from 'react';
import { type Codebook, levelsOf } from '../../../core/codebook/codebook.ts';
import { levelCounts } from '../../../core/marginals/level-counts.ts';
import type { NoisyTables } from '../../../core/marginals/noisy-tables.ts';
import { formatCount } from '../../parts/format.ts';
import { More } from '../../parts/more.tsx';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { LEVEL_COUNTS_SUMMARY, LEVEL_COUNTS_TEXT, MAY_BE_EMPTY } from './train-text.ts';

/** What the release says about each level. From the noisy tables only: nothing here is private. */
export function LevelCountTable({ release, codebook }: { release: NoisyTables; codebook: Codebook }) {
  const counts = levelCounts(release);
  return (
    <More summary={LEVEL_COUNTS_SUMMARY}>
      <Text size="sm" mb="sm" maw="72ch">
        {LEVEL_COUNTS_TEXT}
      </Text>
      <ScrollX label="Noisy counts">
        <Table verticalSpacing={4} maw={560} data-testid="level-counts">
          <caption>People in each level, as the noisy tables have it</caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Level</Table.Th>
              <Table.Th scope="col" data-number>
                People
              </Table.Th>
              <Table.Th scope="col" data-number>
                95&nbsp;% interval
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {codebook.variables.map((variable, j) => (
              <Fragment key={variable.name}>
                <Table.Tr>
                  <Table.Th scope="colgroup" colSpan={3}>
                    {variable.label}
                  </Table.Th>
                </Table.Tr>
                {counts
                  .filter((count) => count.variable === j)
                  .map(({ level, people, lower, upper, mayBeEmpty }) => (
                    <Table.Tr key={level}>
                      <Table.Th scope="row" fw={400} pl="lg">
                        {levelsOf(variable)[level]!.label}
                      </Table.Th>
                      <Table.Td data-number>{formatCount(Math.round(people))}</Table.Td>
                      <Table.Td data-number>
                        {`${formatCount(Math.floor(lower))} to ${formatCount(Math.ceil(upper))}`}
                        {mayBeEmpty && (
                          <Text size="xs" c="dimmed" style={{ whiteSpace: 'normal' }}>
                            {MAY_BE_EMPTY}
                          </Text>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollX>
    </More>
  );
}
