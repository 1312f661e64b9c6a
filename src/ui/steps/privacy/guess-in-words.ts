/** "0.05" to "5 in 100"; null for what is no rate. */
export function guessInWords(typed: string): string | null {
  const rate = Number(typed.trim().replace(',', '.'));
  if (typed.trim() === '' || !(rate > 0 && rate < 1)) return null;
  for (const base of [100, 1000, 10_000]) {
    const people = rate * base;
    if (people >= 1) return `${Number(people.toPrecision(3))} in ${base.toLocaleString('en-GB')}`;
  }
  return null;
}
