import { Inflate } from 'fflate';
import { fail, type Result, succeed } from '../result.ts';

export interface ZipLimits {
  /** Bytes of the zip. */
  readonly fileBytes: number;
  readonly entries: number;
  /** Bytes of one file in it. */
  readonly entryBytes: number;
  /** Bytes of all files in it. */
  readonly totalBytes: number;
  /** Inflated size over stored size of a file larger than `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export type ZipFailure =
  | { readonly kind: 'too-large'; readonly what: keyof Omit<ZipLimits, 'ratioFrom'>; readonly limit: number }
  | { readonly kind: 'not-a-zip' }
  | {
      readonly kind: 'unsafe-zip';
      readonly reason: 'path' | 'duplicate' | 'overlap' | 'encrypted' | 'method' | 'zip64' | 'directory-lies';
      /** Name of the entry if it is a harmless text. */
      readonly entry: string | null;
    }
  | { readonly kind: 'damaged'; readonly entry: string };

export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly storedBytes: number;
  readonly inflatedBytes: number;
  /** Where the stored bytes begin. */
  readonly dataStart: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
/** What is fed to the inflater at once: at most a thousandfold of it comes out before the size is checked. */
const INFLATE_STEP = 1 << 12;

/**
 * The directory of a zip from a stranger, with every claim checked before a byte is inflated: sizes,
 * number and ratio within limits, plain names (no `..`, no absolute path, no backslash), no name twice, no
 * two entries that share bytes, local headers that agree with the directory.
 *
 * Only what a bundle needs: no encryption, no ZIP64, no spanning, stored or deflated.
 */
export function readZipDirectory(
  bytes: Uint8Array,
  limits: ZipLimits,
): Result<ReadonlyMap<string, ZipEntry>, ZipFailure> {
  if (bytes.length > limits.fileBytes)
    return fail({ kind: 'too-large', what: 'fileBytes', limit: limits.fileBytes });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end < 0 || view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 6, true) !== 0)
    return fail({ kind: 'not-a-zip' });
  const count = view.getUint16(end + 10, true);
  const directoryBytes = view.getUint32(end + 12, true);
  const directoryStart = view.getUint32(end + 16, true);
  if (count === 0xffff || directoryBytes === 0xffffffff || directoryStart === 0xffffffff) {
    return fail({ kind: 'unsafe-zip', reason: 'zip64', entry: null });
  }
  if (count > limits.entries) return fail({ kind: 'too-large', what: 'entries', limit: limits.entries });
  if (view.getUint16(end + 8, true) !== count || directoryStart + directoryBytes !== end) {
    return fail({ kind: 'unsafe-zip', reason: 'directory-lies', entry: null });
  }

  const entries = new Map<string, ZipEntry>();
  const spans: { start: number; end: number; name: string }[] = [];
  let totalBytes = 0;
  let at = directoryStart;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY_SIGNATURE)
      return fail({ kind: 'not-a-zip' });
    const read = readEntry({ bytes, view, at, end, directoryStart });
    if (!read.ok) return read;
    const { entry, localStart, next } = read.value;
    const unsafe = (reason: Extract<ZipFailure, { kind: 'unsafe-zip' }>['reason']) =>
      fail({ kind: 'unsafe-zip', reason, entry: entry.name } as const);
    if (entries.has(entry.name)) return unsafe('duplicate');
    if (entry.inflatedBytes > limits.entryBytes)
      return fail({ kind: 'too-large', what: 'entryBytes', limit: limits.entryBytes });
    totalBytes += entry.inflatedBytes;
    if (totalBytes > limits.totalBytes)
      return fail({ kind: 'too-large', what: 'totalBytes', limit: limits.totalBytes });
    if (entry.inflatedBytes > limits.ratioFrom && entry.inflatedBytes > limits.ratio * entry.storedBytes) {
      return fail({ kind: 'too-large', what: 'ratio', limit: limits.ratio });
    }
    entries.set(entry.name, entry);
    spans.push({ start: localStart, end: entry.dataStart + entry.storedBytes, name: entry.name });
    at = next;
  }
  if (at !== end) return fail({ kind: 'unsafe-zip', reason: 'directory-lies', entry: null });
  spans.sort((a, b) => a.start - b.start);
  for (let i = 1; i < spans.length; i++) {
    if (spans[i]!.start < spans[i - 1]!.end)
      return fail({ kind: 'unsafe-zip', reason: 'overlap', entry: spans[i]!.name });
  }
  return succeed(entries);
}

interface EntryPlace {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
  readonly directoryStart: number;
}

function readEntry(
  place: EntryPlace,
): Result<{ entry: ZipEntry; localStart: number; next: number }, ZipFailure> {
  const { bytes, view, at, end, directoryStart } = place;
  const nameLength = view.getUint16(at + 28, true);
  const next = at + ENTRY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) return fail({ kind: 'not-a-zip' });
  const name = plainName(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength));
  if (name === null) return fail({ kind: 'unsafe-zip', reason: 'path', entry: null });
  const unsafe = (reason: Extract<ZipFailure, { kind: 'unsafe-zip' }>['reason']) =>
    fail({ kind: 'unsafe-zip', reason, entry: name } as const);
  if (/^\/|(^|\/)\.\.?(\/|$)|[\\:]/.test(name)) return unsafe('path');
  const flags = view.getUint16(at + 8, true);
  // Bit 0 is encryption, bit 13 a masked directory.
  if ((flags & 0x2001) !== 0) return unsafe('encrypted');
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) return unsafe('method');
  const crc = view.getUint32(at + 16, true);
  const storedBytes = view.getUint32(at + 20, true);
  const inflatedBytes = view.getUint32(at + 24, true);
  const localStart = view.getUint32(at + 42, true);
  if (storedBytes === 0xffffffff || inflatedBytes === 0xffffffff || localStart === 0xffffffff)
    return unsafe('zip64');
  if (method === 0 && storedBytes !== inflatedBytes) return unsafe('directory-lies');
  if (localStart + LOCAL_BYTES > directoryStart || view.getUint32(localStart, true) !== LOCAL_SIGNATURE) {
    return unsafe('directory-lies');
  }
  const localNameLength = view.getUint16(localStart + 26, true);
  const dataStart = localStart + LOCAL_BYTES + localNameLength + view.getUint16(localStart + 28, true);
  if (dataStart + storedBytes > directoryStart) return unsafe('directory-lies');
  const localName = plainName(
    bytes.subarray(localStart + LOCAL_BYTES, localStart + LOCAL_BYTES + localNameLength),
  );
  if (localName !== name || view.getUint16(localStart + 8, true) !== method) return unsafe('directory-lies');
  return succeed({ entry: { name, method, crc, storedBytes, inflatedBytes, dataStart }, localStart, next });
}

/** A name of printable ASCII, at most 100 characters; null for any other. A bundle has no other names. */
function plainName(bytes: Uint8Array): string | null {
  if (bytes.length === 0 || bytes.length > 100 || bytes.some((byte) => byte < 0x20 || byte > 0x7e))
    return null;
  return String.fromCharCode(...bytes);
}

/** The end record must end the file: no bytes behind it, and no second reading of the same file. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - END_BYTES; at >= 0 && at >= view.byteLength - END_BYTES - 0xffff; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) {
      return at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength ? at : -1;
    }
  }
  return -1;
}

/**
 * The bytes of one entry: never more than the directory says, which the limits have bounded, and exactly
 * as many, or the file is damaged.
 */
export function inflateEntry(zip: Uint8Array, entry: ZipEntry): Result<Uint8Array, ZipFailure> {
  const stored = zip.subarray(entry.dataStart, entry.dataStart + entry.storedBytes);
  if (entry.method === 0) return succeed(stored);
  const damaged = fail({ kind: 'damaged', entry: entry.name } as const);
  const inflated = new Uint8Array(entry.inflatedBytes);
  let length = 0;
  let tooLong = false;
  const inflater = new Inflate((chunk) => {
    if (length + chunk.length > inflated.length) {
      tooLong = true;
      return;
    }
    inflated.set(chunk, length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < stored.length && !tooLong; at += INFLATE_STEP) {
      const last = at + INFLATE_STEP >= stored.length;
      inflater.push(stored.subarray(at, at + INFLATE_STEP), last);
    }
  } catch {
    return damaged;
  }
  return !tooLong && length === inflated.length ? succeed(inflated) : damaged;
}

/** CRC-32 (ISO 3309) as in zip. For the descriptor, which no other checksum covers. */
export function crc32(bytes: Uint8Array): number {
  let state = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) state = CRC_TABLE[(state ^ bytes[i]!) & 0xff]! ^ (state >>> 8);
  return (state ^ 0xffffffff) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let state = byte;
  for (let bit = 0; bit < 8; bit++) state = state & 1 ? (state >>> 1) ^ 0xedb88320 : state >>> 1;
  return state;
});
