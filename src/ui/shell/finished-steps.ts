import {
  blockedSteps,
  currentRelease,
  includedPeers,
  isCentreNamed,
  newestOwnBundle,
} from '../../session/journey.ts';
import type { SessionState } from '../../session/state.ts';
import type { StepName } from '../../session/steps.ts';

/** Steps whose purpose is fulfilled for the table at hand: they get a tick in the rail. */
export function finishedSteps(state: SessionState): ReadonlySet<StepName> {
  const finished = new Set<StepName>();
  const { codebook } = state;
  if (isCentreNamed(state)) finished.add('data');
  if (codebook.codebook !== null) finished.add('codebook');
  if (blockedSteps(state).train === null) finished.add('privacy');
  if (currentRelease(state) !== null) finished.add('train');
  if (state.check.kind === 'ready') finished.add('check');
  if (newestOwnBundle(state) !== null) finished.add('share');
  if (includedPeers(state).length > 0) finished.add('peers');
  if (state.analysis.kind === 'ready' && state.analysis.upToDate) finished.add('analyse');
  return finished;
}
