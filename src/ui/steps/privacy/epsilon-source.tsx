import { Table } from '@mantine/core';
import type { CertifiedCost } from '../../../core/privacy/mechanism.ts';
import { errorTermWords, methodWords } from '../../messages/error-term-messages.ts';
import { More } from '../../parts/more.tsx';
import { DIRECTION_WORDS, decidingDirection, epsilonSixDecimals, SOURCE_SUMMARY } from './attacker-text.ts';

/** The claimed bound between the value and the lower bound, and what lies between them. */
export function EpsilonSource({ cost }: { cost: CertifiedCost }) {
  const deciding = decidingDirection(cost);
  const rows = [
    ['Claimed: certified upper bound', epsilonSixDecimals(cost.epsilonUpper, 'up')],
    ['Value', epsilonSixDecimals(cost.epsilonValue, 'nearest')],
    ['Lower bound: nobody can prove less', epsilonSixDecimals(cost.epsilonLower, 'down')],
  ] as const;
  return (
    <More summary={SOURCE_SUMMARY}>
      <Table verticalSpacing={5} mb="sm" aria-label="ε with its bounds">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {name}
              </Table.Th>
              <Table.Td data-number>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {deciding !== null && (
        <>
          <p>
            {methodWords(deciding.cost.method)} Both ways in which two tables can differ by one person are
            computed; the larger ε counts, here that of {DIRECTION_WORDS[deciding.name]}.
          </p>
          <Table verticalSpacing={5} data-testid="error-terms">
            <caption>What lies between value and bounds</caption>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Part</Table.Th>
                <Table.Th scope="col" ta="right">
                  Moves ε by
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {deciding.cost.errorTerms.map(({ kind, epsilon }) => (
                <Table.Tr key={kind}>
                  <Table.Th scope="row" fw={400}>
                    {errorTermWords(kind)}
                  </Table.Th>
                  <Table.Td data-number>{epsilon === 0 ? '0' : epsilon.toExponential(1)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </More>
  );
}
