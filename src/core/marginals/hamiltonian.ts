import { fillStandardNormal } from '../random/gaussian.ts';
import { exponential, type RandomSource, uniform } from '../random/random-source.ts';

/** ln p(x) up to a constant, and its gradient written to `gradient`. −∞ or NaN outside of the domain. */
export type LogDensity = (position: Float64Array, gradient: Float64Array) => number;

/** A chain: a point, its density, and what has been learnt about step and scales so far. */
export interface ChainState {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  readonly logDensity: number;
  /** ε, in units of the scales. */
  readonly stepSize: number;
  /** Standard deviations that the momenta are scaled by. */
  readonly scale: Float64Array;
}

export interface ChainInfo {
  /** min(1, exp(−ΔH)); 0 where the path left the domain. */
  readonly acceptance: number;
  readonly accepted: boolean;
  /** |ΔH| so large that the path cannot be trusted. */
  readonly diverged: boolean;
}

/** Energy errors beyond it mean that the step is too large for the curvature met. */
const DIVERGED = 1000;

export function initChain(
  density: LogDensity,
  start: Float64Array,
  scale: Float64Array,
  stepSize: number,
): ChainState {
  const position = start.slice();
  const gradient = new Float64Array(start.length);
  const logDensity = density(position, gradient);
  if (!Number.isFinite(logDensity)) throw new Error('a chain cannot start where the density is 0');
  return { position, gradient, logDensity, stepSize, scale };
}

/**
 * One Hamiltonian Monte Carlo transition (Duane et al. 1987; Neal 2011, §5.3): momenta ρ ~ N(0, diag(s⁻²)), L leapfrog steps
 * of size ε, accepted with probability min(1, exp(−ΔH)), H = −ln p(x) + ½ Σ s² ρ². Leaves p invariant for any ε, s, L
 * that do not depend on the state. ε is jittered by ±20 %, so that no path closes on itself.
 */
export function stepChain(
  density: LogDensity,
  state: ChainState,
  leapfrogs: number,
  random: RandomSource,
): [ChainState, ChainInfo] {
  const n = state.position.length;
  const { scale } = state;
  const position = state.position.slice();
  const gradient = state.gradient.slice();
  const momentum = new Float64Array(n);
  // In units of the scales: ρ̂ = s ρ ~ N(0, I), x moves by ε s ρ̂.
  fillStandardNormal(random, momentum);
  const stepSize = state.stepSize * (0.8 + 0.4 * uniform(random));
  let before = -state.logDensity;
  for (let k = 0; k < n; k += 1) before += 0.5 * momentum[k]! ** 2;
  let logDensity = state.logDensity;
  for (let l = 0; l < leapfrogs; l += 1) {
    for (let k = 0; k < n; k += 1) {
      momentum[k]! += 0.5 * stepSize * scale[k]! * gradient[k]!;
      position[k]! += stepSize * scale[k]! * momentum[k]!;
    }
    logDensity = density(position, gradient);
    if (!Number.isFinite(logDensity)) break;
    for (let k = 0; k < n; k += 1) momentum[k]! += 0.5 * stepSize * scale[k]! * gradient[k]!;
  }
  let after = -logDensity;
  for (let k = 0; k < n; k += 1) after += 0.5 * momentum[k]! ** 2;
  const gain = Number.isFinite(after) ? before - after : Number.NEGATIVE_INFINITY;
  const accepted = exponential(random) > -gain;
  return [
    accepted ? { ...state, position, gradient, logDensity } : state,
    { acceptance: Math.min(1, Math.exp(gain)), accepted, diverged: !(gain > -DIVERGED) },
  ];
}

export interface WarmUp {
  readonly transitions: number;
  readonly leapfrogs: number;
  /** Acceptance that the step size is tuned to. */
  readonly targetAcceptance: number;
}

/**
 * Learns ε by dual averaging (Hoffman and Gelman 2014, §3.2) and the scales from the spread of the draws of two windows.
 * Nothing of it is kept as a draw: the chain is a Markov chain with fixed ε and s only afterwards.
 */
export function warmUpChain(
  density: LogDensity,
  start: ChainState,
  { transitions, leapfrogs, targetAcceptance }: WarmUp,
  random: RandomSource,
): ChainState {
  let state = start;
  const windowEnds = [0.3, 0.6, 1].map((share) => Math.floor(share * transitions));
  let done = 0;
  for (const [w, end] of windowEnds.entries()) {
    const tuner = new StepSizeTuner(state.stepSize, targetAcceptance);
    const spread = new RunningSpread(state.position.length);
    for (; done < end; done += 1) {
      const [next, { acceptance }] = stepChain(density, state, leapfrogs, random);
      tuner.learn(acceptance);
      state = { ...next, stepSize: tuner.stepSize };
      spread.add(next.position);
    }
    tuner.settle();
    const last = w === windowEnds.length - 1;
    state = {
      ...state,
      stepSize: tuner.stepSize,
      scale: last ? state.scale : spread.deviations(state.scale),
    };
  }
  return state;
}

/** Learns a step size by dual averaging (Hoffman and Gelman 2014, §3.2, with γ = 0.05, t₀ = 10, κ = 0.75). */
export class StepSizeTuner {
  stepSize: number;
  readonly #target: number;
  readonly #center: number;
  #steps = 0;
  #errors = 0;
  #averaged: number;

  constructor(stepSize: number, targetAcceptance: number) {
    this.stepSize = stepSize;
    this.#target = targetAcceptance;
    this.#center = Math.log(10 * stepSize);
    this.#averaged = Math.log(stepSize);
  }

  learn(acceptance: number): void {
    this.#steps += 1;
    const t = this.#steps;
    this.#errors += (this.#target - acceptance - this.#errors) / (t + 10);
    const logStep = this.#center - (Math.sqrt(t) / 0.05) * this.#errors;
    this.#averaged += t ** -0.75 * (logStep - this.#averaged);
    this.stepSize = Math.exp(logStep);
  }

  /** The average is what is kept. */
  settle(): void {
    this.stepSize = Math.exp(this.#averaged);
  }
}

/** Welford's running variance of each coordinate. */
class RunningSpread {
  #count = 0;
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;

  constructor(size: number) {
    this.#mean = new Float64Array(size);
    this.#squares = new Float64Array(size);
  }

  add(values: Float64Array): void {
    this.#count += 1;
    for (let k = 0; k < values.length; k += 1) {
      const apart = values[k]! - this.#mean[k]!;
      this.#mean[k]! += apart / this.#count;
      this.#squares[k]! += apart * (values[k]! - this.#mean[k]!);
    }
  }

  /** Shrunk towards the scales so far as if those had been seen in five draws. */
  deviations(before: Float64Array): Float64Array {
    const n = this.#count;
    if (n < 10) return before;
    return before.map((scale, k) => Math.sqrt((this.#squares[k]! + 5 * scale ** 2) / (n - 1 + 5)));
  }
}
