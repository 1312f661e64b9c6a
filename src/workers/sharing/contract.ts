import type { Result } from '../../core/result.ts';
import type { BundleSummary } from '../../session/records.ts';
import type { BundleRequest } from '../../session/requests.ts';
import type { ReportProgress } from '../boundary/progress.ts';

/** Draws K synthetic sets from a posterior and writes them as one bundle. Sees no row of the table. */
export interface SharingContract {
  makeBundle(
    request: BundleRequest,
    softwareVersion: string,
    report: ReportProgress,
  ): Promise<Result<{ readonly bytes: Uint8Array; readonly summary: BundleSummary }, never>>;
}
