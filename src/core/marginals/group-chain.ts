import { fillStandardNormal } from '../random/gaussian.ts';
import { exponential, type RandomSource } from '../random/random-source.ts';
import { GroupApproximation } from './group-approximation.ts';
import { type GroupFit, gradientInPlace, positionAt } from './group-fit.ts';
import type { GroupMoments, OutcomePeople } from './group-model.ts';
import { type ChainState, StepSizeTuner, stepChain } from './hamiltonian.ts';

/**
 * First the chain goes by the approximate density alone, which leads from anywhere to where the posterior is (far from there
 * exact and approximate density differ by so much that no path would be accepted); then by the exact one while it learns its step
 * size; then draws are kept.
 */
export type ChainPhase = 'approach' | 'tune' | 'keep';

/**
 * A Markov chain on one group's z given the people of either outcome: Hamiltonian Monte Carlo in the coordinates ξ of the Laplace approximation.
 *
 * Paths follow an approximate density (`group-approximation.ts`), which costs six passes over the tree a step; whether the place that
 * some of them lead to is taken is decided by the exact density with V(z) there, which costs one pass for every cell and a determinant.
 * Accepted with probability min(1, π(z′) π̂(z) / (π(z) π̂(z′))) this leaves the exact posterior π as it is (delayed acceptance: Christen
 * and Fox, J. Comput. Graph. Stat. 14 (2005) 795).
 */
export class GroupChain {
  readonly fit: GroupFit;
  readonly density: 'exact' | 'approximate';
  #state: ChainState;
  /** At the present position, and room for a proposed one. */
  #moments: GroupMoments;
  #proposed: GroupMoments;
  #likelihood = 0;
  readonly #tuner = new StepSizeTuner(0.3, 0.8);
  readonly #approximation: GroupApproximation;

  /**
   * Starts with twice the spread of the fit.
   *
   * @param density the exact one, or the paths' own: as well calibrated on simulated tables (`fit-pairs.test.ts`), several times as fast, and
   *   not held up where the two differ
   */
  constructor(fit: GroupFit, density: 'exact' | 'approximate', random: RandomSource) {
    this.fit = fit;
    this.density = density;
    const { model } = fit;
    const n = model.size;
    this.#approximation = new GroupApproximation(fit);
    this.#moments = model.allocateMoments();
    this.#proposed = model.allocateMoments();
    const position = new Float64Array(n);
    fillStandardNormal(random, position);
    for (let k = 0; k < n; k += 1) position[k]! *= 2;
    const z = positionAt(fit, position);
    model.fillMarginals(z, this.#moments);
    this.#state = {
      position,
      gradient: new Float64Array(n),
      logDensity: 0,
      stepSize: this.#tuner.stepSize,
      scale: new Float64Array(n).fill(1),
    };
  }

  /** z */
  get position(): Float64Array {
    return positionAt(this.fit, this.#state.position);
  }

  get moments(): GroupMoments {
    return this.#moments;
  }

  /** One transition. What it learns and counts is of the paths; `accepted` is of the exact decision. */
  step(people: OutcomePeople, phase: ChainPhase, random: RandomSource): { readonly accepted: boolean } {
    const { model } = this.fit;
    const path = (xi: Float64Array, gradient: Float64Array) => this.#path(xi, people, gradient);
    const before = this.#state;
    // They may have moved since the density was computed.
    let state: ChainState = { ...before, logDensity: path(before.position, before.gradient) };
    let moved = false;
    const { stepSize } = this.#tuner;
    const leapfrogs = Math.min(MOST_LEAPFROGS, Math.max(3, Math.round(PATH_LENGTH / stepSize)));
    for (let k = 0; k < PATHS[this.density]; k += 1) {
      const [next, info] = stepChain(path, { ...state, stepSize }, leapfrogs, random);
      if (phase !== 'keep') this.#tuner.learn(info.acceptance);
      moved ||= info.accepted;
      state = next;
    }
    if (!moved) return { accepted: false };
    const z = positionAt(this.fit, state.position);
    if (phase === 'approach' || this.density === 'approximate') {
      model.fillMarginals(z, this.#moments);
      this.#state = state;
      return { accepted: true };
    }
    model.fillMoments(z, this.#proposed);
    const likelihood = model.logLikelihood(this.#proposed, people);
    const gain =
      likelihood -
      this.#approximation.logLikelihood(this.#proposed, people) -
      (this.#likelihood - this.#approximation.logLikelihood(this.#moments, people));
    if (!(exponential(random) > -gain)) return { accepted: false };
    this.#state = state;
    [this.#moments, this.#proposed] = [this.#proposed, this.#moments];
    this.#likelihood = likelihood;
    return { accepted: true };
  }

  /** The approach has ended: what the exact density needs is computed. */
  endApproach(people: OutcomePeople): void {
    if (this.density === 'approximate') return;
    this.fit.model.fillMoments(this.position, this.#moments);
    this.#likelihood = this.logLikelihood(people);
  }

  /** The step size stays from here on. */
  endTuning(): void {
    this.#tuner.settle();
  }

  /** ln p(s | z, people), exactly, at the present z. */
  logLikelihood(people: OutcomePeople): number {
    return this.fit.model.logLikelihood(this.#moments, people);
  }

  /** Takes note that the people have moved to where the likelihood was found to be this. */
  movePeople(likelihood: number): void {
    this.#likelihood = likelihood;
  }

  /** ln p(s | z, people) at the present ones. */
  get likelihood(): number {
    return this.#likelihood;
  }

  /** The same approximately. */
  approximateLikelihood(people: OutcomePeople): number {
    return this.#approximation.logLikelihood(this.#moments, people);
  }

  #path(xi: Float64Array, people: OutcomePeople, gradient: Float64Array): number {
    const { model } = this.fit;
    const z = positionAt(this.fit, xi);
    model.fillMarginals(z, this.#proposed);
    const likelihood = this.#approximation.withGradient(z, this.#proposed, people, gradient);
    for (let k = 0; k < z.length; k += 1) gradient[k]! -= model.precision[k]! * z[k]!;
    gradientInPlace(this.fit, gradient);
    return likelihood + model.logPrior(z);
  }
}

/** In standard deviations: a quarter of the circle that a path in a normal density is on leads furthest. */
const PATH_LENGTH = Math.PI / 2;
const MOST_LEAPFROGS = 12;
/** So many before the exact density is asked. */
const PATHS = { exact: 2, approximate: 1 } as const;
