import { Badge, Group, Table, Text, Title } from '@mantine/core';
import { CircleAlert, CircleCheck, CircleMinus } from 'lucide-react';
import type { TwinComparison } from '../../../core/analysis/twin-comparison.ts';
import { type Grade, judgeTwins } from '../../../core/analysis/twin-verdict.ts';
import { GRADE_WORDS, verdictRows, verdictSentence } from './check-text.ts';

const ICONS = { good: CircleCheck, fair: CircleMinus, poor: CircleAlert };

/** What the twins are good for, in a sentence and in four grades with their reasons. */
export function Verdict({ comparison }: { comparison: TwinComparison }) {
  const verdict = judgeTwins(comparison);
  return (
    <section aria-labelledby="verdict">
      <Title order={2} size="h4" mb={6} id="verdict">
        What these twins are good for
      </Title>
      <Text mb="sm">{verdictSentence(verdict)}</Text>
      <Table verticalSpacing={6} mb="xl" aria-label="Verdict">
        <Table.Tbody>
          {verdictRows(verdict).map(({ what, grade, why }) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" fw={500} w="34%">
                {what}
              </Table.Th>
              <Table.Td>
                <Group gap="xs" align="center">
                  <GradeMark grade={grade} />
                  <Text size="sm" flex="1 1 12rem" style={{ overflowWrap: 'anywhere' }}>
                    {why}
                  </Text>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** A word and a sign, never a colour alone. */
function GradeMark({ grade }: { grade: Grade }) {
  const Icon = ICONS[grade];
  return (
    <Badge
      variant="outline"
      color="gray"
      c="var(--mantine-color-text)"
      leftSection={<Icon size={13} aria-hidden />}
    >
      {GRADE_WORDS[grade]}
    </Badge>
  );
}
