import { knownTablesCoverageNear } from '../../core/study/known-coverage.ts';
import { formatCount, formatDigits } from './format.ts';

/** What a simulation found about these intervals; said wherever they are shown. */
export function tablesCoverage(rowCount: number, epsilon: number): string {
  const known = knownTablesCoverageNear(rowCount, epsilon);
  const percent = (share: number) => `${Math.round(100 * share)}\u00a0%`;
  return `In a simulation of four alike centres with ${formatCount(known.rowCount)} people each at ε\u00a0=\u00a0${formatDigits(known.epsilon, 3)}, intervals from own rows and noisy tables held the true value in ${percent(known.tables.share)} of cases, and in ${percent(known.tablesStrong.share)} where the true effect was strong. Centres whose effects differ, whose people differ in kind, whose variables go together otherwise, or that are much larger than yours were not in it.`;
}
