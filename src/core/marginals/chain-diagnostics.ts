/** What several chains of one quantity say about their own trustworthiness. */
export interface ChainDiagnostics {
  /** R̂ of split chains: near 1 when all parts of all chains tell the same; NaN for a constant. */
  readonly rHat: number;
  /** Independent draws that would know the mean as well. */
  readonly effectiveSize: number;
}

/**
 * Split R̂ and effective sample size by Geyer's initial monotone sequence (Gelman et al., Bayesian Data Analysis, 3rd ed., §11.4–11.5;
 * Geyer 1992; Vehtari et al. 2021, eq. 1–11, without rank normalisation).
 *
 * @param chains at least one, equally long, at least four draws each
 */
export function chainDiagnostics(chains: readonly Float64Array[]): ChainDiagnostics {
  const half = Math.floor(chains[0]!.length / 2);
  if (half < 2) throw new Error('chains of at least four draws');
  const parts = chains.flatMap((chain) => [chain.subarray(0, half), chain.subarray(half, 2 * half)]);
  const m = parts.length;
  const means = parts.map(mean);
  const within = mean(parts.map((part, k) => sumOfSquares(part, means[k]!) / (half - 1)));
  const between = (half * sumOfSquares(means, mean(means))) / (m - 1);
  const total = ((half - 1) / half) * within + between / half;
  if (!(total > 0)) return { rHat: Number.NaN, effectiveSize: m * half };
  const correlation = (lag: number) => {
    let shared = 0;
    for (const [k, part] of parts.entries()) {
      for (let t = 0; t + lag < half; t += 1) {
        shared += (part[t]! - means[k]!) * (part[t + lag]! - means[k]!);
      }
    }
    return 1 - (within - shared / (m * half)) / total;
  };
  let sum = 0;
  let before = Number.POSITIVE_INFINITY;
  for (let lag = 0; lag + 1 < half; lag += 2) {
    const pair = Math.min(before, correlation(lag) + correlation(lag + 1));
    if (!(pair > 0)) break;
    sum += pair;
    before = pair;
  }
  // Never more than m·n log10(m·n): beyond, the estimate is luck.
  const draws = m * half;
  const time = Math.max(2 * sum - 1, 1 / Math.log10(draws));
  return { rHat: Math.sqrt(total / within), effectiveSize: draws / time };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k += 1) sum += values[k]!;
  return sum / values.length;
}

function sumOfSquares(values: ArrayLike<number>, about: number): number {
  let sum = 0;
  for (let k = 0; k < values.length; k += 1) sum += (values[k]! - about) ** 2;
  return sum;
}
