import { describe, expect, it } from 'vitest';
import { certify } from './certify.ts';
import { readLedgerFile } from './ledger-file.ts';
import { type LedgerRelease, writeLedgerFile } from './ledger-format.ts';

const mechanism = { noiseMultiplier: 3, samplingRate: 1, steps: 1 };
const certified = certify(mechanism, 1e-6);
const epsilonUpper = certified.ok ? certified.value.cost.epsilonUpper : Number.NaN;
const entry: LedgerRelease = {
  id: '0123456789abcdef',
  startedOn: '2026-01-31',
  table: 'a'.repeat(64),
  label: 'ward.csv',
  site: null,
  mechanism,
  delta: 1e-6,
  epsilonUpper,
};
const caps = { [entry.table]: { epsilon: 2, delta: 1e-6 } };
const text = (change: object = {}) =>
  writeLedgerFile({ releases: [{ ...entry, ...change }], caps }, '2026-02-01');

describe('the ledger file', () => {
  it('comes back as it was written', () => {
    expect(readLedgerFile(text())).toEqual({ ok: true, value: { releases: [entry], caps, corrected: 0 } });
  });

  it('carries a note, and none that could break a page', () => {
    const noted = { ...entry, note: 'for the 2026 report' };
    const read = readLedgerFile(text({ note: noted.note }));
    expect(read).toMatchObject({ ok: true, value: { releases: [noted] } });
    expect(readLedgerFile(text({ note: 'a\u0007b' }))).toMatchObject({ ok: false });
  });

  it('takes no claim that is smaller than what the noise costs', () => {
    const read = readLedgerFile(text({ epsilonUpper: 0.01 }));
    expect(read).toEqual({ ok: true, value: { releases: [entry], caps, corrected: 1 } });
  });

  it.each([
    ['no noise', { mechanism: { ...mechanism, noiseMultiplier: 0 } }],
    ['a rate above one', { mechanism: { ...mechanism, samplingRate: 2 } }],
    ['half a step', { mechanism: { ...mechanism, steps: 0.5 } }],
    ['δ of one', { delta: 1 }],
    ['a table that is no fingerprint', { table: 'ward.csv' }],
    ['more than an entry has', { posterior: [1] }],
    ['a name with a control character', { label: 'a\u0007b' }],
  ])('refuses %s', (_, change) => {
    expect(readLedgerFile(text(change))).toMatchObject({ ok: false, failure: { kind: 'invalid-entry' } });
  });

  it('refuses what is something else, of another version, or lists an entry twice', () => {
    const kind = (file: string) => {
      const read = readLedgerFile(file);
      return read.ok ? 'read' : read.failure.kind;
    };
    expect(kind('{"format":"other"}')).toBe('not-a-ledger');
    expect(kind(text().replace('"version": 1', '"version": 2'))).toBe('unknown-version');
    expect(kind(writeLedgerFile({ releases: [entry, entry], caps }, '2026-02-01'))).toBe('twice-the-same-id');
  });
});
