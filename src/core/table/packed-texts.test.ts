import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buffersOf, packTable, packTexts, unpackTable, unpackTexts } from './packed-texts.ts';
import { readCsv } from './read-csv.ts';

describe('packed texts', () => {
  it('come out as they went in, halves of surrogate pairs and long ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 })), (texts) => {
        expect(unpackTexts(packTexts(texts))).toEqual(texts);
      }),
    );
    const odd = ['', '\ud800', 'a'.repeat(100_000), ''];
    expect(unpackTexts(packTexts(odd))).toEqual(odd);
  });

  it('bring a table through a message that hands its buffers over, as often as it is sent', () => {
    const read = readCsv('site;x\nA;1\nÉ;\n');
    if (!read.ok) throw new Error(read.failure.kind);
    let table = read.value;
    for (let round = 0; round < 2; round++) {
      const packed = packTable(table);
      table = unpackTable(structuredClone(packed, { transfer: buffersOf(packed) }));
    }
    const again = readCsv('site;x\nA;1\nÉ;\n');
    const columns = table.columns.map(({ name, dictionary, codes }) => ({ name, dictionary, codes }));
    expect({ ok: true, value: { ...table, columns } }).toEqual(again);
  });
});
