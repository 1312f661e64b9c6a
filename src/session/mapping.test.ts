import { describe, expect, it } from 'vitest';
import { draftMapping, mappingProgress, withCounterpart, withLevel } from '../core/codebook/mapping-draft.ts';
import { includedPeers } from './journey.ts';
import { Browser, file, withBundle, withCodebook } from './session-in-memory.check.ts';

/** Our centre, and the bundle of one whose wards are called otherwise. */
async function withOtherCodebook() {
  const { bytes } = await withBundle(new Browser(), 2, ['A', 'b', 'Cellar']);
  const browser = new Browser();
  const session = await withCodebook(browser, 1);
  await session.importBundles([file(bytes, 'theirs.zip')]);
  const { bundles, codebook } = session.getState();
  const [theirs] = bundles;
  if (theirs === undefined || codebook.codebook === null) throw new Error('nothing was imported');
  return { browser, session, theirs, own: codebook.codebook };
}

const estimates = (session: Awaited<ReturnType<typeof withOtherCodebook>>['session']) => {
  const { analysis } = session.getState();
  if (analysis.kind !== 'ready') throw new Error(analysis.kind);
  return analysis;
};

describe('a bundle under another codebook', () => {
  it('is kept, says what differs, and is not used before a person says how to read it', async () => {
    const { session, theirs } = await withOtherCodebook();
    expect(session.getState().imports).toMatchObject([
      { kind: 'imported-to-map', id: theirs.id, differences: [{ kind: 'levels', variable: 'ward' }] },
    ]);
    await session.includeBundle(theirs.id, true);
    expect(includedPeers(session.getState())).toEqual([]);
    await session.analyse();
    expect(estimates(session)).toMatchObject({ usedBundles: [], leftOut: [] });
  });

  it('is used under the mapping, which is stored with it and can be taken back', async () => {
    const { browser, session, theirs, own } = await withOtherCodebook();
    const draft = draftMapping(own, theirs.codebook);
    expect(mappingProgress(theirs.codebook, draft).open).toEqual([{ own: 'ward', levels: ['Cellar'] }]);
    const { mapping } = mappingProgress(theirs.codebook, withLevel(draft, 'ward', 2, 2));
    await session.setMapping(theirs.id, mapping);
    await session.analyse();
    expect(estimates(session).usedBundles.map(({ id }) => id)).toEqual([theirs.id]);
    expect(estimates(session).analysis.pooledRows).toBe(600);

    const again = browser.open();
    await again.start();
    expect(again.getState().bundles[0]).toMatchObject({ included: true, mapping: { mapping } });

    await session.undo();
    expect(session.getState().bundles[0]).toEqual(theirs);
    expect(session.getState().analysis).toMatchObject({ kind: 'ready', upToDate: false });
  });

  it('that lacks a variable is left out of analyses that need it, and named', async () => {
    const { session, theirs, own } = await withOtherCodebook();
    const ward = own.variables.find(({ name }) => name === 'ward')!;
    const draft = withCounterpart(draftMapping(own, theirs.codebook), ward, null);
    await session.setMapping(theirs.id, mappingProgress(theirs.codebook, draft).mapping);
    await session.analyse();
    expect(estimates(session)).toMatchObject({
      usedBundles: [],
      leftOut: [{ bundle: { id: theirs.id }, lacks: ['ward'] }],
    });
    session.switchVariable('ward', false);
    await session.analyse();
    expect(estimates(session)).toMatchObject({ usedBundles: [{ id: theirs.id }], leftOut: [] });
  });

  it('is in the analysis again when the result that used it is repeated', async () => {
    const { session, theirs, own } = await withOtherCodebook();
    const draft = withLevel(draftMapping(own, theirs.codebook), 'ward', 2, 2);
    await session.setMapping(theirs.id, mappingProgress(theirs.codebook, draft).mapping);
    await session.analyse();
    const before = estimates(session);
    await session.includeBundle(theirs.id, false);
    session.choose({ errors: 'HC0' });
    expect(estimates(session).upToDate).toBe(false);
    await session.analyseAgain();
    expect(estimates(session).usedBundles.map(({ id }) => id)).toEqual([theirs.id]);
    expect(estimates(session).choice).toEqual(before.choice);
    expect(estimates(session).analysis).toEqual(before.analysis);
  });

  it('is to be mapped anew when the own codebook changes', async () => {
    const { session, theirs, own } = await withOtherCodebook();
    const { mapping } = mappingProgress(
      theirs.codebook,
      withLevel(draftMapping(own, theirs.codebook), 'ward', 2, 2),
    );
    await session.setMapping(theirs.id, mapping);
    session.editCodebookAgain();
    const { draft } = session.getState().codebook;
    session.editDraft({ ...draft!, title: 'Another title' });
    await session.confirmCodebook(true);
    expect(includedPeers(session.getState())).toEqual([]);
  });
});
