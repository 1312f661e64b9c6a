import { describe, expect, it } from 'vitest';
import { fail } from '../core/result.ts';
import { currentRelease } from './journey.ts';
import {
  Browser,
  csv,
  file,
  firstTotal,
  SECRET,
  withBundle,
  withCodebook,
} from './session-in-memory.check.ts';

describe('several projects side by side', () => {
  it('each has its own table, codebook, settings and bundles; the ledger is one', async () => {
    const browser = new Browser();
    const { session } = await withBundle(browser, 1);
    const first = session.getState();
    await session.newProject('Second question');
    const second = session.getState();
    expect(second.data.raw).toBeNull();
    expect(second.codebook.codebook).toBeNull();
    expect(second.bundles).toEqual([]);
    expect(second.releases).toEqual(first.releases);
    expect(firstTotal(second)).toEqual(firstTotal(first));
    expect(second.projects.map(({ name }) => name)).toEqual(['', 'Second question']);

    await session.openFile(file(csv(60, 3), 'other.csv'));
    await session.openProject(first.project.id);
    const again = session.getState();
    expect(again.codebook.codebook).toEqual(first.codebook.codebook);
    expect(again.bundles).toEqual(first.bundles);
    expect(again.privacyForm).toEqual(first.privacyForm);
    // Rows of a project that was left in this tab are still in its memory.
    expect(again.codebook.coded?.table.rowCount).toBe(300);
    expect(again.projects.map(({ source }) => source?.label)).toEqual(['table.csv', 'other.csv']);
  });

  it('a reload opens the one that was open last', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const first = session.getState().project.id;
    await session.newProject('Second');
    const reloaded = browser.open();
    await reloaded.start();
    expect(reloaded.getState().project.name).toBe('Second');
    await reloaded.openProject(first);
    const third = browser.open();
    await third.start();
    expect(third.getState().project.id).toBe(first);
    expect(third.getState().codebook.codebook).not.toBeNull();
  });

  it('a copy has the bundles and goes its own way', async () => {
    const browser = new Browser();
    const { session } = await withBundle(browser, 1);
    const original = session.getState();
    await session.duplicateProject('Copy');
    const copy = session.getState();
    expect(copy.project.id).not.toBe(original.project.id);
    expect(copy.bundles).toEqual(original.bundles);
    expect(copy.codebook.coded?.table).toEqual(original.codebook.coded?.table);
    expect(currentRelease(copy)?.id).toBe(currentRelease(original)?.id);
    session.setPartyName('Only in the copy');
    await session.openProject(original.project.id);
    expect(session.getState().data.partyName).toBe('Hospital 1');
  });

  it('a deleted project takes its bundles along and leaves its releases; undo brings it back', async () => {
    const browser = new Browser();
    const { session } = await withBundle(browser, 1);
    const before = session.getState();
    await session.deleteProject(before.project.id);
    expect(session.getState().bundles).toEqual([]);
    expect(session.getState().releases).toEqual(before.releases);
    expect(session.getState().undo).toMatchObject({ kind: 'project-deleted' });
    await session.undo();
    await session.openProject(before.project.id);
    expect(session.getState().bundles).toEqual(before.bundles);

    await session.deleteProject(before.project.id);
    const reloaded = browser.open();
    await reloaded.start();
    expect(reloaded.getState().projects).toEqual([]);
    expect(reloaded.getState().releases).toEqual(before.releases);
    expect(firstTotal(reloaded.getState())).toEqual(firstTotal(before));
  });

  it('names are kept, also of a project that is not open', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const first = session.getState().project.id;
    await session.renameProject(first, 'Wards');
    await session.newProject();
    await session.renameProject(first, 'Wards and falls');
    await session.openProject(first);
    expect(session.getState().project.name).toBe('Wards and falls');
  });

  it('a bundle that is read when another project is opened lands in none', async () => {
    const { bytes } = await withBundle(new Browser(), 1);
    const browser = new Browser();
    const session = await withCodebook(browser, 2);
    const first = session.getState().project.id;
    const importing = session.importBundles([file(bytes)]);
    await session.newProject();
    await importing;
    expect(session.getState().bundles).toEqual([]);
    expect(session.getState().importing).toBe(false);
    await session.openProject(first);
    expect(session.getState().bundles).toEqual([]);
  });
});

describe('a reload', () => {
  it('opens the step that was left, unless somebody chose a page meanwhile', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    session.goTo('privacy');
    const left = browser.open();
    await left.start();
    expect(left.getState().page).toBe('privacy');
    const impatient = browser.open();
    const starting = impatient.start();
    impatient.goTo('data');
    await starting;
    expect(impatient.getState().page).toBe('data');
  });
});

describe('the file of a project', () => {
  const onDisk = (name: string, content: () => Uint8Array<ArrayBuffer>) => ({
    name,
    getFile: async () => new File([content()], name),
  });

  it('is opened again by one click after a reload, which says whether it was changed', async () => {
    const browser = new Browser();
    let rows = 300;
    const handle = onDisk('wards.csv', () => csv(rows, 1) as Uint8Array<ArrayBuffer>);
    const first = browser.open();
    await first.start();
    await first.openFile({ ...file(csv(rows, 1), 'wards.csv'), handle });

    const again = browser.open();
    await again.start();
    expect(again.getState().data).toMatchObject({ raw: null, remembered: 'wards.csv' });
    await again.reopenFile();
    expect(again.getState().data).toMatchObject({ raw: { rowCount: 300 }, changedOnDisk: false });

    rows = 301;
    await again.reopenFile();
    expect(again.getState().data).toMatchObject({ raw: { rowCount: 301 }, changedOnDisk: true });
    await again.reopenFile();
    expect(again.getState().data.changedOnDisk).toBe(false);

    // Another project knows another file, or none.
    await again.newProject();
    await again.reopenFile();
    expect(again.getState().data).toMatchObject({ raw: null, failure: { kind: 'file-gone' } });
    expect(browser.stored()).not.toContain(SECRET);
  });

  it('that changes while it is read is refused whole, with a reason', async () => {
    const blob = { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }) };
    const lost = { name: 'wards.csv', blob: blob as unknown as Blob, bytes: async () => new Uint8Array() };
    for (const readTable of [
      async () => fail({ kind: 'worker-crashed', detail: 'NotReadableError' } as const),
      () => Promise.reject(new Error('NotReadableError')),
    ]) {
      const session = new Browser().open({ readTable });
      await session.start();
      await session.openFile(lost);
      expect(session.getState().data).toMatchObject({ raw: null, failure: { kind: 'file-changed' } });
    }
  });
});

describe('two tabs', () => {
  it('on one project: the second one is told, and the ledger is safe', async () => {
    const browser = new Browser();
    const first = await withCodebook(browser, 1);
    const second = browser.open();
    await second.start();
    expect(second.getState().isOpenElsewhere).toBe(true);
    await first.lookAround();
    expect(first.getState().isOpenElsewhere).toBe(true);
    await second.newProject();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(second.getState().isOpenElsewhere).toBe(false);
    await first.lookAround();
    expect(first.getState().isOpenElsewhere).toBe(false);
  });

  it('on one project: a bundle that the other one removed is missed, not left out without a word', async () => {
    const { bytes } = await withBundle(new Browser(), 2);
    const browser = new Browser();
    const { session: first } = await withBundle(browser, 1);
    await first.importBundles([file(bytes, 'peer.zip')]);
    const second = browser.open();
    await second.start();
    const [own, peer] = ['own', 'peer'].map((origin) => {
      return first.getState().bundles.find((bundle) => bundle.origin === origin)!;
    });
    for (const { id } of [own!, peer!]) await second.removeBundle(id);
    browser.files.clear();

    await first.analyse();
    const gone = { kind: 'bundle-gone', partyName: peer!.partyName };
    expect(first.getState().analysis).toEqual({ kind: 'failed', failure: gone });
    await first.downloadBundle(own!.id);
    expect(first.getState().making).toMatchObject({ failure: { kind: 'bundle-gone' } });
    await first.removeBundle(peer!.id);
    expect(first.getState()).toMatchObject({ bundles: [own], undo: null });
    await first.analyse();
    expect(first.getState().analysis.kind).toBe('ready');
  });

  it('a tab that forgets everything looks again and shows what is left', async () => {
    const session = await withCodebook(new Browser(), 1);
    await session.forgetEverything();
    expect(session.getState().remains).toEqual({ records: 0, copies: 0, settings: 0 });
    expect(session.getState().projects).toEqual([]);
  });
});
