import type { Outcome } from '../codebook/codebook.ts';
import type { TrainingSettings } from '../inference/plan.ts';
import { paperPreset, shortPreset } from '../inference/presets.ts';

/** A setting of DPVI that is compared with the others at equal privacy. */
export interface PresetVariant {
  readonly name: string;
  /** Takes hundreds of times as long as the others. */
  readonly slow: boolean;
  settings(outcome: Outcome, eventRateGuess: number): TrainingSettings;
}

/** What is compared (METHOD §4): every variant changes `short` in one place, but for the paper's own. */
export const PRESET_VARIANTS: readonly PresetVariant[] = [
  shortWith('short', {}),
  shortWith('T = 300', { steps: 300 }),
  shortWith('T = 3000', { steps: 3000 }),
  shortWith('q = 0.1, T = 3000', { samplingRate: 0.1, steps: 3000 }),
  shortWith('learning rate ½', { learningRate: { initial: 2.5e-2, final: 2.5e-3 } }),
  shortWith('learning rate 2 ×', { learningRate: { initial: 1e-1, final: 1e-2 } }),
  shortWith('learning rate constant 2e-2', { learningRate: { initial: 2e-2, final: 2e-2 } }),
  shortWith('C = 1', { clipNorm: 1 }),
  shortWith('C = 3', { clipNorm: 3 }),
  shortWith('C = 5', { clipNorm: 5 }),
  shortWith('R = 4', { components: 4 }),
  shortWith('R = 8', { components: 8 }),
  shortWith('R = 32', { components: 32 }),
  shortWith('no averaging', { averagedFraction: 0 }),
  shortWith('averaging over half', { averagedFraction: 0.5 }),
  shortWith('τ starts at 0.3', { initialScale: 0.3 }),
  shortWith('τ starts at 0.03', { initialScale: 0.03 }),
  shortWith('bernoulli-log', { family: 'bernoulli-log' }),
  shortWith('bernoulli-log, C = 3', { family: 'bernoulli-log', clipNorm: 3 }),
  shortWith('bernoulli-logit', { family: 'bernoulli-logit' }),
  { name: 'paper', slow: true, settings: paperPreset },
  {
    name: 'paper, y drawn as Bernoulli',
    slow: true,
    settings: (outcome, rate) => ({
      ...paperPreset(outcome, rate),
      preset: 'custom',
      outcomeDraw: 'bernoulli',
    }),
  },
];

function shortWith(name: string, change: Partial<TrainingSettings>): PresetVariant {
  return {
    name,
    slow: false,
    settings: (outcome, rate) => ({ ...shortPreset(outcome, rate), preset: 'custom', ...change }),
  };
}
