import { chiSquaredCdf, chiSquaredSf, logChiSquaredSf } from './chi-squared.ts';
import { digamma, logGamma } from './gamma-function.ts';
import type { FileNumber, GapLedger, Tolerance } from './gap-ledger.check.ts';
import { fromFile } from './gap-ledger.check.ts';
import { logNormalCdf, logNormalSf, normalCdf, normalQuantile, normalSf } from './normal-distribution.ts';
import { logStudentTSf, studentTCdf, studentTQuantile, studentTSf } from './student-t.ts';

type Block = Readonly<Record<string, readonly FileNumber[]>>;

/** A probability: 1e-12 relative in the centre, 1e-10 in the far tails; below the smallest normal double only absolute. */
const probability = (p: number): Tolerance => ({ relative: p < 1e-8 ? 1e-10 : 1e-12, absolute: 1e-307 });
/** Logarithms: 1e-12 relative. The file's were made with 60 digits, so one below 1e-48 holds fewer than 12 of its own. */
const logarithm = (): Tolerance => ({ relative: 1e-12, absolute: 1e-60 });
const quantileTolerance = (): Tolerance => ({ relative: 1e-12, absolute: 1e-300 });

interface Check {
  readonly block: string;
  readonly arguments: readonly string[];
  readonly value: string;
  readonly compute: (...values: number[]) => number;
  readonly tolerance: (reference: number, ...values: number[]) => Tolerance;
}

const CHECKS: readonly Check[] = [
  {
    block: 'log_gamma',
    arguments: ['x'],
    value: 'value',
    compute: logGamma,
    tolerance: (_, x) =>
      Math.abs(x! - 1) < 1e-3 || Math.abs(x! - 2) < 1e-3 ? { absolute: 1e-15 } : { relative: 1e-13 },
  },
  {
    block: 'digamma',
    arguments: ['x'],
    value: 'value',
    compute: digamma,
    tolerance: (_, x) =>
      Math.abs(x! - 1.4616321449683622) < 1e-3 ? { absolute: 1e-15 } : { relative: 1e-13 },
  },
  { block: 'normal', arguments: ['x'], value: 'cdf', compute: normalCdf, tolerance: probability },
  { block: 'normal', arguments: ['x'], value: 'sf', compute: normalSf, tolerance: probability },
  { block: 'normal', arguments: ['x'], value: 'log_cdf', compute: logNormalCdf, tolerance: logarithm },
  { block: 'normal', arguments: ['x'], value: 'log_sf', compute: logNormalSf, tolerance: logarithm },
  {
    block: 'normal_log_cdf_far_tail',
    arguments: ['x'],
    value: 'log_cdf',
    compute: logNormalCdf,
    tolerance: logarithm,
  },
  {
    block: 'normal_ppf',
    arguments: ['p'],
    value: 'value',
    compute: normalQuantile,
    tolerance: quantileTolerance,
  },
  { block: 'student_t', arguments: ['t', 'df'], value: 'cdf', compute: studentTCdf, tolerance: probability },
  { block: 'student_t', arguments: ['t', 'df'], value: 'sf', compute: studentTSf, tolerance: probability },
  {
    block: 'student_t',
    arguments: ['t', 'df'],
    value: 'log_sf',
    compute: logStudentTSf,
    tolerance: logarithm,
  },
  {
    block: 'student_t_ppf',
    arguments: ['p', 'df'],
    value: 'value',
    compute: studentTQuantile,
    tolerance: quantileTolerance,
  },
  { block: 'chi2', arguments: ['x', 'df'], value: 'cdf', compute: chiSquaredCdf, tolerance: probability },
  { block: 'chi2', arguments: ['x', 'df'], value: 'sf', compute: chiSquaredSf, tolerance: probability },
  { block: 'chi2', arguments: ['x', 'df'], value: 'log_sf', compute: logChiSquaredSf, tolerance: logarithm },
];

export function checkSpecialFile(file: Readonly<Record<string, Block>>, ledger: GapLedger): void {
  for (const { block, arguments: names, value, compute, tolerance } of CHECKS) {
    const content = file[block];
    const values = content?.[value];
    if (content === undefined || values === undefined) continue;
    for (const [i, written] of values.entries()) {
      const reference = fromFile(written);
      if (reference === undefined) continue;
      const given = names.map((name) => fromFile(content[name]![i]) ?? Number.NaN);
      const where = `${names.map((name, n) => `${name} ${given[n]}`).join(', ')}`;
      ledger.compare(
        `special ${block} ${value}`,
        where,
        compute(...given),
        reference,
        tolerance(reference, ...given),
      );
    }
  }
}
