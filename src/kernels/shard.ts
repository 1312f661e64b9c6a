/**
 * `k/n` of a command line: which of many independent simulations this process does.
 *
 * @throws Error unless 1 ≤ k ≤ n
 */
export function shardOf(text: string): (index: number) => boolean {
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [k, n] = [Number(part), Number(of)];
  if (!(k >= 1 && k <= n)) throw new Error(`--shard ${text}: as 1/2`);
  return (index) => index % n === k - 1;
}
