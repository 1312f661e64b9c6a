/**
 * What a function returns when it can fail for reasons that a person can act on.
 *
 * Failures are data: a closed union of kinds with facts (DESIGN §6 rule 9); the words live in
 * `ui/messages.ts`. A programmer's error throws instead.
 */
export type Result<T, F> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

export function succeed<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail<const F>(failure: F): { readonly ok: false; readonly failure: F } {
  return { ok: false, failure };
}
