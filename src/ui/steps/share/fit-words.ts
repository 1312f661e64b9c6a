import { type FitDiagnostics, LARGEST_R_HAT } from '../../../core/marginals/fit-tables.ts';
import { formatCount } from '../../parts/format.ts';

/** Below it the sets repeat each other too much for their spread to be trusted. */
const FEWEST_DRAWS = 50;

/** Whether the draws behind the sets can be trusted, for people who do not know R̂. */
export function fitWords({ rHat, effectiveSize }: FitDiagnostics): string {
  const numbers = `R̂ ${rHat.toFixed(2)}, at least ${formatCount(Math.floor(effectiveSize))} independent draws`;
  if (rHat > LARGEST_R_HAT * 1.05 || effectiveSize < FEWEST_DRAWS / 2)
    return `The chains that the sets were drawn by do not agree (${numbers}). Make the bundle once more; if this stays, declare fewer pairs or merge levels in a next release. The noisy tables in it are not affected.`;
  if (rHat > LARGEST_R_HAT || effectiveSize < FEWEST_DRAWS)
    return `The chains that the sets were drawn by agree roughly (${numbers}): the spread between sets is a little uncertain. The noisy tables are not affected.`;
  return `The chains that the sets were drawn by agree (${numbers}).`;
}
