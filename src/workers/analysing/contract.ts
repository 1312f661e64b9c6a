import type { HeldOutFailure } from '../../core/analysis/held-out.ts';
import type { BundleFailure } from '../../core/bundle/read-bundle.ts';
import type { Result } from '../../core/result.ts';
import type { AnalysisAnswer, AnalysisRequest } from '../../session/requests.ts';
import type { ReportProgress } from '../boundary/progress.ts';

/** Fits the regression on the own rows alone and pooled with every included party's sets, on each party alone, or on all rows but some that it then predicts. */
export interface AnalysingContract {
  analyse(
    request: AnalysisRequest,
    report: ReportProgress,
  ): Promise<Result<AnalysisAnswer, HeldOutFailure | BundleFailure>>;
}
