// Rows of a synthetic set (METHOD §6), column by column: one word of the keystream a value.
import { exp1 } from './elementary';
import { refill, takeWords, wordsLeft } from './keystream';

/**
 * `count` levels from alias tables (core/random/discrete.ts): cell i of a table is threshold 2^32 in its upper half and the
 * alias in its lower. The table of row k is number `parents[k]` of `tables`, or the only one where `parents` is 0. The rate
 * of each row is multiplied by that of its level, unless `rates` is 0.
 */
export function drawLevels(
  key: usize,
  stream: usize,
  count: u32,
  parents: usize,
  tables: usize,
  levels: u32,
  out: usize,
  rates: usize,
  levelRates: usize,
): void {
  const tableBytes = <usize>levels << 3;
  let done: usize = 0;
  while (done < <usize>count) {
    if (wordsLeft(stream) == 0) refill(key, stream);
    const left = <usize>count - done;
    const ready = min(<usize>wordsLeft(stream), left);
    const words = takeWords(stream, <u32>ready);
    for (let k: usize = 0; k < ready; k++) {
      const at = done + k;
      const table = parents == 0 ? tables : tables + <usize>load<u8>(parents + at) * tableBytes;
      // Upper half: a cell; lower half: where in it.
      const place = <u64>load<u32>(words + (k << 2)) * levels;
      const own = <u32>(place >> 32);
      const cell = load<u64>(table + (<usize>own << 3));
      const level = select<u32>(own, <u32>cell, <u32>place < <u32>(cell >> 32));
      store<u8>(out + at, <u8>level);
      if (rates != 0) {
        const rate = rates + (at << 3);
        store<f64>(rate, load<f64>(rate) * load<f64>(levelRates + (<usize>level << 3)));
      }
    }
    done += ready;
  }
}

/** `count` events from rates λ: kind 0 P = min(1, λ), 1 P = λ/(1 + λ), 2 P = 1 − e^−λ. */
export function drawEvents(key: usize, stream: usize, count: u32, rates: usize, kind: u32, out: usize): void {
  let done: usize = 0;
  while (done < <usize>count) {
    if (wordsLeft(stream) == 0) refill(key, stream);
    const left = <usize>count - done;
    const ready = min(<usize>wordsLeft(stream), left);
    const words = takeWords(stream, <u32>ready);
    for (let k: usize = 0; k < ready; k++) {
      const at = done + k;
      const rate = load<f64>(rates + (at << 3));
      let p = rate;
      if (kind == 1) p = rate / (1 + rate);
      if (kind == 2) p = rate < 600 ? 1 - exp1(-rate) : 1;
      const u = (<f64>load<u32>(words + (k << 2)) + 0.5) * 2.3283064365386963e-10;
      store<u32>(out + (at << 2), u < p ? 1 : 0);
    }
    done += ready;
  }
}

/** Sets `count` rates to `rate`. */
export function startRates(rates: usize, count: u32, rate: f64): void {
  for (let k: usize = 0; k < <usize>count; k++) store<f64>(rates + (k << 3), rate);
}
