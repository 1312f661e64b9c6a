import type { ErrorKind } from '../../../core/analysis/glm-covariance.ts';
import { knownCoverageNear } from '../../../core/study/known-coverage.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { formatCount, formatEpsilon } from '../../parts/format.ts';

/**
 * What is known about the coverage of the pooled intervals, in plain words: the simulation nearest to the
 * table at hand (`npm run check:coverage` prints them all). No interval is called 95 % without it.
 */
export function coverageWarning(
  rowCount: number,
  epsilon: number,
  errors: ErrorKind,
  interval: AnalysisChoice['interval'] = 'normal',
): string {
  const known = knownCoverageNear(rowCount, epsilon, errors);
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return [
    `In a simulation of four centres with ${formatCount(known.rowCount)} people each at ε = ${formatEpsilon(known.epsilon)}, `,
    interval === 't'
      ? `pooled t intervals that are nominally 95 % held the true value in ${percent(known.pooledT.share)} of cases (normal ones in ${percent(known.pooled.share)}), `
      : `pooled intervals that are nominally 95 % held the true value in ${percent(known.pooled.share)} of cases, `,
    interval === 't'
      ? 'and less often where the true effect was strong; those'
      : `and in only ${percent(known.pooledStrong.share)} where the true effect was strong; those`,
    ` of a centre’s own rows held it in ${percent(known.local.share)}. `,
    'Real centres differ more than simulated ones. Read the pooled ratios as a direction and a rough size, not as a test.',
  ].join('');
}
