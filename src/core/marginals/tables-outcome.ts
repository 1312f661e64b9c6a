import type { FamilyName } from '../analysis/glm-family.ts';
import type { NoisyTables } from './noisy-tables.ts';
import {
  analyseTables,
  type TablesAnalysis,
  type TablesAnalysisFailure,
  type TablesAnalysisInput,
} from './tables-analysis.ts';

/** The estimate from own rows and noisy tables beside an analysis of twins, where there is one. */
export type TablesOutcome =
  | {
      readonly kind: 'ready';
      readonly analysis: TablesAnalysis;
      /** Parties whose bundle has no tables, or tables under another codebook: they are in the twins' analysis only. */
      readonly partiesWithout: number;
    }
  | { readonly kind: 'refused'; readonly failure: TablesAnalysisFailure }
  /** No party has tables that can be used, or own rows may not be. */
  | { readonly kind: 'no-tables' };

/** @param parties `release` null where a party has none that can be used */
export function tablesOutcome(
  input: Omit<TablesAnalysisInput, 'parties' | 'family'> & { readonly family: FamilyName },
  parties: readonly { readonly id: string; readonly release: NoisyTables | null }[],
): TablesOutcome {
  const usable = parties.flatMap(({ id, release }) => (release === null ? [] : [{ id, release }]));
  const { family } = input;
  // Differences of means are not what tables of a 0/1 event are about.
  if (usable.length === 0 || family === 'gaussian-identity') return { kind: 'no-tables' };
  const found = analyseTables({ ...input, family, parties: usable });
  return found.ok
    ? { kind: 'ready', analysis: found.value, partiesWithout: parties.length - usable.length }
    : { kind: 'refused', failure: found.failure };
}
