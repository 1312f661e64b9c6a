import type { PooledAnalysisFailure } from '../../core/analysis/pooled-analysis.ts';
import type { BundleFailure } from '../../core/bundle/read-bundle.ts';
import type { Result } from '../../core/result.ts';
import type { AnalysisAnswer, AnalysisRequest } from '../../session/ports.ts';
import type { ReportProgress } from '../boundary/progress.ts';

/** Fits the regression on the own rows alone and pooled with every included party's sets, or on each party alone. */
export interface AnalysingContract {
  analyse(
    request: AnalysisRequest,
    report: ReportProgress,
  ): Promise<Result<AnalysisAnswer, PooledAnalysisFailure | BundleFailure>>;
}
