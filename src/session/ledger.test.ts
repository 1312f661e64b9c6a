import { describe, expect, it } from 'vitest';
import { certifyComposition } from '../core/privacy/certify.ts';
import type { ReadLedger } from '../core/privacy/ledger-file.ts';
import { currentRelease, spentReleases } from './journey.ts';
import type { Session } from './session.ts';
import { Browser, csv, file, jobs, SECRET, withCodebook } from './session-in-memory.check.ts';

const ledger = (session: Session) => session.getState().ledger;

function openTable(session: Session): string {
  const { openTable: key } = ledger(session);
  if (key === null) throw new Error('no table at hand');
  return key;
}

function overCap(session: Session) {
  const { admission } = ledger(session);
  if (admission.kind !== 'over-cap') throw new Error(admission.kind);
  return admission;
}

async function exported(browser: Browser, session: Session): Promise<string> {
  await session.saveLedger();
  const last = browser.downloads.at(-1);
  if (last === undefined) throw new Error('nothing was saved');
  return new TextDecoder().decode(last.bytes);
}

const asFile = (text: string) => file(new TextEncoder().encode(text), 'ledger.json');

describe('the cap of a table', () => {
  it('blocks a training that would exceed it, names what fits, and that one is let through', async () => {
    const session = await withCodebook(new Browser(), 1);
    await session.setCap(openTable(session), { epsilon: '1.2', delta: '1e-6' });
    await session.train();
    expect(spentReleases(session.getState())).toHaveLength(1);
    await session.makePlan();
    await session.train();
    expect(spentReleases(session.getState())).toHaveLength(1);
    const { withPlan, fits } = overCap(session);
    expect(withPlan?.epsilonUpper).toBeGreaterThan(1.2);
    if (fits === null) throw new Error('nothing fits');
    const epsilon = Math.floor(fits.cost.epsilonUpper * 1000) / 1000;
    session.editPrivacy({ epsilon: String(epsilon) });
    await session.makePlan();
    expect(ledger(session).admission.kind).toBe('admitted');
    await session.train();
    expect(spentReleases(session.getState())).toHaveLength(2);
    const [account] = ledger(session).accounts;
    expect(account?.total?.epsilonUpper).toBeLessThanOrEqual(1.2);
    expect(account?.total?.epsilonUpper).toBeGreaterThan(1.19);
  });

  it('holds for the rows, whatever codebook or file name they come under', async () => {
    const session = await withCodebook(new Browser(), 1);
    await session.setCap(openTable(session), { epsilon: '1', delta: '1e-6' });
    const before = openTable(session);
    await session.train();
    await session.openFile(file(csv(300, 1), 'the same rows.csv'));
    session.editCodebookAgain();
    const { draft } = session.getState().codebook;
    if (draft === null) throw new Error('no draft');
    session.editDraft({ ...draft, title: 'Another codebook' });
    expect(await session.confirmCodebook(true)).toBe(true);
    await session.makePlan();
    expect(openTable(session)).toBe(before);
    expect(overCap(session).fits).toBeNull();
    // other rows are another table
    await session.openFile(file(csv(300, 2)));
    await session.makePlan();
    expect(openTable(session)).not.toBe(before);
    expect(ledger(session).admission.kind).toBe('admitted');
  });

  it('counts what another tab trained meanwhile', async () => {
    const browser = new Browser();
    const first = await withCodebook(browser, 1);
    const second = browser.open();
    await second.start();
    await second.openFile(file(csv(300, 1)));
    await second.makePlan();
    await first.setCap(openTable(first), { epsilon: '1.2', delta: '1e-6' });
    await first.train();
    await second.train();
    expect(overCap(second).withPlan?.epsilonUpper).toBeGreaterThan(1.2);
    expect(browser.releases.size).toBe(1);
  });

  it('counts a training that waits in line, and not one that was cancelled', async () => {
    const session = await withCodebook(new Browser(), 1);
    await session.setCap(openTable(session), { epsilon: '1.2', delta: '1e-6' });
    const both = [session.train(), session.train()];
    await Promise.all(both);
    expect(session.getState().releases).toHaveLength(1);
  });

  it('admits nothing whose total could not be certified', async () => {
    const session = await withCodebook(new Browser(), 1, {
      totalCost: async () => ({ ok: false, failure: { kind: 'total-not-certified' } }),
    });
    await session.setCap(openTable(session), { epsilon: '5', delta: '1e-6' });
    await session.train();
    expect(overCap(session).withPlan).toBeNull();
    expect(session.getState().releases).toHaveLength(0);
  });

  it('asks for numbers', async () => {
    const session = await withCodebook(new Browser(), 1);
    const key = openTable(session);
    expect(await session.setCap(key, { epsilon: 'much', delta: '1e-6' })).toMatchObject({ field: 'epsilon' });
    expect(await session.setCap(key, { epsilon: '1', delta: '2' })).toMatchObject({ field: 'delta' });
    expect(ledger(session).caps).toEqual({});
  });
});

describe('what is left under a cap', () => {
  it('is the largest release of noisy tables that the accountant lets through beside all before', async () => {
    const session = await withCodebook(new Browser(), 1);
    const key = openTable(session);
    await session.train();
    expect(ledger(session).accounts[0]?.left).toBeNull();
    await session.setCap(key, { epsilon: '1.5', delta: '1e-6' });
    const left = ledger(session).accounts[0]?.left ?? null;
    if (left === null) throw new Error('nothing is left');
    const spent = spentReleases(session.getState()).map(({ plan }) => plan.mechanism.parameters);
    const total = certifyComposition([...spent, left.parameters], 1e-6);
    expect(total.ok && total.value.epsilonUpper).toBeLessThanOrEqual(1.5);
    expect(total.ok && total.value.epsilonUpper).toBeGreaterThan(1.49);
    await session.setCap(key, { epsilon: '0.5', delta: '1e-6' });
    expect(ledger(session).accounts[0]?.left).toBeNull();
  });
});

describe('a note on an entry', () => {
  it('is kept, goes with the file, and changes nothing else', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    await session.train();
    const before = session.getState().releases;
    const id = before[0]?.id ?? '';
    expect(await session.setNote(id, '  for the report ')).toBe(true);
    expect(await session.setNote(id, 'a\u0007b')).toBe(false);
    expect(await session.setNote(id, 'x'.repeat(10_000))).toBe(false);
    expect(session.getState().releases).toEqual(before);
    const reloaded = browser.open();
    await reloaded.start();
    expect(ledger(reloaded).notes).toEqual({ [id]: 'for the report' });
    const other = await withCodebook(new Browser(), 2);
    await other.importLedger(asFile(await exported(browser, session)));
    expect(ledger(other).imported).toMatchObject([{ id, note: 'for the report' }]);
    expect(await other.setNote(id, '')).toBe(true);
    expect(ledger(other).imported[0]).not.toHaveProperty('note');
    expect(await session.setNote(id, '')).toBe(true);
    expect(ledger(session).notes).toEqual({});
  });
});

describe('the ledger as a file', () => {
  it('comes back without duplicates, and holds nothing from a row', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    await session.setCap(openTable(session), { epsilon: '3', delta: '1e-6' });
    await session.train();
    const text = await exported(browser, session);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('posterior');
    await session.importLedger(asFile(text));
    expect(ledger(session).file).toMatchObject({ kind: 'imported', added: 0, known: 1 });
    const other = await withCodebook(new Browser(), 1);
    for (const added of [1, 0]) {
      await other.importLedger(asFile(text));
      expect(ledger(other).file).toMatchObject({ kind: 'imported', added, known: 1 - added });
    }
    expect(ledger(other).accounts[0]).toMatchObject({ releaseCount: 1, importedCount: 1 });
    expect(ledger(other).accounts[0]?.cap).toEqual({ epsilon: 3, delta: 1e-6 });
  });

  it('counts imported entries of another browser where a person says they are of this table', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    await session.train();
    const elsewhere = 'f'.repeat(64);
    const text = (await exported(browser, session)).replaceAll(openTable(session), elsewhere);
    const other = await withCodebook(new Browser(), 2);
    await other.importLedger(asFile(text));
    await other.setCap(openTable(other), { epsilon: '1', delta: '1e-6' });
    expect(ledger(other).admission.kind).toBe('admitted');
    await other.countTowardsOpenTable(elsewhere);
    expect(overCap(other).fits).toBeNull();
  });

  it('refuses another tale of a release that is known, and what is no ledger', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    await session.train();
    const text = await exported(browser, session);
    const forged = text.replace(/"noiseMultiplier": [\d.]+/, '"noiseMultiplier": 900');
    expect(forged).not.toBe(text);
    await session.importLedger(asFile(forged));
    expect(ledger(session).file).toMatchObject({ kind: 'imported', added: 0, contradicting: 1 });
    await session.importLedger(asFile('{"format":"something else"}'));
    expect(ledger(session).file).toEqual({ kind: 'refused', failure: { kind: 'not-a-ledger' } });
    expect(spentReleases(session.getState())).toHaveLength(1);
  });

  it('says so where the browser refuses to keep the entries', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const read = await jobs.readLedger(await exported(browser, session), {
      signal: new AbortController().signal,
    });
    expect((read as { value: ReadLedger }).value.releases).toEqual([]);
    browser.refuses = true;
    await session.importLedger(asFile(await exported(browser, session)));
    expect(ledger(session).file).toEqual({ kind: 'refused', failure: { kind: 'not-stored' } });
  });
});

describe('a clock that was set back', () => {
  it('changes neither the order of the ledger, nor what counts, nor which training is the newest', async () => {
    const browser = new Browser();
    browser.today = '2026-03-01';
    const session = await withCodebook(browser, 1);
    await session.train();
    browser.today = '2026-01-01';
    await session.train();
    await session.refreshLedger();
    const { releases, ledger } = session.getState();
    expect(releases.map(({ startedOn, sequence }) => [startedOn, sequence])).toEqual([
      ['2026-03-01', 1],
      ['2026-01-01', 2],
    ]);
    expect(currentRelease(session.getState())?.id).toBe(releases[1]?.id);
    expect(ledger.accounts[0]?.releaseCount).toBe(2);
  });
});
