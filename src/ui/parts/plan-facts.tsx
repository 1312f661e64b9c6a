import { Table } from '@mantine/core';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import {
  formatCount,
  formatDelta,
  formatDigits,
  formatDuration,
  formatEpsilon,
  formatEpsilonUpper,
} from './format.ts';

/** The numbers of a plan, for those who want them. */
export function PlanFacts({ plan, expectedMs }: { plan: TrainingPlan; expectedMs?: number }) {
  const { parameters, cost } = plan.mechanism;
  const rows: readonly (readonly [string, string])[] = [
    ['Certified ε (upper bound)', formatEpsilonUpper(cost.epsilonUpper)],
    ['ε by best estimate', formatEpsilon(cost.epsilonValue)],
    ['δ', formatDelta(cost.delta)],
    ['Noise multiplier σ', formatDigits(parameters.noiseMultiplier, 6)],
    ['Steps', formatCount(parameters.steps)],
    ['Sampling rate q', formatDigits(parameters.samplingRate)],
    ['Rows (count as public)', formatCount(plan.rowCount)],
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
      </Table.Tbody>
    </Table>
  );
}
