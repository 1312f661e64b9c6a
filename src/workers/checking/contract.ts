import type { PooledAnalysisFailure } from '../../core/analysis/pooled-analysis.ts';
import type { TwinComparison } from '../../core/analysis/twin-comparison.ts';
import type { Result } from '../../core/result.ts';
import type { CheckRequest } from '../../session/requests.ts';

/** Draws twins from the release and lays them beside the rows; both end with the worker. */
export interface CheckingContract {
  check(request: CheckRequest): Promise<Result<TwinComparison, PooledAnalysisFailure>>;
}
