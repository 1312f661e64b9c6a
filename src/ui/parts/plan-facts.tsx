import { Table } from '@mantine/core';
import type { Codebook } from '../../core/codebook/codebook.ts';
import { levelAdvice } from '../../core/marginals/level-counts.ts';
import type { MarginalsPlan } from '../../core/marginals/plan-marginals.ts';
import { isMarginalsPlan, type SynthesisPlan } from '../../core/synthesis/synthesizer.ts';
import { planPrecisionWords } from '../messages/precision-words.ts';
import { formatCount, formatDelta, formatDigits, formatDuration, formatEpsilonsApart } from './format.ts';

/** The smallest and the largest where variables have weights. */
function noiseWords(plan: MarginalsPlan): string {
  const noise = levelAdvice(plan).map((advice) => advice.noise);
  const [least, most] = [Math.min(...noise), Math.max(...noise)];
  return least === most ? formatDigits(least, 3) : `${formatDigits(least, 3)} to ${formatDigits(most, 3)}`;
}

const rowNoise = (plan: SynthesisPlan) =>
  isMarginalsPlan(plan) && plan.rowCountNoise !== undefined ? formatDigits(plan.rowCountNoise, 3) : '';

/** The numbers of a plan, for those who want them. */
export function PlanFacts({
  plan,
  codebook,
  expectedMs,
}: {
  plan: SynthesisPlan;
  /** That the plan was made for. */
  codebook: Codebook;
  expectedMs?: number;
}) {
  const { parameters, cost } = plan.mechanism;
  const precision = planPrecisionWords(plan, codebook);
  const apart = formatEpsilonsApart(cost.epsilonUpper, cost.epsilonValue);
  const rows: readonly (readonly [string, string])[] = [
    ['Certified ε (upper bound)', apart.upper],
    ['ε by best estimate', apart.value],
    ['δ', formatDelta(cost.delta)],
    ['Noise multiplier σ', formatDigits(parameters.noiseMultiplier, 6)],
    ...(isMarginalsPlan(plan)
      ? ([['Noise of a level’s count (standard deviation), people', noiseWords(plan)]] as const)
      : ([
          ['Steps', formatCount(parameters.steps)],
          ['Sampling rate q', formatDigits(parameters.samplingRate)],
        ] as const)),
    plan.rowCount === 'noisy'
      ? ['Rows, counted with noise of (standard deviation), people', rowNoise(plan)]
      : ['Rows (count as public)', formatCount(plan.rowCount)],
    ...(expectedMs === undefined ? [] : [['Expected time here', formatDuration(expectedMs)] as const]),
  ];
  return (
    <Table verticalSpacing={6} aria-label="Numbers of the plan">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={400} c="dimmed">
              {name}
            </Table.Th>
            <Table.Td data-number>{value}</Table.Td>
          </Table.Tr>
        ))}
        {precision !== null && (
          <Table.Tr>
            <Table.Th scope="row" fw={400} c="dimmed">
              Precision of the variables
            </Table.Th>
            <Table.Td ta="right">{precision}</Table.Td>
          </Table.Tr>
        )}
      </Table.Tbody>
    </Table>
  );
}
