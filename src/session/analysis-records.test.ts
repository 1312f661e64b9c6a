import { describe, expect, it } from 'vitest';
import { checkRecord } from './analysis-records.ts';
import { Browser, csv, file, withBundle, withCodebook } from './session-in-memory.check.ts';

async function peerBundle(shift: number) {
  const { bytes } = await withBundle(new Browser(), shift);
  return bytes;
}

const usedIds = (session: Awaited<ReturnType<typeof withCodebook>>) => {
  const { analysis } = session.getState();
  if (analysis.kind !== 'ready') throw new Error(`no result: ${analysis.kind}`);
  return analysis.usedBundles.map(({ id }) => id);
};

describe('the record of an analysis', () => {
  it('makes it again after a reload, while one party has joined since and another is set aside', async () => {
    const [north, south] = [await peerBundle(1), await peerBundle(2)];
    const browser = new Browser();
    const session = await withCodebook(browser, 3);
    await session.importBundles([file(north)]);
    session.choose({ errors: 'HC0' });
    await session.analyse();
    const first = session.getState().analysis;
    const [record] = session.getState().analyses;
    expect(record?.bundles.map(({ id }) => id)).toEqual(usedIds(session));
    // Results hold real rows; they are kept nowhere.
    expect(JSON.stringify(record)).not.toMatch(/estimate|variance/);

    const again = browser.open();
    await again.start();
    await again.openFile(file(csv(300, 3)));
    await again.importBundles([file(south)]);
    await again.includeBundle(record!.bundles[0]!.id, false);
    again.choose({ errors: 'model' });
    expect(checkRecord(record!, again.getState())).toMatchObject({
      otherCodebook: false,
      gone: [],
      joined: [{ partyName: 'Hospital 2' }],
      setAside: [{ partyName: 'Hospital 1' }],
    });
    await again.analyseAgain(record!.id);
    const second = again.getState().analysis;
    expect(usedIds(again)).toEqual(record!.bundles.map(({ id }) => id));
    expect(first.kind === 'ready' && second.kind === 'ready' && second.analysis).toEqual(
      first.kind === 'ready' && first.analysis,
    );
    expect(again.getState().analyses).toHaveLength(1);
  });

  it('is not made again without a bundle that it used, and is once that is back', async () => {
    const north = await peerBundle(1);
    const session = await withCodebook(new Browser(), 3);
    await session.importBundles([file(north)]);
    await session.analyse();
    const [record] = session.getState().analyses;
    const { id } = record!.bundles[0]!;
    await session.removeBundle(id);
    await session.analyse();
    expect(usedIds(session)).toEqual([]);
    expect(session.getState().analyses).toHaveLength(2);
    expect(checkRecord(record!, session.getState()).gone).toMatchObject([{ id }]);
    await session.analyseAgain(record!.id);
    expect(usedIds(session)).toEqual([]);
    await session.importBundles([file(north)]);
    await session.analyseAgain(record!.id);
    expect(usedIds(session)).toEqual([id]);
  });

  it('is not made again under another codebook', async () => {
    const session = await withCodebook(new Browser(), 3);
    await session.analyse();
    const [record] = session.getState().analyses;
    session.editCodebookAgain();
    const { draft } = session.getState().codebook;
    session.editDraft({ ...draft!, title: 'Another title' });
    await session.confirmCodebook(true);
    expect(checkRecord(record!, session.getState()).otherCodebook).toBe(true);
    await session.analyseAgain(record!.id);
    expect(session.getState().analysis.kind).not.toBe('ready');
  });
});
