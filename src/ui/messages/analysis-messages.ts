import type { GlmFailure } from '../../core/analysis/glm.ts';
import type { NotEstimable, PooledAnalysisFailure } from '../../core/analysis/pooled-analysis.ts';
import type { AnalysisFailure } from '../../session/state.ts';
import { formatCount, plural } from '../parts/format.ts';
import { bundleFailureMessage, bundleGoneMessage } from './bundle-messages.ts';
import { jobEndMessage } from './job-messages.ts';

/** Why a ratio is not a number: short, for a table cell. */
export function notEstimableMessage(reason: NotEstimable['reason']): string {
  switch (reason) {
    case 'no-rows':
      return 'nobody has this level';
    case 'no-events':
      return 'no events in this level';
    case 'all-events':
      return 'only events in this level';
    case 'reference-no-rows':
      return 'nobody has the reference level';
    case 'reference-no-events':
      return 'no events in the reference level';
    case 'reference-all-events':
      return 'only events in the reference level';
    case 'collinear':
      return 'cannot be told apart from other levels';
    case 'separated':
      return 'no events in this group of levels';
    case 'fit-failed':
      return 'the regression found no solution';
    case 'no-parties':
      return 'no bundle in use';
    default:
      return reason satisfies never;
  }
}

/** Why a regression has no result. */
export function glmFailureMessage(failure: GlmFailure): string {
  switch (failure.kind) {
    case 'no-rows':
      return 'There are no rows to fit.';
    case 'no-events':
      return `None of the ${plural(failure.rows, 'row')} has the event, so no ratio can be estimated.`;
    case 'all-events':
      return `All ${plural(failure.rows, 'row')} have the event, so no ratio can be estimated.`;
    case 'outcome-outside-family':
      return `The outcome ranges from ${failure.minimum} to ${failure.maximum}, which this regression does not allow.`;
    case 'not-converged':
      return `The regression found no solution in ${formatCount(failure.iterations)} rounds. Merge rare levels in the codebook.`;
    case 'on-boundary':
      return 'The best fit lies at a risk of 1, where no errors can be given. Merge rare levels in the codebook.';
    default:
      return failure satisfies never;
  }
}

function pooledFailureMessage(failure: PooledAnalysisFailure): string {
  switch (failure.kind) {
    case 'unknown-variable':
      return `The codebook has no variable “${failure.variable}”. Choose another.`;
    case 'unknown-level':
      return `“${failure.variable}” has no level “${failure.level}”. Choose another.`;
    case 'repeated-predictor':
      return `“${failure.variable}” is used twice. Remove one.`;
    case 'outcome-is-predictor':
      return `“${failure.variable}” cannot be outcome and variable at once. Choose another.`;
    case 'interaction-without-main-effect':
      return `“${failure.variables.join(' × ')}” needs both variables on their own as well.`;
    case 'table-does-not-fit':
      return `A bundle has ${formatCount(failure.columns)} columns where the codebook has ${formatCount(failure.expected)}. Remove it and import it again.`;
    case 'party-without-sets':
      return 'A bundle holds no synthetic set. Remove it and ask its sender for a new one.';
    default:
      return failure satisfies never;
  }
}

/** Why the whole analysis has no result, and what to do. */
export function analysisFailureMessage(failure: AnalysisFailure): string {
  switch (failure.kind) {
    case 'unknown-variable':
    case 'unknown-level':
    case 'repeated-predictor':
    case 'outcome-is-predictor':
    case 'interaction-without-main-effect':
    case 'table-does-not-fit':
    case 'party-without-sets':
      return pooledFailureMessage(failure);
    case 'no-variables':
      return 'Every variable is switched off. Switch at least one on under “Choices”.';
    case 'no-test-rows':
      return 'There is no row to predict: the table or the subgroup is too small. Hold out a larger share, or open another file.';
    case 'bundle-gone':
      return bundleGoneMessage(failure);
    case 'no-own-bundle':
      return 'Your own twins are to stand for your rows, but there is no bundle of these rows under this codebook and your centre’s name. Make one on the Share step, or use your real rows.';
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    default:
      return bundleFailureMessage(failure);
  }
}
