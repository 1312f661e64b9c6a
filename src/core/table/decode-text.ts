import { strFromU8 } from 'fflate';
import { fail, type Result, succeed } from '../result.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

export interface NotText {
  readonly kind: 'not-text';
  /** What the first bytes say the file is, where they say it. */
  readonly looksLike: 'zip-or-spreadsheet' | 'old-spreadsheet' | 'pdf' | 'gzip' | 'unknown';
  /** Byte offset of the first byte that no text file holds. */
  readonly offset: number;
}

const CHUNK_UNITS = 1 << 13;

/** Windows-1252, bytes 0x80 to 0x9F; 0 marks the five bytes that it leaves undefined. */
const WINDOWS_1252_HIGH = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
  0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
  0x0153, 0, 0x017e, 0x0178,
] as const;

/**
 * Bytes to text without loss: UTF-8 (with or without a byte order mark), UTF-16 with a byte order mark,
 * UTF-16 without one where every other byte is zero, and Windows-1252 for what is not valid UTF-8.
 *
 * The core has no `TextDecoder` (it is compiled without platform types), and a lossy decoder would turn
 * an accented level into a replacement character that matches no declared level.
 *
 * @returns the text without its byte order mark, or `not-text` when control bytes say that the file is
 *   binary: NUL in a byte encoding, or any C0 control other than tab, line feed, form feed, carriage
 *   return and the end-of-file mark 0x1A that old programs append.
 */
export function decodeText(bytes: Uint8Array): Result<DecodedText, NotText> {
  const looksLike = recognise(bytes);
  if (looksLike !== 'unknown') return fail({ kind: 'not-text', looksLike, offset: 0 });
  const wide = utf16Order(bytes);
  if (wide !== null) {
    const text = decodeUtf16(bytes, wide);
    const offset = firstControlUnit(text);
    return offset < 0
      ? succeed({ text, encoding: wide === 'little' ? 'utf-16le' : 'utf-16be' })
      : fail({ kind: 'not-text', looksLike: 'unknown', offset: offset * 2 });
  }
  const offset = firstControlByte(bytes);
  if (offset >= 0) return fail({ kind: 'not-text', looksLike: 'unknown', offset });
  const utf8 = decodeUtf8(bytes);
  return utf8 === null
    ? succeed({ text: decodeWindows1252(bytes), encoding: 'windows-1252' })
    : succeed({ text: utf8, encoding: 'utf-8' });
}

/**
 * Strict UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF); null when invalid. Checked
 * here and then turned into a string by the library, which uses the platform's decoder where there is one.
 */
export function decodeUtf8(bytes: Uint8Array): string | null {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  return isUtf8(body) ? strFromU8(body) : null;
}

/** Whether the bytes are strict UTF-8 (RFC 3629). */
export function isUtf8(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at]!;
    if (first < 0x80) {
      at++;
      continue;
    }
    const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > bytes.length) return false;
    for (let k = 1; k < length; k++) if ((bytes[at + k]! & 0xc0) !== 0x80) return false;
    const second = bytes[at + 1]!;
    // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
    if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return false;
    if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return false;
    at += length;
  }
  return true;
}

/** Windows-1252; the five bytes that it leaves undefined become replacement characters. */
export function decodeWindows1252(bytes: Uint8Array): string {
  return fromUnits(bytes.length, (i) => {
    const byte = bytes[i]!;
    if (byte < 0x80 || byte >= 0xa0) return byte;
    return WINDOWS_1252_HIGH[byte - 0x80]! || 0xfffd;
  });
}

function decodeUtf16(bytes: Uint8Array, order: 'little' | 'big'): string {
  const marked = isByteOrderMark(bytes[0], bytes[1]);
  const start = marked ? 2 : 0;
  const low = order === 'little' ? 0 : 1;
  const high = 1 - low;
  return fromUnits((bytes.length - start) >> 1, (i) => {
    const at = start + 2 * i;
    return bytes[at + low]! | (bytes[at + high]! << 8);
  });
}

function fromUnits(count: number, unitAt: (index: number) => number): string {
  const parts: string[] = [];
  for (let start = 0; start < count; start += CHUNK_UNITS) {
    const units = new Uint16Array(Math.min(CHUNK_UNITS, count - start));
    for (let i = 0; i < units.length; i++) units[i] = unitAt(start + i);
    parts.push(String.fromCharCode.apply(null, units as unknown as number[]));
  }
  return parts.join('');
}

function isByteOrderMark(first: number | undefined, second: number | undefined): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** The byte order where the file is UTF-16: by its mark, or by a first kilobyte of ASCII beside zeros. */
export function utf16Order(bytes: Uint8Array): 'little' | 'big' | null {
  if (isByteOrderMark(bytes[0], bytes[1])) return bytes[0] === 0xff ? 'little' : 'big';
  const pairs = Math.min(512, bytes.length >> 1);
  if (pairs < 2 || bytes.length % 2 !== 0) return null;
  const zeros = [0, 0];
  for (let i = 0; i < 2 * pairs; i++) if (bytes[i] === 0) zeros[i & 1]!++;
  // A few characters beyond Latin have a zero in the other place.
  if (zeros[0]! < 0.1 * pairs && zeros[1]! > 0.6 * pairs) return 'little';
  if (zeros[1]! < 0.1 * pairs && zeros[0]! > 0.6 * pairs) return 'big';
  return null;
}

/** What the first bytes say that a file is, where that is no text. */
export function recognise(bytes: Uint8Array): NotText['looksLike'] {
  const startsWith = (...magic: number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (startsWith(0x50, 0x4b, 0x03, 0x04)) return 'zip-or-spreadsheet';
  if (startsWith(0xd0, 0xcf, 0x11, 0xe0)) return 'old-spreadsheet';
  if (startsWith(0x25, 0x50, 0x44, 0x46, 0x2d)) return 'pdf';
  if (startsWith(0x1f, 0x8b)) return 'gzip';
  return 'unknown';
}

function isForbiddenControl(unit: number): boolean {
  return unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0c && unit !== 0x0d && unit !== 0x1a;
}

function firstControlByte(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) if (isForbiddenControl(bytes[i]!)) return i;
  return -1;
}

function firstControlUnit(text: string): number {
  for (let i = 0; i < text.length; i++) if (isForbiddenControl(text.charCodeAt(i))) return i;
  return -1;
}
