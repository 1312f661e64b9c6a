import type { Codebook } from '../codebook/codebook.ts';
import type { TrainingSettings } from '../inference/plan.ts';
import type { Pair as PairOfVariables } from '../marginals/junction-tree.ts';
import { byPosition, candidatePairs, MAX_SELECTED, selectedPairsOf } from '../marginals/pair-selection.ts';
import { isTooWide, pairWidth } from '../marginals/pair-width.ts';
import { MAX_PAIRS, type MarginalsSettings, workloadOf } from '../marginals/plan-marginals.ts';
import { eventNoise, rowCountNoise, selectionNoise, tableNoise } from '../marginals/workload.ts';
import {
  contributionBound,
  isNoisyTables,
  modelOf,
  type SynthesisPosterior,
} from '../synthesis/synthesizer.ts';
import { bundleVersion, rowCountPolicy } from './describe-package.ts';
import type { Descriptor } from './descriptor-schema.ts';

/** Two places of a bundle that must agree, and whether they do. */
type Pair = readonly [holds: boolean, one: string, other: string];

function trainingPairs(
  settings: TrainingSettings,
  privacy: Descriptor['privacy'],
  codebook: Codebook,
  posterior: SynthesisPosterior,
): Pair[] {
  if (isNoisyTables(posterior)) return [[false, 'twinpool.settings', 'posterior']];
  const { shape } = posterior;
  const binary = codebook.outcome.kind === 'binary';
  return [
    [
      settings.samplingRate === privacy.samplingRate,
      'twinpool.settings.samplingRate',
      'privacy.samplingRate',
    ],
    [settings.steps === privacy.steps, 'twinpool.settings.steps', 'privacy.steps'],
    [settings.components === shape.components, 'twinpool.settings.components', 'posterior.shape.components'],
    [settings.family === shape.family, 'twinpool.settings.family', 'posterior.shape.family'],
    [binary || settings.family === 'poisson', 'twinpool.settings.family', 'codebook.outcome.kind'],
    [
      binary === (settings.outcomeDraw !== 'poisson'),
      'twinpool.settings.outcomeDraw',
      'codebook.outcome.kind',
    ],
  ];
}

const variablesOf = (pairs: readonly { readonly variables: PairOfVariables }[]) =>
  pairs.map(({ variables }) => variables);

/** The noise that a table claims is what analyses weigh it by: it must be that of the claimed mechanism. */
function tablesPairs(
  settings: MarginalsSettings,
  { privacy, twinpool }: Descriptor,
  codebook: Codebook,
  posterior: SynthesisPosterior,
): Pair[] {
  if (!isNoisyTables(posterior)) return [[false, 'twinpool.settings', 'posterior']];
  const levels = posterior.tables.map((table) => table.levels);
  const { pairs = [], selection } = settings;
  const workload = workloadOf(settings, levels);
  const measured = posterior.pairs ?? [];
  const selected = selectedPairsOf(posterior, settings);
  const ofSelected = selectionNoise(workload, privacy.noiseMultiplier)?.table ?? Number.NaN;
  const noise = [
    rowCountNoise(workload, privacy.noiseMultiplier) ?? 0,
    eventNoise(workload, privacy.noiseMultiplier),
    ...tableNoise(workload, privacy.noiseMultiplier),
    ...selected.map(() => ofSelected),
  ];
  const once = privacy.samplingRate === 1 && privacy.steps === 1;
  return [
    [once, 'twinpool.model', 'privacy.steps'],
    [codebook.outcome.kind === 'binary', 'twinpool.model', 'codebook.outcome.kind'],
    [settings.weights.length === levels.length, 'twinpool.settings.weights', 'posterior.tables'],
    [
      pairs.length <= measured.length &&
        (selection !== undefined || pairs.length === measured.length) &&
        pairs.every(({ variables }, t) => variables.join() === measured[t]!.variables.join()),
      'twinpool.settings.pairs',
      'posterior.pairs',
    ],
    [isAscending(variablesOf(pairs)), 'twinpool.settings.pairs', 'twinpool.settings.pairs'],
    [areNarrow(levels, variablesOf(measured)), 'twinpool.settings', 'posterior.pairs'],
    [
      isSelection(variablesOf(selected), variablesOf(pairs), selection?.count ?? 0, levels),
      'twinpool.settings.selection',
      'posterior.pairs',
    ],
    [posterior.rowCount === twinpool.rowCount, 'twinpool.rowCount', 'posterior.rowCount'],
    [
      [
        { standardDeviation: posterior.rowCountStandardDeviation ?? 0 },
        posterior.events,
        ...posterior.tables,
        ...measured,
      ].every(({ standardDeviation }, t) => Math.abs(standardDeviation - noise[t]!) <= 1e-9 * noise[t]!),
      'privacy.noiseMultiplier',
      'posterior.tables',
    ],
  ];
}

/** Pairs that can be computed with: what a plan refuses no bundle brings in. */
function areNarrow(levels: readonly number[], pairs: readonly PairOfVariables[]): boolean {
  return (
    pairs.length <= MAX_PAIRS + MAX_SELECTED &&
    pairs.every(([i, j]) => i < j) &&
    !isTooWide(pairWidth(levels, pairs))
  );
}

/** Pairs that the mechanism can have chosen: in one order, none twice, and as many as were to be chosen unless no more fit. */
function isSelection(
  selected: readonly PairOfVariables[],
  declared: readonly PairOfVariables[],
  count: number,
  levels: readonly number[],
): boolean {
  const all = [...declared, ...selected];
  return (
    selected.length <= count &&
    isAscending(selected) &&
    new Set(all.map((pair) => pair.join())).size === all.length &&
    (selected.length === count || candidatePairs(levels, all).length === 0)
  );
}

/** No pair twice, and one order only. */
function isAscending(pairs: readonly PairOfVariables[]): boolean {
  return pairs.every((pair, t) => t === 0 || byPosition(pairs[t - 1]!, pair) < 0);
}

/** The first two parts of a bundle that contradict each other, by name; null where none do. */
export function findContradiction(
  descriptor: Descriptor,
  codebook: Codebook,
  posterior: SynthesisPosterior,
): readonly [string, string] | null {
  const { twinpool, privacy } = descriptor;
  const { settings } = twinpool;
  const { accountant } = privacy;
  const pairs: readonly Pair[] = [
    [contributionBound(settings, codebook) === privacy.clipNorm, 'twinpool.settings', 'privacy.clipNorm'],
    [modelOf(settings) === twinpool.model, 'twinpool.settings', 'twinpool.model'],
    [bundleVersion(settings) === twinpool.version, 'twinpool.settings', 'twinpool.version'],
    [rowCountPolicy(settings) === privacy.rowCountPolicy, 'twinpool.settings', 'privacy.rowCountPolicy'],
    [privacy.epsilon === accountant.epsilonUpper, 'privacy.epsilon', 'privacy.accountant.epsilonUpper'],
    [
      accountant.epsilonLower <= accountant.epsilonValue,
      'privacy.accountant.epsilonLower',
      'privacy.accountant.epsilonValue',
    ],
    [
      accountant.epsilonValue <= accountant.epsilonUpper,
      'privacy.accountant.epsilonValue',
      'privacy.accountant.epsilonUpper',
    ],
    ...(settings.preset === 'noisy-marginals'
      ? tablesPairs(settings, descriptor, codebook, posterior)
      : trainingPairs(settings, privacy, codebook, posterior)),
  ];
  const broken = pairs.find(([holds]) => !holds);
  return broken === undefined ? null : [broken[1], broken[2]];
}
