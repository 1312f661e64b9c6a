import type { ErrorKind } from '../../../core/analysis/glm-covariance.ts';
import { knownCoverageNear } from '../../../core/study/known-coverage.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { formatCount, formatDigits } from '../../parts/format.ts';

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
  const percent = (share: number) => `${Math.round(100 * share)}\u00a0%`;
  return [
    `In a simulation of four centres with ${formatCount(known.rowCount)} people each at ε\u00a0=\u00a0${formatDigits(known.epsilon, 3)}, `,
    interval === 't'
      ? `pooled t intervals that are nominally 95\u00a0% held the true value in ${percent(known.pooledT.share)} of cases (normal ones in ${percent(known.pooled.share)}), `
      : `pooled intervals that are nominally 95\u00a0% held the true value in ${percent(known.pooled.share)} of cases, `,
    interval === 't'
      ? 'and less often where the true effect was strong; those'
      : `and in only ${percent(known.pooledStrong.share)} where the true effect was strong; those`,
    ` of a centre’s own rows held it in ${percent(known.local.share)}. `,
    'Real centres differ more than simulated ones. Read the pooled numbers as a direction and a rough size, not as a test.',
  ].join('');
}

/**
 * Which fits the simulation was of: risk ratios of a 0/1 event by Poisson regression on all variables, own real rows
 * with twins of the mixture model under the short preset. Names what is different here.
 */
export function coverageScope(choice: AnalysisChoice, counts: boolean): string {
  const different = [
    counts && choice.outcome === null && 'a count as outcome',
    choice.outcome !== null && 'another outcome',
    choice.family !== 'poisson-log' && 'another kind of regression',
    choice.switchedOff.length > 0 && 'fewer variables',
    choice.interactions.length > 0 && 'interactions',
    choice.subgroup.length > 0 && 'a subgroup',
    choice.siteEffect && 'a base rate for every centre',
    choice.ownPart === 'own-twins' && 'own twins in place of own rows',
  ].filter((word) => word !== false);
  const scope =
    'That simulation was of risk ratios by Poisson regression on all variables, own real rows with twins of the “short” preset';
  return different.length === 0
    ? `${scope}, as here if your peers’ twins were made that way.`
    : `${scope}. For what you chose (${different.join(', ')}) nobody has simulated it: expect no better.`;
}
