import type { AnalysisState } from '../../../session/state.ts';

/** A result that is there, up to date or not. */
export type ReadyAnalysis = Extract<AnalysisState, { kind: 'ready' }>;
