import { fail, type Result, succeed } from '../result.ts';

export interface JsonLimits {
  /** UTF-16 units of the whole text. */
  readonly length: number;
  readonly depth: number;
  /** Values of every kind, keys aside. */
  readonly values: number;
}

export type JsonFailure =
  | { readonly kind: 'not-json' }
  | { readonly kind: 'too-large'; readonly what: keyof JsonLimits; readonly limit: number }
  | { readonly kind: 'forbidden-key'; readonly key: string };

/** Keys that reach an object's prototype where careless code copies them. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * JSON from a stranger: bounded in length, depth and number of values, and without keys that reach a
 * prototype. What it means is for a schema to say.
 */
export function parseSafeJson(text: string, limits: JsonLimits): Result<unknown, JsonFailure> {
  if (text.length > limits.length) return fail({ kind: 'too-large', what: 'length', limit: limits.length });
  // The parser recurses; brackets are counted first so that depth cannot exhaust the stack.
  if (deepest(text) > limits.depth) return fail({ kind: 'too-large', what: 'depth', limit: limits.depth });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail({ kind: 'not-json' });
  }
  const pending: unknown[] = [value];
  let seen = 0;
  while (pending.length > 0) {
    const next = pending.pop();
    if (++seen > limits.values) return fail({ kind: 'too-large', what: 'values', limit: limits.values });
    if (Array.isArray(next)) {
      for (const item of next) pending.push(item);
    } else if (typeof next === 'object' && next !== null) {
      for (const [key, item] of Object.entries(next)) {
        if (FORBIDDEN_KEYS.has(key)) return fail({ kind: 'forbidden-key', key });
        pending.push(item);
      }
    }
  }
  return succeed(value);
}

/** Greatest number of brackets open at once outside strings. */
function deepest(text: string): number {
  let depth = 0;
  let greatest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === 0x5c) i++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) {
      inString = true;
    } else if (unit === 0x7b || unit === 0x5b) {
      depth++;
      if (depth > greatest) greatest = depth;
    } else if (unit === 0x7d || unit === 0x5d) {
      depth--;
    }
  }
  return greatest;
}
