import type { Outcome } from '../codebook/codebook.ts';
import type { TrainingSettings } from '../inference/plan.ts';
import { paperPreset, shortPreset } from '../inference/presets.ts';

/** A way to make twins that is compared with the others at equal privacy. */
export interface PresetVariant<S = TwinSettings | 'twins-of-tables' | 'tables'> {
  readonly name: string;
  /** Takes hundreds of times as long as the others. */
  readonly slow: boolean;
  /** Settings of DPVI; noisy tables have none: as twins drawn from them, or analysed as they are. */
  readonly settings: S;
}

type TwinSettings = (outcome: Outcome, eventRateGuess: number) => TrainingSettings;

/** Fewer steps turn out to do as well (README), so that most settings are varied there, one at a time. */
const FEWER: Partial<TrainingSettings> = { steps: 300 };

/** What does as well as `short` or better among alike centres at nearly every N and ε (README); among those of the cohort `short` is ahead (`check:utility`). */
export const FEWER_STEPS = shortWith('T = 300, R = 32', { ...FEWER, components: 32 });

/** What is compared (METHOD §4): `short` with one thing or two changed, and the paper's own. */
export const PRESET_VARIANTS: readonly PresetVariant[] = [
  shortWith('T = 1000', {}),
  shortWith('T = 3000', { steps: 3000 }),
  shortWith('T = 300', FEWER),
  shortWith('T = 100', { steps: 100 }),
  shortWith('T = 300, q = 0.3', { ...FEWER, samplingRate: 0.3 }),
  shortWith('T = 300, learning rate ½', { ...FEWER, learningRate: { initial: 2.5e-2, final: 2.5e-3 } }),
  shortWith('T = 300, learning rate 2 ×', { ...FEWER, learningRate: { initial: 1e-1, final: 1e-2 } }),
  shortWith('T = 300, C = 1', { ...FEWER, clipNorm: 1 }),
  shortWith('T = 300, C = 3', { ...FEWER, clipNorm: 3 }),
  shortWith('T = 300, R = 4', { ...FEWER, components: 4 }),
  FEWER_STEPS,
  shortWith('T = 300, averaging over half', { ...FEWER, averagedFraction: 0.5 }),
  shortWith('T = 300, τ starts at 0.3', { ...FEWER, initialScale: 0.3 }),
  shortWith('T = 300, plain gradients', { ...FEWER, gradients: 'plain' }),
  shortWith('T = 300, bernoulli-log', { ...FEWER, family: 'bernoulli-log' }),
  shortWith('T = 300, bernoulli-log, C = 3', { ...FEWER, family: 'bernoulli-log', clipNorm: 3 }),
  shortWith('T = 300, bernoulli-logit', { ...FEWER, family: 'bernoulli-logit' }),
  { name: 'noisy tables', slow: false, settings: 'tables' },
  { name: 'twins of noisy tables', slow: false, settings: 'twins-of-tables' },
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

function shortWith(name: string, change: Partial<TrainingSettings>): PresetVariant<TwinSettings> {
  return {
    name,
    slow: false,
    settings: (outcome, rate) => ({ ...shortPreset(outcome, rate), preset: 'custom', ...change }),
  };
}
