import type { RandomSource } from '../random/random-source.ts';
import { chainDiagnostics } from './chain-diagnostics.ts';
import type { NoisyTables } from './noisy-tables.ts';
import {
  endApproach,
  endTuning,
  fitGroups,
  initTableChain,
  parametersOf,
  stepTableChain,
  type TableChain,
  type TableParameters,
} from './table-chain.ts';

/** How long the chains run. */
export interface ChainSettings {
  readonly chains: number;
  /** Sweeps that are thrown away. */
  readonly warmUp: number;
  /** Draws kept a chain, and sweeps from one to the next. */
  readonly draws: number;
  readonly thin: number;
  /** Chains that do not agree go on from where they are, twice as long each time; so many rounds in all. */
  readonly rounds: number;
  /** The density that decides about groups of variables in pairs (`group-approximation.ts`). */
  readonly groups: 'exact' | 'approximate';
}

export const USUAL_CHAINS: ChainSettings = {
  chains: 4,
  warmUp: 100,
  draws: 100,
  thin: 3,
  rounds: 4,
  groups: 'approximate',
};
/** A group's path goes further than a sweep of slices, and costs more. */
export const CHAINS_OF_PAIRS: ChainSettings = { ...USUAL_CHAINS, warmUp: 160, rounds: 1 };

/** Whether the draws can be trusted. */
export interface FitDiagnostics {
  /** Largest R̂ over N where it is not public, the event share, all level shares and the shares of all cells of pairs. */
  readonly rHat: number;
  /** Smallest effective sample size over the same. */
  readonly effectiveSize: number;
}

export interface FittedTables {
  readonly draws: readonly TableParameters[];
  readonly diagnostics: FitDiagnostics;
}

/** A fit is trusted up to here (Vehtari et al. 2021 ask 1.01 for publication; sets need less). */
export const LARGEST_R_HAT = 1.05;

/** Draws from the posterior of the table parameters. Post-processing of the release: costs no privacy. */
export function fitTables(
  release: NoisyTables,
  random: RandomSource,
  settings: ChainSettings = release.pairs === undefined ? USUAL_CHAINS : CHAINS_OF_PAIRS,
  onProgress?: (done: number, of: number) => void,
): FittedTables {
  const { chains, warmUp, draws: length, thin, rounds } = settings;
  const fits = fitGroups(release);
  const running: TableChain[] = [];
  const drawFrom = (chain: TableChain, sweeps: number) =>
    Array.from({ length }, () => {
      for (let sweep = 0; sweep < sweeps; sweep += 1) stepTableChain(release, chain, random);
      return parametersOf(chain);
    });
  let draws: TableParameters[] = [];
  for (let k = 0; k < chains; k += 1) {
    const chain = initTableChain(release, random, fits, settings.groups);
    const approach = Math.floor(warmUp / 3);
    for (let sweep = 0; sweep < approach; sweep += 1) stepTableChain(release, chain, random, 'approach');
    endApproach(chain);
    for (let sweep = approach; sweep < warmUp; sweep += 1) stepTableChain(release, chain, random, 'tune');
    endTuning(chain);
    running.push(chain);
    draws.push(...drawFrom(chain, thin));
    onProgress?.(k + 1, chains);
  }
  let diagnostics = worst(draws, chains, length);
  // Many levels mix slowly: what was drawn so far was warm-up then.
  for (let round = 1; round < rounds && !(diagnostics.rHat < LARGEST_R_HAT); round += 1) {
    draws = running.flatMap((chain) => drawFrom(chain, thin * 2 ** round));
    diagnostics = worst(draws, chains, length);
  }
  return { draws, diagnostics };
}

function worst(draws: readonly TableParameters[], chains: number, length: number): FitDiagnostics {
  let [rHat, effectiveSize] = [0, Number.POSITIVE_INFINITY];
  const look = (value: (draw: TableParameters) => number) => {
    const series = Array.from({ length: chains }, (_, k) =>
      Float64Array.from({ length }, (_, t) => value(draws[k * length + t]!)),
    );
    const found = chainDiagnostics(series);
    // A share that is 0 in every draw is no sign of bad mixing.
    if (Number.isNaN(found.rHat)) return;
    rHat = Math.max(rHat, found.rHat);
    effectiveSize = Math.min(effectiveSize, found.effectiveSize);
  };
  look(({ rowCount }) => rowCount);
  look(({ eventShare }) => eventShare);
  const first = draws[0]!;
  for (const half of ['withEvent', 'withoutEvent'] as const) {
    for (const [t, shares] of first[half].entries()) {
      for (let c = 0; c < shares.length; c += 1) look((draw) => draw[half][t]![c]!);
    }
  }
  for (const [g, { pairShares }] of (first.groups ?? []).entries()) {
    for (let c = 0; c < pairShares.length; c += 1) look((draw) => draw.groups![g]!.pairShares[c]!);
  }
  return { rHat, effectiveSize };
}
