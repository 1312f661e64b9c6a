import { beforeEach, describe, expect, it } from 'vitest';
import { analyseParties } from '../core/analysis/party-analysis.ts';
import { analysePooled } from '../core/analysis/pooled-analysis.ts';
import { readBundle } from '../core/bundle/read-bundle.ts';
import { contentHashOf, writeBundle } from '../core/bundle/write-bundle.ts';
import { bindTable, init, posteriorOf, stepInPlace } from '../core/inference/dpvi.ts';
import { planTraining } from '../core/inference/plan.ts';
import { certify, certifyComposition } from '../core/privacy/certify.ts';
import { tradeOffCurve } from '../core/privacy/meaning.ts';
import { chacha20Source, type StreamPurpose } from '../core/random/chacha20.ts';
import { fail, succeed } from '../core/result.ts';
import { drawSyntheticSets } from '../core/synthesis/draw-sets.ts';
import { readCsv } from '../core/table/read-csv.ts';
import { blockedSteps, currentRelease } from './journey.ts';
import type { AnalysisRequest, Jobs, Ports, Vault } from './ports.ts';
import type { BundleSummary, ReleaseRecord, StoredProject } from './records.ts';
import { Session } from './session.ts';

/** A key nobody else has; each use in these tests counts on. */
let keys = 0;
function stream(purpose: StreamPurpose) {
  keys += 1;
  return chacha20Source(new Uint8Array(32).fill(keys), purpose);
}

const CRASH = { kind: 'worker-crashed', detail: 'on purpose' } as const;
const REFERENCE = { name: 'reference', because: 'wasm-unavailable' } as const;

/** The real computations, on this thread instead of in workers. */
const jobs: Jobs = {
  readTable: async (bytes) => readCsv(bytes),
  simulateCohort: async () => fail({ kind: 'worker-crashed', detail: 'not used here' }),
  plan: async (request, { onForecast }) => {
    const planned = planTraining(request);
    if (!planned.ok) return planned;
    const forecast = { plan: planned.value, expectedMs: 1, machine: REFERENCE };
    onForecast(forecast);
    const tradeOff = tradeOffCurve([planned.value.mechanism.parameters]);
    return tradeOff.ok ? succeed({ forecast, tradeOff: tradeOff.value }) : fail(CRASH);
  },
  totalCost: async (mechanisms, delta) => {
    const total = certifyComposition(mechanisms, delta);
    return total.ok ? total : fail({ kind: 'total-not-certified' });
  },
  train: async ({ table, plan }, { signal, onProgress }) => {
    const problem = bindTable(plan, table);
    const state = { ...init(plan, stream('initialLocation')) };
    const randomness = {
      variationalDraw: stream('variationalDraw'),
      subsample: stream('subsample'),
      mechanismNoise: stream('mechanismNoise'),
    };
    const { steps } = plan.mechanism.parameters;
    while (state.step < steps) {
      stepInPlace(problem, state, randomness);
      if (state.step % 250 === 0) {
        onProgress?.(state.step, steps);
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (signal.aborted) return fail({ kind: 'cancelled' });
      }
    }
    return succeed({ posterior: posteriorOf(plan, state), machine: REFERENCE });
  },
  makeBundle: async ({ release, partyName, createdOn, setCount }) => {
    const { codebook, plan, posterior, source } = release;
    const simulated = source.kind === 'simulated';
    const draw = plan.settings.outcomeDraw;
    const bytes = writeBundle({
      partyName,
      createdOn,
      softwareVersion: '0.0.0',
      licence: 'CC-BY-4.0',
      codebook,
      rowCount: plan.rowCount,
      settings: plan.settings,
      mechanism: plan.mechanism,
      simulated,
      posterior,
      sets: drawSyntheticSets(posterior, setCount, plan.rowCount, draw, stream('synthesis')),
    });
    return succeed({ bytes, summary: summaryOf(bytes, 'own') });
  },
  readBundle: async (bytes) => {
    const read = readBundle(bytes, { certify });
    return read.ok ? succeed(summaryOf(bytes, 'peer')) : read;
  },
  analyse: async ({ question, codebook, local, parties, choice }) => {
    const sets = [];
    for (const { id, bytes } of parties) {
      const read = readBundle(bytes, { certify });
      if (!read.ok) return read;
      sets.push({ id, sets: read.value.bundle.sets });
    }
    const predictors = codebook.variables.map(({ name }) => name);
    const { family, errors } = choice;
    const input = { codebook, choice: { predictors }, family, errors, local, parties: sets };
    if (question === 'by-party') {
      const compared = analyseParties(input);
      return compared.ok ? succeed({ kind: 'by-party', parties: compared.value }) : compared;
    }
    const pooled = analysePooled(input);
    return pooled.ok ? succeed({ kind: 'pooled', analysis: pooled.value }) : pooled;
  },
};

function summaryOf(bytes: Uint8Array, origin: 'own' | 'peer'): BundleSummary {
  const read = readBundle(bytes, { certify });
  if (!read.ok) throw new Error(read.failure.kind);
  const { bundle, codebookId } = read.value;
  return {
    id: contentHashOf(bytes),
    origin,
    fileName: 'twins.zip',
    byteLength: bytes.length,
    partyName: bundle.partyName,
    createdOn: bundle.createdOn,
    codebookId,
    codebook: bundle.codebook,
    rowCount: bundle.rowCount,
    setCount: bundle.sets.length,
    epsilon: bundle.mechanism.cost.epsilonUpper,
    delta: bundle.mechanism.cost.delta,
    simulated: bundle.simulated,
    included: origin === 'peer',
  };
}

/** A browser's storage: what is put comes out as a copy, as from IndexedDB. */
class Browser {
  project: StoredProject | null = null;
  readonly releases = new Map<string, ReleaseRecord>();
  readonly bundles = new Map<string, BundleSummary>();
  readonly files = new Map<string, Uint8Array>();
  readonly downloads: { readonly fileName: string; readonly bytes: Uint8Array }[] = [];
  refuses = false;

  private async write(change: () => void): Promise<void> {
    if (this.refuses) throw new Error('QuotaExceededError');
    change();
  }

  readonly vault: Vault = {
    load: async () => ({
      project: structuredClone(this.project),
      releases: structuredClone([...this.releases.values()]),
      bundles: structuredClone([...this.bundles.values()]),
    }),
    saveProject: (project) => this.write(() => (this.project = structuredClone(project))),
    putRelease: (release) => this.write(() => this.releases.set(release.id, structuredClone(release))),
    putBundle: (summary, bytes) =>
      this.write(() => {
        this.bundles.set(summary.id, structuredClone(summary));
        this.files.set(summary.id, bytes.slice());
      }),
    updateBundle: (summary) => this.write(() => this.bundles.set(summary.id, structuredClone(summary))),
    bundleBytes: async (id) => this.files.get(id)?.slice() ?? null,
    removeBundle: (id) =>
      this.write(() => {
        this.bundles.delete(id);
        this.files.delete(id);
      }),
    forgetEverything: () =>
      this.write(() => {
        this.project = null;
        for (const kept of [this.releases, this.bundles, this.files]) kept.clear();
      }),
  };

  open(change: Partial<Jobs> = {}): Session {
    const ports: Ports = {
      jobs: { ...jobs, ...change },
      vault: this.vault,
      exporter: { download: (fileName, bytes) => this.downloads.push({ fileName, bytes }) },
      clock: { nowMs: () => Date.now(), today: () => '2026-01-31', newId: () => crypto.randomUUID() },
    };
    return new Session(ports);
  }
}

/** A cell that can only come from a row. */
const SECRET = 'only-in-the-rows-4711';

function csv(rows: number, shift: number): Uint8Array {
  const lines = ['ward,sex,note,ill'];
  for (let i = 0; i < rows; i += 1) {
    const ward = ['A', 'B', 'C'][i % 3];
    const sex = (i >> 2) % 2 === 0 ? 'F' : 'M';
    lines.push(`${ward},${sex},${SECRET}-${i},${(i * 7 + shift) % 5 === 0 ? 1 : 0}`);
  }
  return new TextEncoder().encode(lines.join('\n'));
}

const file = (bytes: Uint8Array, name = 'table.csv') => ({ name, bytes: async () => bytes.slice() });

async function withCodebook(browser: Browser, shift: number, change: Partial<Jobs> = {}): Promise<Session> {
  const session = browser.open(change);
  await session.start();
  await session.openFile(file(csv(300, shift)));
  session.setPartyName(`Hospital ${shift}`);
  const { draft } = session.getState().codebook;
  if (draft === null) throw new Error('no draft was proposed');
  session.editDraft({
    ...draft,
    title: 'Two wards',
    columns: draft.columns.map((column) =>
      column.name === 'note' ? { ...column, role: 'ignored' } : column,
    ),
  });
  expect(session.confirmCodebook(true)).toBe(true);
  session.editPrivacy({ eventRateGuess: '0.2', declaredRowCount: 300 });
  await session.makePlan();
  expect(session.getState().plan.kind).toBe('ready');
  return session;
}

async function withBundle(browser: Browser, shift: number): Promise<{ session: Session; bytes: Uint8Array }> {
  const session = await withCodebook(browser, shift);
  await session.train();
  session.setSetCount('5');
  await session.makeBundle();
  const [own] = session.getState().bundles;
  const bytes = own === undefined ? undefined : browser.files.get(own.id);
  if (bytes === undefined) throw new Error('no bundle was made');
  return { session, bytes };
}

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

  it('refuses a bundle under another codebook and says what differs', async () => {
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
    session.confirmCodebook(true);
    await session.importBundles([file(bytes)]);
    expect(session.getState().imports).toMatchObject([
      { failure: { kind: 'other-codebook', differences: [{ kind: 'reference', variable: 'ward' }] } },
    ]);
    expect(session.getState().bundles).toEqual([]);
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
    const stored = JSON.stringify([
      browser.project,
      ...browser.releases.values(),
      ...browser.bundles.values(),
    ]);
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
    const { totalCost } = session.getState();
    expect(totalCost?.epsilonUpper).toBeGreaterThan(0.9);
    expect(totalCost?.epsilonUpper).toBeLessThanOrEqual(1);
  });

  it('does not count a run that was cancelled before anyone saw it', async () => {
    const session = await withCodebook(new Browser(), 1);
    const running = session.train();
    await Promise.resolve();
    session.cancelTraining();
    await running;
    expect(session.getState().training.kind).toBe('cancelled');
    expect(session.getState().totalCost).toBeNull();
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
    const once = session.getState().totalCost?.epsilonUpper ?? 0;
    crash = false;
    await session.train();
    const twice = session.getState().totalCost?.epsilonUpper ?? 0;
    expect(once).toBeGreaterThan(0.9);
    expect(twice).toBeGreaterThan(once);
    expect(twice).toBeLessThan(2 * once);
  });
});

describe('what the review of a hostile reader asked for', () => {
  it('texts that were only read from the file are not stored before somebody declares them', async () => {
    const browser = new Browser();
    const session = browser.open();
    await session.start();
    await session.openFile(file(csv(60, 1)));
    const { draft } = session.getState().codebook;
    if (draft === null) throw new Error('no draft was proposed');
    session.editDraft({ ...draft, title: 'Typed before the reload' });
    const stored = JSON.stringify(browser.project);
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
    session.chooseSite('ward', 'A');
    session.saveCodebook(false);
    expect(browser.downloads).toEqual([]);
    expect(session.confirmCodebook(false)).toBe(false);
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
    session.chooseSite('ward', 'B');
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
