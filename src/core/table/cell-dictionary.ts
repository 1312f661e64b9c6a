import { strFromU8 } from 'fflate';
import type { RawColumn } from './coded-table.ts';
import { decodeWindows1252, isUtf8 } from './decode-text.ts';
import { trimmedApart } from './outer-blanks.ts';

/** Rows of codes kept in one block; blocks are joined once the number of rows is known. */
const BLOCK_ROWS = 1 << 16;

/**
 * One column while a file is read: each distinct cell once, by its bytes, and a code a row. Bytes become
 * text at the end only, since a file shows its encoding only when all of it has been seen.
 */
export class CellDictionary {
  /** Bytes of all entries, one after the other; entry i ends at `ends[i]`. */
  private arena = new Uint8Array(256);
  private ends = new Uint32Array(64);
  private hashes = new Int32Array(64);
  private size = 0;
  /** Entry index + 1 by hash, linear probing; at most half full. */
  private slots = new Int32Array(128);
  private readonly blocks: Uint32Array[] = [];
  private block = new Uint32Array(0);
  private ascii: boolean | undefined;

  /** Takes the cell `bytes[from … to)` with this hash as the value of row `row`; rows come in order. */
  push(bytes: Uint8Array, from: number, to: number, hash: number, row: number): void {
    const place = row & (BLOCK_ROWS - 1);
    if (place === 0) {
      this.block = new Uint32Array(BLOCK_ROWS);
      this.blocks.push(this.block);
    }
    const { slots, hashes, ends, arena } = this;
    const mask = slots.length - 1;
    const length = to - from;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]! - 1;
      if (entry < 0) {
        this.block[place] = this.add(bytes, from, to, hash);
        return;
      }
      if (hashes[entry] !== hash) continue;
      const start = entry === 0 ? 0 : ends[entry - 1]!;
      if (ends[entry]! - start !== length) continue;
      let k = 0;
      while (k < length && arena[start + k] === bytes[from + k]) k++;
      if (k === length) {
        this.block[place] = entry;
        return;
      }
    }
  }

  private add(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const entry = this.size;
    if (entry === this.ends.length) {
      this.ends = grown(this.ends, 2 * entry);
      this.hashes = grown(this.hashes, 2 * entry);
    }
    const start = entry === 0 ? 0 : this.ends[entry - 1]!;
    const end = start + to - from;
    if (end > this.arena.length) this.arena = grown(this.arena, Math.max(end, 2 * this.arena.length));
    this.arena.set(bytes.subarray(from, to), start);
    this.ends[entry] = end;
    this.hashes[entry] = hash;
    this.size = entry + 1;
    if (2 * this.size > this.slots.length) this.rehash(2 * this.slots.length);
    else this.place(entry);
    return entry;
  }

  private rehash(length: number): void {
    this.slots = new Int32Array(length);
    for (let entry = 0; entry < this.size; entry++) this.place(entry);
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1;
    let slot = this.hashes[entry]! & mask;
    while (this.slots[slot]! !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry + 1;
  }

  /** Whether every entry is UTF-8: each by itself, since two broken halves in a row would look whole. */
  isUtf8(): boolean {
    return this.isAscii() || this.entries().every(isUtf8);
  }

  /**
   * The column, its texts without blanks at their ends as far as that merges none. Gives up what it holds, block by
   * block, so that a column is never in memory twice.
   */
  finish(rowCount: number, encoding: 'utf-8' | 'windows-1252'): Omit<RawColumn, 'name'> {
    const decode =
      encoding === 'windows-1252'
        ? decodeWindows1252
        : (bytes: Uint8Array) => strFromU8(bytes, this.isAscii());
    const { dictionary, codeOf } = trimmedApart(this.entries().map(decode));
    const trimmed = dictionary.length < this.size;
    const codes = new Uint32Array(rowCount);
    for (let start = 0; start < rowCount; start += BLOCK_ROWS) {
      const block = this.blocks.shift()!.subarray(0, rowCount - start);
      if (trimmed) for (let i = 0; i < block.length; i++) block[i] = codeOf[block[i]!]!;
      codes.set(block, start);
    }
    return { dictionary, codes };
  }

  private isAscii(): boolean {
    this.ascii ??= this.arena.subarray(0, this.ends[this.size - 1] ?? 0).every((byte) => byte < 0x80);
    return this.ascii;
  }

  private entries(): Uint8Array[] {
    return Array.from({ length: this.size }, (_, entry) =>
      this.arena.subarray(entry === 0 ? 0 : this.ends[entry - 1]!, this.ends[entry]!),
    );
  }
}

function grown<T extends Uint8Array | Uint32Array | Int32Array>(old: T, length: number): T {
  const larger = new (old.constructor as new (length: number) => T)(length);
  larger.set(old);
  return larger;
}
