const PLAIN = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;
const DECIMAL_COMMA = /^[+-]?(\d+,\d*|,\d+)([eE][+-]?\d{1,3})?$/;
/** `1,234` may be one and a bit or more than a thousand; `0,234`, `1,23` and `12345,678` may not. */
const AMBIGUOUS_COMMA = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/**
 * The numbers that the cells of one column stand for; NaN where a cell is no number.
 *
 * Decimal point and decimal comma are both read. A comma before exactly three digits is ambiguous: it is
 * a decimal comma only when another cell of the column shows that the column uses one; otherwise the cell
 * counts as no number, so that it is shown rather than silently misread by a factor of a thousand.
 * Grouped thousands (`1,234,567`), units and percent signs are no numbers.
 */
export function parseNumbers(cells: readonly string[]): Float64Array {
  const usesDecimalComma = cells.some((cell) => DECIMAL_COMMA.test(cell) && !AMBIGUOUS_COMMA.test(cell));
  return Float64Array.from(cells, (cell) => {
    if (PLAIN.test(cell)) return finite(Number(cell));
    if (!DECIMAL_COMMA.test(cell)) return Number.NaN;
    if (AMBIGUOUS_COMMA.test(cell) && !usesDecimalComma) return Number.NaN;
    return finite(Number(cell.replace(',', '.')));
  });
}

function finite(number: number): number {
  return Number.isFinite(number) ? number : Number.NaN;
}
