/** All from one population, or each from another place: other shares of all levels and another base rate, the same effects. */
export const SIMULATED_CENTRES = ['alike', 'shifted'] as const;
export type SimulatedCentres = (typeof SIMULATED_CENTRES)[number];
