import type { BundleFailure } from '../../core/bundle/read-bundle.ts';
import type { Result } from '../../core/result.ts';
import type { BundleSummary } from '../../session/records.ts';

/** Reads a peer's file, which is hostile until proven; answers what the page needs to know of it. */
export interface ImportingContract {
  readBundle(bytes: Uint8Array): Promise<Result<BundleSummary, BundleFailure>>;
}
