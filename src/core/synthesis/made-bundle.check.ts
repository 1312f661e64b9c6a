import { readBundle } from '../bundle/read-bundle.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { inventedTable, PAPER_LEVEL_COUNTS, publicKey } from '../inference/check-problem.ts';
import { shortPreset } from '../inference/presets.ts';
import { releaseTables } from '../marginals/noisy-tables.ts';
import type { RowCountPolicy } from '../marginals/workload.ts';
import { certify } from '../privacy/certify.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { drawSets, isMarginalsPlan, planSynthesis, type SynthesisPlan } from './synthesizer.ts';

/** Releases and bundles of invented people, for tests of what comes after a plan; every key is fixed and public. */
export const codebook = cohortCodebook();
export const table = inventedTable({
  levelCounts: [...PAPER_LEVEL_COUNTS],
  rowCount: 300,
  meanOutcome: 0.25,
  binary: true,
  number: 5,
});
export const source = (number: number) => chacha20Source(publicKey(number), 'synthesis');

export type Pairs = readonly { readonly variables: readonly [string, string]; readonly weight?: number }[];

export function planned(
  method: 'dpvi' | 'noisy-marginals',
  weights?: readonly number[],
  pairs?: Pairs,
  selected = 0,
  rowCount: RowCountPolicy = 300,
): SynthesisPlan {
  const base = { codebook, epsilon: 1, delta: 1e-6 };
  const plan = planSynthesis(
    method === 'dpvi'
      ? { method, ...base, rowCount: 300, settings: shortPreset(codebook.outcome, 0.2) }
      : {
          method,
          ...base,
          rowCount,
          ...(weights && { weights }),
          ...(pairs && { pairs }),
          selection: { count: selected },
        },
  );
  if (!plan.ok) throw new Error(plan.failure.kind);
  return plan.value;
}

export function measured(
  weights?: readonly number[],
  pairs?: Pairs,
  selected = 0,
  rowCount?: RowCountPolicy,
) {
  const plan = planned('noisy-marginals', weights, pairs, selected, rowCount);
  if (!isMarginalsPlan(plan)) throw new Error('another plan');
  const posterior = releaseTables(plan, table, chacha20Source(publicKey(6), 'mechanismNoise'));
  return { plan, posterior };
}

export function bundleOf({ plan, posterior }: ReturnType<typeof measured>) {
  const { outcome } = codebook;
  return {
    partyName: 'Newcastle',
    createdOn: '2026-11-24',
    softwareVersion: '0.1.0',
    licence: 'CC-BY-4.0',
    codebook,
    rowCount: posterior.rowCount,
    settings: plan.settings,
    mechanism: plan.mechanism,
    simulated: true,
    posterior,
    sets: [...drawSets({ plan, posterior, outcome }, 3, source(7))],
  };
}

export const kindOf = (bytes: Uint8Array) => {
  const read = readBundle(bytes, { certify });
  if (read.ok) return 'read';
  return read.failure.kind === 'contradiction' ? read.failure.between.join(' | ') : read.failure.kind;
};
