import { describe, expect, it } from 'vitest';
import { decodeText, decodeUtf8 } from './decode-text.ts';

const encode = (text: string) => new TextEncoder().encode(text);
function utf16(text: string, order: 'little' | 'big', mark: boolean): Uint8Array {
  const units = (mark ? '\ufeff' : '') + text;
  const view = new DataView(new ArrayBuffer(units.length * 2));
  for (let i = 0; i < units.length; i++) view.setUint16(2 * i, units.charCodeAt(i), order === 'little');
  return new Uint8Array(view.buffer);
}
const textOf = (bytes: Uint8Array) => {
  const decoded = decodeText(bytes);
  return decoded.ok ? [decoded.value.encoding, decoded.value.text] : decoded.failure;
};

describe('decodeText', () => {
  const sample = 'estado,idade\nMéxico,45\nSão Paulo,“x”€😀\n';

  it('reads UTF-8 with and without a byte order mark', () => {
    expect(textOf(encode(sample))).toEqual(['utf-8', sample]);
    expect(textOf(encode(`\ufeff${sample}`))).toEqual(['utf-8', sample]);
  });

  it('reads UTF-16 of both orders, with and without a mark', () => {
    for (const order of ['little', 'big'] as const) {
      const encoding = order === 'little' ? 'utf-16le' : 'utf-16be';
      for (const mark of [true, false])
        expect(textOf(utf16(sample, order, mark))).toEqual([encoding, sample]);
    }
  });

  it('falls back to Windows-1252 where the bytes are no UTF-8', () => {
    // "Não informado;€;“" as Excel saves it in Brazil.
    const bytes = Uint8Array.of(0x4e, 0xe3, 0x6f, 0x3b, 0x80, 0x3b, 0x93);
    expect(textOf(bytes)).toEqual(['windows-1252', 'Não;€;“']);
  });

  it('agrees with the platform on every code point of UTF-8', () => {
    let text = '';
    for (let point = 0x20; point <= 0x10ffff; point += point < 0x3000 ? 1 : 97) {
      if (point < 0xd800 || point > 0xdfff) text += String.fromCodePoint(point);
    }
    expect(decodeUtf8(encode(text))).toBe(text);
  });

  it.each([
    ['overlong slash', [0xc0, 0xaf]],
    ['overlong three bytes', [0xe0, 0x80, 0xaf]],
    ['surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['cut short', [0x41, 0xe2, 0x82]],
    ['lone continuation', [0x80]],
    ['byte that UTF-8 never has', [0xff]],
  ])('refuses as UTF-8: %s', (_, bytes) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeNull();
  });

  it('keeps a text longer than one piece whole', () => {
    const long = 'ação😀'.repeat(20_000);
    expect(decodeUtf8(encode(long))).toBe(long);
    expect(textOf(utf16(long, 'big', true))).toEqual(['utf-16be', long]);
  });

  it('names what is no text', () => {
    expect(textOf(Uint8Array.of(0x50, 0x4b, 3, 4, 20))).toMatchObject({
      kind: 'not-text',
      looksLike: 'zip-or-spreadsheet',
    });
    expect(textOf(encode('%PDF-1.7 …'))).toMatchObject({ kind: 'not-text', looksLike: 'pdf' });
    expect(textOf(Uint8Array.of(0x61, 0x2c, 0x00, 0x62))).toMatchObject({ kind: 'not-text', offset: 2 });
    expect(textOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0))).toMatchObject({
      kind: 'not-text',
    });
  });
});
