/** How numbers, times and sizes read on the page. */

const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** 58253 to "58,253". */
export function formatCount(count: number): string {
  return WHOLE.format(count);
}

/** Rows of a centre, "about 497" where they were counted with noise. */
export function formatRows({
  rowCount,
  rowCountNoise,
}: {
  rowCount: number;
  rowCountNoise?: number | undefined;
}): string {
  return rowCountNoise === undefined ? formatCount(rowCount) : `about ${formatCount(rowCount)}`;
}

/** "1 row", "2 rows". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A risk ratio or an end of its interval: three significant digits, never in powers of ten between 0.001 and 1000. */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) return '–';
  if (ratio >= 1000) return '> 1000';
  if (ratio < 0.001) return '< 0.001';
  return ratio >= 100
    ? ratio.toFixed(0)
    : ratio >= 10
      ? ratio.toFixed(1)
      : ratio >= 0.1
        ? ratio.toFixed(2)
        : ratio.toFixed(3);
}

/** ε with three decimals: enough to see value and bound apart. */
export function formatEpsilon(epsilon: number): string {
  return epsilon >= 100 ? epsilon.toFixed(0) : epsilon.toFixed(3);
}

/** A bound on ε is rounded upwards, so that what is shown still holds. */
export function formatEpsilonUpper(epsilon: number): string {
  return roundedUp(epsilon, 3);
}

/** The smallest decimal that is not below x, judged by the number that a reader of it would get. */
export function roundedUp(x: number, decimals: number): string {
  const nearest = x.toFixed(decimals);
  return Number(nearest) >= x ? nearest : (Number(nearest) + 10 ** -decimals).toFixed(decimals);
}

/** The largest decimal that is not above x. */
export function roundedDown(x: number, decimals: number): string {
  const nearest = x.toFixed(decimals);
  return Number(nearest) <= x ? nearest : (Number(nearest) - 10 ** -decimals).toFixed(decimals);
}

/** A bound on ε and its value with as many decimals as tell them apart, from three to eight; the bound rounded upwards. */
export function formatEpsilonsApart(
  upper: number,
  value: number,
): { readonly upper: string; readonly value: string } {
  let decimals = 3;
  const at = () => ({ upper: roundedUp(upper, decimals), value: value.toFixed(decimals) });
  while (decimals < 8 && at().upper === at().value) decimals += 1;
  return at();
}

/** δ as people write it: 1e-6. */
export function formatDelta(delta: number): string {
  return delta.toExponential().replace('e+', 'e').replace('e0', '');
}

/** σ and the like: five significant digits. */
export function formatDigits(x: number, digits = 5): string {
  return Number(x.toPrecision(digits)).toString();
}

/** Two numbers that are compared, with the same decimals: three significant digits of the larger one. */
export function formatAlike(a: number, b: number): readonly [string, string] {
  const largest = Math.max(Math.abs(a), Math.abs(b));
  const decimals = largest > 0 ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(largest)))) : 0;
  return [a.toFixed(decimals), b.toFixed(decimals)];
}

/** 90061000 to "1 day 1 h": the two largest units, words a person uses. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return 'under a second';
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60)
    return seconds < 600 && seconds % 60 !== 0
      ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
      : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? plural(days, 'day') : `${plural(days, 'day')} ${hours % 24} h`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte');
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "2026-11-24" to "24 November 2026"; anything else as it is. */
export function formatDay(day: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return day;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}

/** "a, b and c". */
export function listWords(words: readonly string[], most = 6): string {
  const shown = words.slice(0, most);
  const rest = words.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${formatCount(rest)} more`;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}
