import { describe, expect, it } from 'vitest';
import { fail } from '../core/result.ts';
import { currentRelease } from './journey.ts';
import {
  Browser,
  CRASH,
  csv,
  file,
  jobs,
  SECRET,
  withBundle,
  withCodebook,
} from './session-in-memory.check.ts';

describe('what the review of a hostile reader asked for', () => {
  it('texts that were only read from the file are not stored before somebody declares them', async () => {
    const browser = new Browser();
    const session = browser.open();
    await session.start();
    await session.openFile(file(csv(60, 1)));
    const { draft } = session.getState().codebook;
    if (draft === null) throw new Error('no draft was proposed');
    session.editDraft({ ...draft, title: 'Typed before the reload' });
    const stored = browser.stored();
    expect(stored).toContain('Typed before the reload');
    expect(stored).not.toContain(SECRET);
    expect(stored).not.toMatch(/"value":"[ABC]"/);

    const again = browser.open();
    await again.start();
    await again.openFile(file(csv(60, 1)));
    expect(again.getState().codebook.draft).toEqual({ ...draft, title: 'Typed before the reload' });
  });

  it('a codebook file is not saved before somebody vouches for it', async () => {
    const browser = new Browser();
    const session = browser.open();
    await session.start();
    await session.openFile(file(csv(300, 1)));
    await session.chooseSite('ward', 'A');
    await session.saveCodebook(false);
    expect(browser.downloads).toEqual([]);
    expect(await session.confirmCodebook(false)).toBe(false);
    expect(session.getState().codebook.problems.map(({ kind }) => kind)).toContain('not-declared-public');
  });

  it('no plan before the number of rows is declared public, and another number is declared anew', async () => {
    const session = await withCodebook(new Browser(), 1);
    session.editPrivacy({ declaredRowCount: 299 });
    await session.makePlan();
    expect(session.getState().plan.kind).toBe('none');
  });

  it('taking the older bundle of a party in again sets the newer one aside', async () => {
    const north = new Browser();
    const first = await withBundle(north, 1);
    await first.session.makeBundle();
    const { session } = await withBundle(new Browser(), 2);
    await session.importBundles([...north.files.values()].map((bytes) => file(bytes)));
    const [older] = session.getState().bundles.filter(({ origin }) => origin === 'peer');
    await session.includeBundle(older?.id ?? '', true);
    const peers = session.getState().bundles.filter(({ origin }) => origin === 'peer');
    expect(peers.map(({ included }) => included)).toEqual([true, false]);
  });

  it('a training of one file is not offered as that of another', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    await session.train();
    expect(currentRelease(session.getState())).not.toBeNull();
    await session.openFile(file(csv(300, 1), 'next-year.csv'));
    expect(session.getState().codebook.coded).not.toBeNull();
    expect(currentRelease(session.getState())).toBeNull();
  });
});

describe('what a person types', () => {
  it('choosing the column that names the centre takes it out of the variables', async () => {
    const session = new Browser().open();
    await session.start();
    await session.openFile(file(csv(300, 1)));
    await session.chooseSite('ward', 'B');
    const ward = session.getState().codebook.draft?.columns.find(({ name }) => name === 'ward');
    expect(ward?.role).toBe('ignored');
    expect(session.getState().data.partyName).toBe('B');
  });

  it.each(['0', '-1', 'NaN', ''])('ε = %j is refused at the field and loses nothing', async (epsilon) => {
    const session = await withCodebook(new Browser(), 1);
    session.editPrivacy({ epsilon });
    await session.makePlan();
    const { plan, codebook, privacyForm } = session.getState();
    expect(plan).toMatchObject({ kind: 'refused', failure: { field: 'epsilon', typed: epsilon } });
    expect(privacyForm.epsilon).toBe(epsilon);
    expect(codebook.coded).not.toBeNull();
  });

  it('a plan shows before its error rates, stands without them, and never after an edit', async () => {
    const session = await withCodebook(new Browser(), 1, {
      plan: async (request, watch) => {
        const planned = await jobs.plan(request, watch);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return request.delta === 1e-5 ? fail(CRASH) : planned;
      },
    });
    expect(session.getState().plan).toMatchObject({ kind: 'ready', tradeOff: { kind: 'ready' } });

    session.editPrivacy({ delta: '1e-5' });
    const planning = session.makePlan();
    expect(session.getState().plan).toMatchObject({ kind: 'ready', tradeOff: { kind: 'calculating' } });
    await planning;
    expect(session.getState().plan).toMatchObject({ kind: 'ready', tradeOff: { kind: 'not-available' } });

    session.editPrivacy({ delta: '1e-6' });
    const outdated = session.makePlan();
    session.editCodebookAgain();
    await outdated;
    expect(session.getState().plan.kind).toBe('none');
  });

  it('another table in place of the one that was worked on is taken back by one click', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const { codebookId } = session.getState().codebook;
    const other = new TextEncoder().encode('age,falls\n70,1\n80,0\n90,1\n');
    await session.openFile(file(other, 'other.csv'));
    expect(session.getState().codebook.codebook).toBeNull();
    expect(session.getState().undo).toEqual({ kind: 'table-replaced', label: 'table.csv' });
    await session.undo();
    expect(session.getState().data.source?.label).toBe('table.csv');
    expect(session.getState().codebook).toMatchObject({ codebookId, coded: { table: { rowCount: 300 } } });
    expect(session.getState().undo).toBeNull();
    // The same file again replaces nothing.
    await session.openFile(file(csv(300, 1)));
    expect(session.getState().undo).toBeNull();
  });

  it('a file that cannot be read leaves the table that was open', async () => {
    const session = await withCodebook(new Browser(), 1);
    await session.openFile(file(new Uint8Array(0), 'empty.csv'));
    expect(session.getState().data).toMatchObject({
      failure: { kind: 'empty-file' },
      source: { label: 'table.csv' },
    });
    expect(session.getState().codebook.coded).not.toBeNull();
  });

  it('a browser that refuses to store still hands over the bundle', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    browser.refuses = true;
    await session.train();
    session.setSetCount('2');
    await session.makeBundle();
    expect(session.getState().storageWorks).toBe(false);
    expect(browser.downloads).toHaveLength(1);
  });

  it('a browser without room takes no bundle, says why, and takes it once there is room', async () => {
    const { bytes } = await withBundle(new Browser(), 2);
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    browser.refuses = true;
    await session.importBundles([file(bytes, 'peer.zip')]);
    expect(session.getState().imports).toMatchObject([{ kind: 'refused', failure: { kind: 'not-stored' } }]);
    expect(session.getState()).toMatchObject({ bundles: [], storageWorks: false });
    browser.refuses = false;
    await session.importBundles([file(bytes, 'peer.zip')]);
    expect(session.getState().imports).toMatchObject([{ kind: 'imported' }]);
    expect(browser.files.size).toBe(1);
  });

  it('brings back a peer that was removed', async () => {
    const { bytes } = await withBundle(new Browser(), 1);
    const { session } = await withBundle(new Browser(), 2);
    await session.importBundles([file(bytes)]);
    const peer = session.getState().bundles.find(({ origin }) => origin === 'peer');
    await session.removeBundle(peer?.id ?? '');
    expect(session.getState().bundles).toHaveLength(1);
    await session.undo();
    expect(session.getState().bundles.at(-1)).toEqual(peer);
  });
});

describe('the check of the twins', () => {
  it('is made on asking, stays in memory and is gone when the rows change', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    await session.checkTwins();
    expect(session.getState().check.kind).toBe('idle');
    await session.train();
    const before = browser.stored();
    await session.checkTwins();
    expect(session.getState().check).toMatchObject({ kind: 'ready', comparison: { setCount: 20 } });
    expect(browser.stored()).toBe(before);
    expect(browser.downloads).toEqual([]);
    await session.openFile(file(csv(300, 1)));
    expect(session.getState().check.kind).toBe('idle');
  });
});
