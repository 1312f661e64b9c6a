import { SimpleGrid, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { TradeOffPoint } from '../../../core/privacy/meaning.ts';
import type { TradeOffState } from '../../../session/state.ts';
import styles from '../../parts/page-frame.module.css';
import { TradeOffPlot } from '../../plots/trade-off-plot.tsx';
import { missedAtLeast } from '../../plots/trade-off-rates.ts';
import {
  missedSentence,
  percentDown,
  percentUp,
  RATES_CALCULATING,
  RATES_NOT_AVAILABLE,
  RATES_NOTE,
  RATES_SUMMARY,
} from './attacker-text.ts';

const SAID_RATE = 0.05;
const TABLE_RATES = [0.01, 0.05, 0.1, 0.25, 0.5];

/** The trade-off curve, drawn when somebody opens it. */
export function ErrorRates({ tradeOff }: { tradeOff: TradeOffState }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className={styles.more} open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{RATES_SUMMARY}</summary>
      {isOpen && tradeOff.kind === 'ready' && <Rates points={tradeOff.points} />}
      {tradeOff.kind === 'calculating' && <Text c="dimmed">{RATES_CALCULATING}</Text>}
      {tradeOff.kind === 'not-available' && <Text c="dimmed">{RATES_NOT_AVAILABLE}</Text>}
    </details>
  );
}

/** One under the other they need the same number of decimals. */
const oneDecimal = (percent: string) => Number(percent).toFixed(1);

function Rates({ points }: { points: readonly TradeOffPoint[] }) {
  const sentence = missedSentence(SAID_RATE, missedAtLeast(points, SAID_RATE));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" maw="none">
      <TradeOffPlot points={points} description={`Error rates of the best attacker. ${sentence}`} />
      <div>
        <p>
          <strong>{sentence}</strong>
        </p>
        <p>{RATES_NOTE}</p>
        <Table verticalSpacing={5} data-testid="error-rates">
          <caption>Error rates of the best attacker</caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Outsiders called present</Table.Th>
              <Table.Th scope="col" ta="right">
                People missed, at least
              </Table.Th>
              <Table.Th scope="col" ta="right">
                By blind guessing
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {TABLE_RATES.map((rate) => (
              <Table.Tr key={rate}>
                <Table.Th scope="row" fw={400}>
                  {percentUp(rate)}&nbsp;%
                </Table.Th>
                <Table.Td data-number>{oneDecimal(percentDown(missedAtLeast(points, rate)))}&nbsp;%</Table.Td>
                <Table.Td data-number>{oneDecimal(percentDown(1 - rate))}&nbsp;%</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </SimpleGrid>
  );
}
