import { fail, type Result, succeed } from '../core/result.ts';
import type { FieldFailure } from './state.ts';

const DECIMAL = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/**
 * Reads what a person typed as a number in an open or half-open range, or says why not. A decimal comma
 * is a comma; "Infinity", "NaN", hexadecimal and the empty field are refused.
 *
 * @param range `above` is excluded, `below` excluded, `atMost` included
 */
export function readNumber(
  field: FieldFailure['field'],
  typed: string,
  range: {
    readonly above?: number;
    readonly below?: number;
    readonly atMost?: number;
    readonly whole?: boolean;
  },
): Result<number, FieldFailure> {
  const text = typed.trim();
  if (!DECIMAL.test(text)) return fail({ kind: 'field-not-a-number', field, typed });
  const value = Number(text.replace(',', '.'));
  const inside =
    Number.isFinite(value) &&
    (range.above === undefined || value > range.above) &&
    (range.below === undefined || value < range.below) &&
    (range.atMost === undefined || value <= range.atMost) &&
    (range.whole !== true || Number.isInteger(value));
  return inside ? succeed(value) : fail({ kind: 'field-out-of-range', field, typed });
}
