import type { ErrorKind } from '../../core/analysis/glm-covariance.ts';
import type { PooledAnalysis, PooledAnalysisFailure } from '../../core/analysis/pooled-analysis.ts';
import type { BundleFailure } from '../../core/bundle/read-bundle.ts';
import type { Codebook } from '../../core/codebook/codebook.ts';
import type { Result } from '../../core/result.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import type { ReportProgress } from '../boundary/progress.ts';

/** Fits the regression on the own rows alone and pooled with every included party's sets. */
export interface AnalysingContract {
  analyse(
    request: {
      readonly codebook: Codebook;
      readonly local: CodedTable;
      readonly parties: readonly { readonly id: string; readonly bytes: Uint8Array }[];
      readonly errors: ErrorKind;
    },
    report: ReportProgress,
  ): Promise<Result<PooledAnalysis, PooledAnalysisFailure | BundleFailure>>;
}
