import { beforeEach, describe, expect, it } from 'vitest';
import { readBundle } from '../core/bundle/read-bundle.ts';
import { certify } from '../core/privacy/certify.ts';
import { fail } from '../core/result.ts';
import { isNoisyTables } from '../core/synthesis/synthesizer.ts';
import { ownBundle } from './analysing.ts';
import { blockedSteps, currentRelease } from './journey.ts';
import type { Jobs } from './ports.ts';
import type { ReleaseRecord } from './records.ts';
import type { AnalysisRequest } from './requests.ts';
import {
  Browser,
  csv,
  file,
  firstTotal,
  jobs,
  SECRET,
  withBundle,
  withCodebook,
} from './session-in-memory.check.ts';

describe('the journey of two centres', () => {
  let north: Browser;
  let south: Browser;
  beforeEach(() => {
    north = new Browser();
    south = new Browser();
  });

  it('ends in a pooled estimate beside the local one', async () => {
    const { bytes } = await withBundle(north, 1);
    const { session } = await withBundle(south, 2);
    await session.importBundles([file(bytes, 'north.zip')]);
    expect(session.getState().imports).toMatchObject([{ kind: 'imported', partyName: 'Hospital 1' }]);
    await session.analyse();
    const { analysis } = session.getState();
    if (analysis.kind !== 'ready') throw new Error(`analysis ${analysis.kind}`);
    expect(analysis.analysis.setsUsed).toBe(5);
    expect(analysis.analysis.rows.map(({ local }) => local.kind)).toEqual(Array(4).fill('estimated'));
    expect(analysis.usedBundles.map(({ partyName }) => partyName)).toEqual(['Hospital 1']);
  });

  it('with noisy tables ends in an estimate that knows their noise', async () => {
    const session = await withCodebook(north, 1);
    // What a new person gets: nothing chosen, no guess of the rate.
    session.editPrivacy({ preset: null, eventRateGuess: '' });
    await session.makePlan();
    expect(session.getState().plan).toMatchObject({
      kind: 'ready',
      plan: { settings: { preset: 'noisy-marginals' } },
    });
    await session.train();
    const [release] = session.getState().releases;
    expect(release).toMatchObject({ status: 'finished', posterior: { rowCount: 300 } });
    expect(firstTotal(session.getState())?.epsilonUpper).toBeGreaterThan(0.99);
    session.setSetCount('3');
    await session.makeBundle();
    const [own] = session.getState().bundles;
    const bytes = north.files.get(own!.id)!;
    const other = await withCodebook(south, 2);
    await other.importBundles([file(bytes, 'north.zip')]);
    await other.analyse();
    const { analysis } = other.getState();
    if (analysis.kind !== 'ready') throw new Error(`analysis ${analysis.kind}`);
    expect(analysis.analysis.setsUsed).toBe(3);
    if (analysis.tables.kind !== 'ready') throw new Error(`tables ${analysis.tables.kind}`);
    expect(analysis.tables.partiesWithout).toBe(0);
    expect(analysis.tables.analysis.rows.map(({ term }) => term)).toEqual(analysis.analysis.terms);
  });

  it('with a secret number of rows counts it with noise, and neither plan nor bundle nor ledger has it', async () => {
    const session = await withCodebook(north, 1);
    session.editPrivacy({ preset: null, eventRateGuess: '', declaredRowCount: 'noisy' });
    await session.makePlan();
    const { plan } = session.getState();
    if (plan.kind !== 'ready') throw new Error(`plan ${plan.kind}`);
    expect(plan.plan.rowCount).toBe('noisy');
    await session.train();
    const [release] = session.getState().releases;
    if (!isNoisyTables(release!.posterior!)) throw new Error('another posterior');
    expect(release!.posterior.rowCountStandardDeviation).toBeGreaterThan(10);
    expect(JSON.stringify(release!.plan)).not.toMatch(/\b300\b/);
    session.setSetCount('3');
    await session.makeBundle();
    const [own] = session.getState().bundles;
    expect(own).toMatchObject({
      rowCount: release!.posterior.rowCount,
      rowCountNoise: release!.posterior.rowCountStandardDeviation,
    });
    expect(ownBundle(session.getState())?.id).toBe(own!.id);
    const other = await withCodebook(south, 2);
    await other.importBundles([file(north.files.get(own!.id)!, 'north.zip')]);
    await other.analyse();
    const { analysis } = other.getState();
    if (analysis.kind !== 'ready' || analysis.tables.kind !== 'ready') throw new Error('no analysis');
    expect(analysis.tables.partiesWithout).toBe(0);
  });

  it('with declared pairs measures those that the codebook has, and the bundle says so', async () => {
    const session = await withCodebook(north, 1);
    const [first, second] = session.getState().codebook.codebook!.variables.map(({ name }) => name);
    session.editPrivacy({
      preset: 'noisy-marginals',
      pairs: [
        [second!, first!],
        [first!, 'gone since'],
      ],
    });
    await session.makePlan();
    await session.train();
    session.setSetCount('2');
    await session.makeBundle();
    const [own] = session.getState().bundles;
    const read = readBundle(north.files.get(own!.id)!, { certify });
    if (!read.ok) throw new Error(read.failure.kind);
    const { settings, posterior } = read.value.bundle;
    expect(settings).toMatchObject({ pairs: [{ variables: [0, 1], weight: 1 }] });
    expect(isNoisyTables(posterior) && posterior.pairs?.length).toBe(1);
  });

  it('with a pair to be chosen measures one that nobody declared; beside all declared there is none', async () => {
    const session = await withCodebook(north, 1);
    const [first, second] = session.getState().codebook.codebook!.variables.map(({ name }) => name);
    session.editPrivacy({ preset: 'noisy-marginals', pairs: [[first!, second!]], selectedPairs: 1 });
    await session.makePlan();
    expect(session.getState().plan).toMatchObject({
      kind: 'refused',
      failure: { kind: 'nothing-to-select' },
    });
    session.editPrivacy({ pairs: [] });
    await session.makePlan();
    await session.train();
    const [release] = session.getState().releases;
    expect(release).toMatchObject({
      plan: { settings: { selection: { count: 1, weight: 1, choiceWeight: 1 } } },
      posterior: { pairs: [{ variables: [0, 1] }] },
    });
  });

  it('keeps what the result was made with, and marks it when a choice changes', async () => {
    const { bytes } = await withBundle(north, 1);
    const asked: AnalysisRequest[] = [];
    const watched = (request: AnalysisRequest, watch: Parameters<Jobs['analyse']>[1]) => {
      asked.push(request);
      return jobs.analyse(request, watch);
    };
    const session = await withCodebook(south, 2, { analyse: watched });
    await session.importBundles([file(bytes)]);
    await session.analyse();
    expect(session.getState().analysis).toMatchObject({ kind: 'ready', upToDate: true });
    await session.compareParties();
    expect(session.getState().analysis).toMatchObject({ byParty: { kind: 'ready' }, upToDate: true });
    session.choose({ family: 'binomial-logit' });
    session.switchVariable('ward', false);
    expect(session.getState().analysis).toMatchObject({ upToDate: false, choice: { family: 'poisson-log' } });
    await session.compareParties();
    expect(asked.map(({ question }) => question)).toEqual(['pooled', 'by-party']);

    await session.analyse();
    expect(asked.at(-1)?.choice).toMatchObject({ family: 'binomial-logit', switchedOff: ['ward'] });
    session.switchVariable('sex', false);
    await session.analyse();
    expect(session.getState().analysis).toMatchObject({ kind: 'failed', failure: { kind: 'no-variables' } });
    session.switchVariable('ward', true);
    const running = session.analyse();
    session.setErrors('HC1');
    await running;
    expect(session.getState().analysis).toMatchObject({
      kind: 'ready',
      upToDate: false,
      choice: { errors: 'model' },
    });
  });

  it('puts own twins in place of own rows only from a bundle of these rows', async () => {
    const asked: AnalysisRequest[] = [];
    const session = await withCodebook(south, 2, {
      analyse: (request, watch) => {
        asked.push(request);
        return jobs.analyse(request, watch);
      },
    });
    session.choose({ ownPart: 'own-twins' });
    await session.analyse();
    expect(session.getState().analysis).toMatchObject({ failure: { kind: 'no-own-bundle' } });
    expect(asked).toEqual([]);
    await session.train();
    session.setSetCount('2');
    await session.makeBundle();
    await session.analyse();
    const [own] = session.getState().bundles;
    expect(asked[0]?.ownBundle).toEqual(south.files.get(own?.id ?? ''));
    session.setPartyName('Another hospital');
    await session.analyse();
    expect(session.getState().analysis).toMatchObject({ failure: { kind: 'no-own-bundle' } });
  });

  it('refuses what it must, and then nothing has changed', async () => {
    const { bytes } = await withBundle(north, 1);
    const { session, bytes: own } = await withBundle(south, 2);
    await session.importBundles([file(bytes)]);
    const before = session.getState().bundles;
    const damaged = bytes.slice();
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 0xff;
    await session.importBundles([file(bytes), file(own), file(damaged), file(csv(3, 0))]);
    expect(
      session
        .getState()
        .imports.map((outcome) => (outcome.kind === 'refused' ? outcome.failure.kind : 'taken')),
    ).toMatchObject(['already-imported', 'own-bundle', expect.any(String), expect.any(String)]);
    expect(session.getState().imports.every(({ kind }) => kind === 'refused')).toBe(true);
    expect(session.getState().bundles).toEqual(before);
  });

  it('keeps a bundle under another codebook unused and says what differs', async () => {
    const { bytes } = await withBundle(north, 1);
    const session = await withCodebook(south, 2);
    session.editCodebookAgain();
    const { draft } = session.getState().codebook;
    if (draft === null) throw new Error('the draft is gone');
    session.editDraft({
      ...draft,
      columns: draft.columns.map((column) =>
        column.name === 'ward' ? { ...column, reference: 'B' } : column,
      ),
    });
    await session.confirmCodebook(true);
    await session.importBundles([file(bytes)]);
    expect(session.getState().imports).toMatchObject([
      { kind: 'imported-to-map', differences: [{ kind: 'reference', variable: 'ward' }] },
    ]);
    expect(session.getState().bundles).toMatchObject([{ origin: 'peer', included: false }]);
  });

  it('sets the older bundle of a party aside, so that its people count once', async () => {
    const first = await withBundle(north, 1);
    await first.session.makeBundle();
    const newer = [...north.files.values()].at(-1);
    const { session } = await withBundle(south, 2);
    await session.importBundles([file(first.bytes), file(newer ?? first.bytes)]);
    const peers = session.getState().bundles.filter(({ origin }) => origin === 'peer');
    expect(peers.map(({ included }) => included)).toEqual([false, true]);
  });
});

describe('what survives a reload', () => {
  it('is everything but the rows', async () => {
    const browser = new Browser();
    const { session } = await withBundle(browser, 1);
    const before = session.getState();
    const again = browser.open();
    await again.start();
    const after = again.getState();
    expect(after.codebook.codebook).toEqual(before.codebook.codebook);
    expect(after.releases).toEqual(before.releases);
    expect(after.bundles).toEqual(before.bundles);
    expect(after.data.raw).toBeNull();
    expect(after.codebook.coded).toBeNull();
    expect(currentRelease(after)).not.toBeNull();
    expect(blockedSteps(after).analyse).toBe('open-the-table-again');
    await again.openFile(file(csv(300, 1)));
    expect(blockedSteps(again.getState()).analyse).toBeNull();
  });

  it('never holds a cell of the table, in any record', async () => {
    const browser = new Browser();
    await withBundle(browser, 1);
    const stored = browser.stored();
    const inFiles = [...browser.files.values()]
      .map((bytes) => Buffer.from(bytes).toString('latin1'))
      .join('');
    expect(stored).toContain('ward');
    expect(stored).not.toContain(SECRET);
    expect(inFiles).not.toContain(SECRET);
  });
});

describe('the ledger', () => {
  it('has the entry before any noise is drawn', async () => {
    const browser = new Browser();
    let atStart: readonly ReleaseRecord[] = [];
    const session = await withCodebook(browser, 1, {
      train: async (problem, watch) => {
        atStart = [...browser.releases.values()];
        return jobs.train(problem, watch);
      },
    });
    await session.train();
    expect(atStart.map(({ status }) => status)).toEqual(['started']);
    expect([...browser.releases.values()].map(({ status }) => status)).toEqual(['finished']);
    const total = firstTotal(session.getState());
    expect(total?.epsilonUpper).toBeGreaterThan(0.9);
    expect(total?.epsilonUpper).toBeLessThanOrEqual(1);
  });

  it('does not count a run that was cancelled before anyone saw it', async () => {
    const session = await withCodebook(new Browser(), 1);
    const running = session.train();
    await Promise.resolve();
    await session.cancelTraining();
    await running;
    expect(session.getState().training.kind).toBe('cancelled');
    expect(firstTotal(session.getState())).toBeNull();
    expect(currentRelease(session.getState())).toBeNull();
  });

  it('counts a run that crashed, and adds up what was spent', async () => {
    const browser = new Browser();
    let crash = true;
    const session = await withCodebook(browser, 1, {
      train: async (problem, watch) =>
        crash ? fail({ kind: 'worker-crashed', detail: '' }) : jobs.train(problem, watch),
    });
    await session.train();
    const once = firstTotal(session.getState())?.epsilonUpper ?? 0;
    crash = false;
    await session.train();
    const twice = firstTotal(session.getState())?.epsilonUpper ?? 0;
    expect(once).toBeGreaterThan(0.9);
    expect(twice).toBeGreaterThan(once);
    expect(twice).toBeLessThan(2 * once);
  });
});
