import type { ReadBundle } from '../core/bundle/read-bundle.ts';
import type { BundleSigner } from '../core/bundle/signature.ts';
import { isNoisyTables, type SynthesisPosterior } from '../core/synthesis/synthesizer.ts';
import type { BundleSummary } from './records.ts';

/** What a summary says of the noise of N, where there is any. */
export function rowNoiseOf(posterior: SynthesisPosterior): Pick<BundleSummary, 'rowCountNoise'> {
  const noise = isNoisyTables(posterior) ? posterior.rowCountStandardDeviation : undefined;
  return noise === undefined ? {} : { rowCountNoise: noise };
}

/** What the page keeps in sight of a bundle that was read; `place` is what only the caller knows. */
export function summaryOf(
  { bundle, contentHash, codebookId }: ReadBundle,
  place: Pick<BundleSummary, 'origin' | 'fileName' | 'byteLength' | 'included'>,
  signer: BundleSigner | null,
): BundleSummary {
  return {
    ...place,
    id: contentHash,
    partyName: bundle.partyName,
    createdOn: bundle.createdOn,
    codebookId,
    codebook: bundle.codebook,
    rowCount: bundle.rowCount,
    ...rowNoiseOf(bundle.posterior),
    setCount: bundle.sets.length,
    epsilon: bundle.mechanism.cost.epsilonUpper,
    delta: bundle.mechanism.cost.delta,
    simulated: bundle.simulated,
    ...(signer === null ? {} : { signer }),
  };
}
