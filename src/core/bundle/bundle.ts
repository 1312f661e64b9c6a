import type { Codebook } from '../codebook/codebook.ts';
import type { CertifiedMechanism } from '../privacy/mechanism.ts';
import type { SynthesisPosterior, SynthesisSettings } from '../synthesis/synthesizer.ts';
import type { SyntheticSet } from '../synthesis/synthetic-set.ts';

/** What one party publishes: K synthetic sets, the posterior they came from, and what it cost (DESIGN §4). */
export interface Bundle {
  readonly partyName: string;
  /** ISO date (day) of making, given by the caller. */
  readonly createdOn: string;
  readonly softwareVersion: string;
  readonly licence: string;
  readonly codebook: Codebook;
  /** N, rows of the party's table, declared public or counted with noise; each set has so many. */
  readonly rowCount: number;
  readonly settings: SynthesisSettings;
  readonly mechanism: CertifiedMechanism;
  /** True when a user-chosen seed or simulated data made this: not private, and said so (METHOD §9.3). */
  readonly simulated: boolean;
  readonly posterior: SynthesisPosterior;
  /** K ≥ 1 sets. */
  readonly sets: readonly SyntheticSet[];
}
