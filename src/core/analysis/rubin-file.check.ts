import type { FileNumber, GapLedger } from './gap-ledger.check.ts';
import { fromFile } from './gap-ledger.check.ts';
import type { RubinEstimate } from './rubin.ts';
import { poolRubin } from './rubin.ts';

type Numbers = Readonly<Record<string, FileNumber>>;
type Interval = readonly [FileNumber, FileNumber];

interface PooledRecord {
  readonly [name: string]: unknown;
  readonly raghunathan?: Numbers & { readonly ci95?: Interval | null };
  readonly classical?: Numbers & {
    readonly ci95?: Interval | null;
    readonly mice?: Numbers & { readonly ci95?: Interval | null };
  };
  readonly reiter2003_partially_synthetic?: Numbers;
  readonly released_code?: Numbers;
}

interface RubinFile {
  readonly cases: readonly {
    readonly id: string;
    readonly K: number;
    readonly n_complete?: number;
    readonly k_complete?: number;
    readonly estimates: readonly (readonly FileNumber[])[];
    readonly variances: readonly (readonly FileNumber[])[];
    readonly pooled: readonly PooledRecord[];
  }[];
}

/** 1e-12 for moments, 1e-10 of v⁺ for variances, 1e-8 for degrees of freedom and p-values: the file's own rules. */
export function checkRubinFile(file: RubinFile, ledger: GapLedger): void {
  for (const { id, K, n_complete, k_complete, estimates, variances, pooled } of file.cases) {
    const complete = n_complete === undefined ? Number.POSITIVE_INFINITY : n_complete - (k_complete ?? 0);
    for (const [j, record] of pooled.entries()) {
      const w = estimates.map((row) => fromFile(row[j]) ?? Number.NaN);
      const v = variances.map((row) => fromFile(row[j]) ?? Number.NaN);
      const own = poolRubin(w, v, complete);
      const where = `${id}[${j}]`;
      ledger.compare('rubin K_used', where, own?.fitsUsed ?? 0, record.K_used as FileNumber, {});
      if (own === undefined) continue;
      checkRecord(ledger, where, record, own, K, Math.max(...w.filter(Number.isFinite).map(Math.abs)));
    }
  }
}

function checkRecord(
  ledger: GapLedger,
  where: string,
  record: PooledRecord,
  own: RubinEstimate,
  K: number,
  size: number,
): void {
  const compare = (
    name: string,
    value: number,
    key: FileNumber,
    tolerance: { relative?: number; absolute?: number },
  ) => ledger.compare(`rubin ${name}`, where, value, key, tolerance);
  const at = (key: string) => record[key] as FileNumber;
  // A mean of K numbers of this size is known to their rounding, also where they cancel; b likewise.
  const rounding = size * 2e-16;
  compare('mean', own.estimate, at('mean'), { relative: 1e-12, absolute: rounding });
  compare('between_b', own.between, at('between_b'), { relative: 1e-12, absolute: rounding ** 2 });
  compare('within_vbar', own.within, at('within_vbar'), { relative: 1e-12 });
  const variance = { absolute: 1e-10 * own.vPlus };
  compare('v_minus', own.vMinus, at('v_minus'), variance);
  compare('v_plus', own.vPlus, at('v_plus'), variance);
  compare('variance', own.variance, at('variance'), variance);
  ledger.expect('rubin used_plus', where, record.used_plus === own.usedFallback);
  // √ halves relative errors, and v⁻ may be a small difference: its allowance carries over by 1/(2 √v̂).
  const error = (1e-10 * own.vPlus) / (2 * own.standardError) + 1e-12 * own.standardError;
  compare('se', own.standardError, at('se'), { absolute: error });
  const drift = error / own.standardError;
  interval(
    ledger,
    'normal_ci95',
    where,
    own.normal,
    record.normal_ci95 as Interval | null,
    2 * error + rounding,
  );
  compare('normal_z', own.normal.statistic, at('normal_z'), { relative: drift + 1e-12 });
  // d ln p / d ln z ≈ −z² in the tail.
  const steep = 1e-8 + drift * Math.max(1, own.normal.statistic ** 2);
  compare('normal_p', own.normal.p, at('normal_p_two_sided'), { relative: steep, absolute: 1e-307 });
  checkRaghunathan(ledger, where, record, own, drift);
  checkClassical(ledger, where, record, own);
  const partial = record.reiter2003_partially_synthetic;
  if (partial !== undefined && partial !== null) {
    compare('reiter2003 variance', own.partiallySynthetic.variance, partial.total_variance, {
      relative: 1e-10,
    });
    compare('reiter2003 df', own.partiallySynthetic.degreesOfFreedom, partial.df, { relative: 1e-8 });
  }
  const released = record.released_code;
  if (released !== undefined && released !== null) {
    // The published routine divides b by K, and keeps the full K in 1 + 1/K.
    const spread = (1 + 1 / K) * own.between * ((own.fitsUsed - 1) / own.fitsUsed);
    const minus = spread - own.within;
    compare('released_code mean', own.estimate, released.mean, {
      relative: 1e-10,
      absolute: 4 * rounding,
    });
    compare('released_code variance', minus > 0 ? minus : spread + own.within, released.variance, variance);
  }
}

function checkRaghunathan(
  ledger: GapLedger,
  where: string,
  record: PooledRecord,
  own: RubinEstimate,
  drift: number,
) {
  const file = record.raghunathan;
  if (file === undefined || file === null) return;
  ledger.expect('rubin raghunathan present', where, !own.usedFallback);
  // v⁻ is a difference: the degrees of freedom are its square.
  ledger.compare('rubin raghunathan df', where, own.t.degreesOfFreedom, file.df, {
    relative: 1e-8 + 4 * drift,
  });
  ledger.compare('rubin raghunathan t', where, own.t.statistic, file.t, { relative: drift + 1e-12 });
  ledger.compare('rubin raghunathan p', where, own.t.p, file.p_two_sided, {
    relative: 1e-8 + 10 * drift,
    absolute: 1e-307,
  });
  const width = (own.t.upper - own.t.lower) / 2;
  interval(ledger, 'raghunathan ci95', where, own.t, file.ci95, 1e-8 * width + 10 * drift * width);
}

function checkClassical(ledger: GapLedger, where: string, record: PooledRecord, own: RubinEstimate) {
  const file = record.classical;
  if (file === undefined || file === null) return;
  const { classical } = own;
  const compare = (name: string, value: number, key: FileNumber, relative: number) =>
    ledger.compare(`rubin classical ${name}`, where, value, key, { relative, absolute: 1e-307 });
  const width = (classical.upper - classical.lower) / 2;
  compare('variance', classical.variance, file.total_variance, 1e-10);
  compare('se', classical.standardError, file.se, 1e-10);
  compare('riv', classical.relativeIncrease, file.riv, 1e-10);
  compare('lambda', classical.lambda, file.lambda_, 1e-10);
  compare('fmi', classical.fractionMissing, file.fmi, 1e-8);
  compare('df rubin 1987', classical.rubin1987DegreesOfFreedom, file.df_rubin1987, 1e-8);
  compare('df barnard rubin', classical.degreesOfFreedom, file.df_barnard_rubin, 1e-8);
  compare('t', classical.statistic, file.t, 1e-10);
  compare('p', classical.p, file.p_two_sided, 1e-8);
  interval(ledger, 'classical ci95', where, classical, file.ci95, 1e-8 * width);
  const mice = file.mice;
  if (mice === undefined || mice === null) return;
  compare('variance (mice)', classical.variance, mice.total_variance, 1e-10);
  compare('ubar (mice)', own.within, mice.ubar, 1e-10);
  // mice sets a lambda below 1e-4 to 1e-4: up to 2e-4 in df, and what follows from df.
  const replaced = classical.lambda < 1e-4 ? 2e-4 : 1e-8;
  compare('df (mice)', classical.degreesOfFreedom, mice.df, replaced);
  compare('riv (mice)', classical.relativeIncrease, mice.riv, 1e-8);
  compare('fmi (mice)', classical.fractionMissing, mice.fmi, Math.max(replaced, 1e-7));
  compare('p (mice)', classical.p, mice.p_two_sided, replaced);
  interval(ledger, 'classical ci95 (mice)', where, classical, mice.ci95, replaced * width);
}

function interval(
  ledger: GapLedger,
  name: string,
  where: string,
  own: { readonly lower: number; readonly upper: number },
  file: Interval | null | undefined,
  absolute: number,
): void {
  if (file === null || file === undefined) return;
  const size = Math.max(Math.abs(own.lower), Math.abs(own.upper));
  const tolerance = { absolute: absolute + 1e-15 * (Number.isFinite(size) ? size : 0) };
  ledger.compare(`rubin ${name}`, where, own.lower, file[0], tolerance);
  ledger.compare(`rubin ${name}`, where, own.upper, file[1], tolerance);
}
