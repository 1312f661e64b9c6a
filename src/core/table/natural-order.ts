/** A number before which no letter or digit stands: `[40, 45)`, `0-24`, `<5`, `3+`, `1st`, `-2`. */
const LEADING_NUMBER = /^[^\p{L}\d]*?(-?\d+(?:[.,]\d+)?)/u;

/** Words whose usual order is not the alphabet's; within a line, left comes first. */
const KNOWN_ORDERS: readonly (readonly string[])[] = [
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['negative', 'positive'],
  ['não', 'nao', 'sim'],
  ['no', 'sí', 'si'],
  ['non', 'oui'],
  ['nein', 'ja'],
  ['absent', 'present'],
  ['none', 'very low', 'low', 'medium', 'moderate', 'high', 'very high'],
  ['none', 'mild', 'moderate', 'severe', 'critical'],
  ['never', 'former', 'ex', 'current'],
  ['small', 'medium', 'large'],
];

/** Words that name a rest; they come last. */
const REST = new Set([
  'other',
  'others',
  'outro',
  'outros',
  'otro',
  'otros',
  'autre',
  'autres',
  'andere',
  'not applicable',
  'unknown',
]);

/**
 * Values in the order in which a person would list them: known scales (no, yes; low, medium, high), then
 * by leading number where every value has one (`[40, 45)` before `[45, 50)`, `9` before `10`), otherwise
 * by the alphabet, with "other" last. Depends on the set of values only, never on their counts or on the
 * order of rows.
 */
export function sortNaturally(values: readonly string[]): string[] {
  const lower = values.map((value) => value.toLowerCase());
  const scale = KNOWN_ORDERS.find((order) => lower.every((value) => order.includes(value)));
  if (scale !== undefined) {
    return [...values].sort(
      (a, b) => scale.indexOf(a.toLowerCase()) - scale.indexOf(b.toLowerCase()) || compareText(a, b),
    );
  }
  const numbers = new Map(values.map((value) => [value, leadingNumber(value)]));
  const allNumbered = values.every((value) => numbers.get(value) !== null);
  return [...values].sort((a, b) => {
    if (allNumbered) {
      const difference = numbers.get(a)! - numbers.get(b)!;
      if (difference !== 0) return difference;
      const below = rankOfBound(a) - rankOfBound(b);
      if (below !== 0) return below;
    }
    const rest = Number(REST.has(a.toLowerCase())) - Number(REST.has(b.toLowerCase()));
    return rest !== 0 ? rest : compareText(a, b);
  });
}

function leadingNumber(value: string): number | null {
  const match = LEADING_NUMBER.exec(value);
  return match === null ? null : Number(match[1]!.replace(',', '.'));
}

/** At the same number, `<5` comes before `5` and `>5` or `5+` after it. */
function rankOfBound(value: string): number {
  if (/^\s*[<≤]/.test(value)) return -1;
  return /^\s*[>≥]/.test(value) || /\+\s*$/.test(value) ? 1 : 0;
}

/** Code-unit order, case aside: the same on every machine, unlike a locale's. */
function compareText(a: string, b: string): number {
  const [lowerA, lowerB] = [a.toLowerCase(), b.toLowerCase()];
  if (lowerA !== lowerB) return lowerA < lowerB ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
