/** Everything a DPVI run carries from step to step (METHOD §4). D numbers each, float64 on every machine. */
export interface DpviState {
  /** Steps done so far. */
  readonly step: number;
  /** m */
  readonly location: Float64Array;
  /** s; τ = softplus(s) */
  readonly rawScale: Float64Array;
  /** Adam's first and second moments of (m, s): 2D numbers, m first. */
  readonly firstMoment: Float64Array;
  readonly secondMoment: Float64Array;
  /** Sums of m and s over the averaged steps, and how many there were. */
  readonly locationSum: Float64Array;
  readonly rawScaleSum: Float64Array;
  readonly averagedSteps: number;
}

/** A copy that shares no buffer. */
export function copyState(state: DpviState): DpviState {
  return {
    step: state.step,
    location: state.location.slice(),
    rawScale: state.rawScale.slice(),
    firstMoment: state.firstMoment.slice(),
    secondMoment: state.secondMoment.slice(),
    locationSum: state.locationSum.slice(),
    rawScaleSum: state.rawScaleSum.slice(),
    averagedSteps: state.averagedSteps,
  };
}

/** Whether the state has D numbers everywhere, all finite, second moments not negative, counters in order. */
export function isSoundState(state: DpviState, dimension: number, totalSteps: number): boolean {
  const counters = [state.step, state.averagedSteps];
  return (
    counters.every((n) => Number.isSafeInteger(n) && n >= 0) &&
    state.step <= totalSteps &&
    state.averagedSteps <= state.step &&
    [state.location, state.rawScale, state.locationSum, state.rawScaleSum].every(
      (values) => values.length === dimension && values.every(Number.isFinite),
    ) &&
    [state.firstMoment, state.secondMoment].every(
      (values) => values.length === 2 * dimension && values.every(Number.isFinite),
    ) &&
    state.secondMoment.every((value) => value >= 0)
  );
}
