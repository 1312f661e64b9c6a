/**
 * A running sum with its rounding carried along (Neumaier 1974): whatever the number of terms, the result is off by at
 * most two units of rounding of Σ|terms|, while a plain loop may be off by one unit a term. The certificate needs that where T
 * multiplies a sum over a hundred thousand cells.
 */
export class ExactSum {
  #sum = 0;
  #lost = 0;

  add(term: number): void {
    const next = this.#sum + term;
    this.#lost += Math.abs(this.#sum) >= Math.abs(term) ? this.#sum - next + term : term - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}

export function exactSum(terms: Iterable<number> & ArrayLike<number>): number {
  const sum = new ExactSum();
  for (let j = 0; j < terms.length; j += 1) sum.add(terms[j]!);
  return sum.value;
}
