import { Table, Text, Title } from '@mantine/core';
import { Fragment } from 'react';
import type { CoefficientComparison, TwinComparison } from '../../../core/analysis/twin-comparison.ts';
import { formatAlike, formatRatio } from '../../parts/format.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { percent } from './check-text.ts';
import styles from './comparison-tables.module.css';

/** More pairs than this are not read by anybody; the furthest apart come first. */
const MOST_PAIRS = 15;

/** Shares, links and effects: each a table, with bars where a share is to be seen at a glance. */
export function ComparisonTables({ comparison }: { comparison: TwinComparison }) {
  const { marginals, associations, coefficients, outcome } = comparison;
  const effects = coefficients.filter(({ term }) => term.kind !== 'intercept');
  const [realMean, twinsMean] = formatAlike(outcome.real, outcome.twins);
  const shown = associations.slice(0, MOST_PAIRS);
  return (
    <>
      <Part title="Shares of groups">
        <Table verticalSpacing={4} miw={300}>
          <caption>
            Share of people in each group: your rows beside the mean of {comparison.setCount} sets
          </caption>
          <Head cells={['Group', 'Your rows', 'Twins', 'Rows above, twins below']} />
          <Table.Tbody>
            {marginals.map(({ variable, label, levels }) => (
              <Fragment key={variable}>
                <Table.Tr>
                  <Table.Th scope="colgroup" colSpan={4} className={styles.group}>
                    {label}
                  </Table.Th>
                </Table.Tr>
                {levels.map((level) => (
                  <Table.Tr key={level.label}>
                    <Table.Th scope="row" fw={400}>
                      {level.label}
                    </Table.Th>
                    <Table.Td data-number>{percent(level.real)}</Table.Td>
                    <Table.Td data-number>{percent(level.twins)}</Table.Td>
                    <Table.Td className={styles.bars} aria-hidden>
                      <div className={styles.real} style={{ width: `${100 * level.real}%` }} />
                      <div className={styles.twins} style={{ width: `${100 * level.twins}%` }} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
        <Text size="sm" mt="xs">
          Mean of the outcome: {realMean} in your rows, {twinsMean} in the twins.
        </Text>
      </Part>
      <Part title="Links between variables">
        <Table verticalSpacing={4} miw={300}>
          <caption>
            Cramér’s V of{' '}
            {shown.length === associations.length ? 'every pair' : `the ${MOST_PAIRS} pairs furthest apart`}:
            0 is no link, 1 is the strongest
          </caption>
          <Head cells={['Pair', 'Your rows', 'Twins']} />
          <Table.Tbody>
            {shown.map(({ first, second, real, twins }) => (
              <Table.Tr key={`${first} ${second}`}>
                <Table.Th scope="row" fw={400}>
                  {first} and {second}
                </Table.Th>
                <Table.Td data-number>{real.toFixed(2)}</Table.Td>
                <Table.Td data-number>{twins.toFixed(2)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Part>
      <Part title="Effects in the regression">
        <Table verticalSpacing={4} miw={300}>
          <caption>
            Ratio with its nominal 95&nbsp;% interval, from your rows alone and from the twins alone
          </caption>
          <Head cells={['Group', 'Your rows', 'Twins']} />
          <Table.Tbody>
            {effects.map(({ term, real, twins }, index) => (
              <Fragment key={`${term.variable} ${term.level}`}>
                {effects[index - 1]?.term.variable !== term.variable && (
                  <Table.Tr>
                    <Table.Th scope="colgroup" colSpan={3} className={styles.group}>
                      {marginals.find(({ variable }) => variable === term.variable)?.label ?? term.variable}
                    </Table.Th>
                  </Table.Tr>
                )}
                <Table.Tr>
                  <Table.Th scope="row" fw={400} className={styles.level}>
                    {term.label}
                  </Table.Th>
                  <RatioCell cell={real} />
                  <RatioCell cell={twins} />
                </Table.Tr>
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </Part>
    </>
  );
}

function RatioCell({ cell }: { cell: CoefficientComparison['real'] | CoefficientComparison['twins'] }) {
  if (cell.kind === 'not-estimable') return <Table.Td ta="right">not estimable</Table.Td>;
  const [ratio, lower, upper] = [cell.estimate, cell.lower, cell.upper].map((x) => formatRatio(Math.exp(x)));
  return (
    <Table.Td data-number>
      {ratio}
      <Text size="xs" c="dimmed">
        {lower} to {upper}
      </Text>
    </Table.Td>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <Title order={3} size="h5" mt="lg" mb="xs">
        {title}
      </Title>
      <ScrollX label={title}>{children}</ScrollX>
    </section>
  );
}

function Head({ cells: [first, ...others] }: { cells: readonly string[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">{first}</Table.Th>
        {others.map((cell) => (
          <Table.Th
            key={cell}
            scope="col"
            {...(/above/.test(cell) ? { className: styles.bars } : { 'data-number': true })}
          >
            {cell}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}
