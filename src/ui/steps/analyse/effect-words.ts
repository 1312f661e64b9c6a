import { formatRatio } from '../../parts/format.ts';
import { type Effect, type EffectKind, type Ends, isRatio, isUnbounded } from '../../plots/effect-kind.ts';
import type { ForestRow } from '../../plots/forest-rows.ts';

/** A ratio with three digits; a difference of risks in percentage points, any other in the outcome's own unit. */
export function formatEffect(value: number, kind: EffectKind): string {
  if (isRatio(kind)) return formatRatio(value);
  if (kind === 'risk difference') return signed(100 * value, Math.abs(value) < 0.1 ? 1 : 0);
  return signed(value, Math.abs(value) < 0.1 ? 3 : 2);
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}

export const NO_INTERVAL = 'none';
export const NO_INTERVAL_WORDS =
  'none: the synthetic sets spread hardly more than the error of a single one explains. What is left over is so uncertain that Student’s t allows every value. The normal interval under “Choices” looks narrow only because it ignores this.';

/** Both ends; in words where the interval says nothing. */
export function formatInterval(ends: Ends, kind: EffectKind): string {
  if (isUnbounded(ends, kind)) return NO_INTERVAL;
  return `${formatEffect(ends.lower, kind)} to ${formatEffect(Math.min(ends.upper, Number.MAX_VALUE), kind)}`;
}

export function formatP(p: number): string {
  if (Number.isNaN(p)) return '–';
  if (p < 0.001) return '< 0.001';
  return p < 0.1 ? p.toFixed(3) : p.toFixed(2);
}

/** p from its natural logarithm, also where p is no number of the machine any more. */
export function formatLogP(logP: number): string {
  const p = Math.exp(logP);
  return p > 0 ? formatP(p) : '< 0.001';
}

const TIMES: Readonly<Partial<Record<EffectKind, readonly [string, string]>>> = {
  'risk ratio': ['risk', 'that'],
  'odds ratio': ['odds', 'those'],
  'rate ratio': ['rate', 'that'],
};

/** "risk 2.1 times that of never smokers", "risk 3.2 percentage points higher than that of …". */
export function effectSentence(row: ForestRow, { value }: Effect, kind: EffectKind): string {
  const times = TIMES[kind];
  if (row.kind === 'interaction')
    return times === undefined
      ? `${formatEffect(value, kind)} on top of the sum of both effects`
      : `${times[0]} ${formatRatio(value)} times what both effects multiply to`;
  if (times !== undefined) {
    const [what, whose] = times;
    const ratio = formatRatio(value);
    return ratio === '1.00'
      ? `${what} like ${whose} of ${row.against}`
      : `${what} ${ratio} times ${whose} of ${row.against}`;
  }
  const word = value < 0 ? 'lower' : 'higher';
  const size = formatEffect(Math.abs(value), kind).replace('+', '');
  return kind === 'risk difference'
    ? `risk ${size} percentage points ${word} than that of ${row.against}`
    : `mean ${size} ${word} than that of ${row.against}`;
}
