import { describe, expect, it } from 'vitest';
import { isOpen, openTrainings, spentReleases } from './journey.ts';
import { Browser, jobs, withCodebook } from './session-in-memory.check.ts';
import { dies, meanwhile, reopened, running } from './training.check.ts';
import { TrainingRate } from './training-rate.ts';

describe('several trainings', () => {
  it('run one after the other, each with its own rows, also from another project', async () => {
    const browser = new Browser();
    let most = 0;
    let now = 0;
    const rows: number[] = [];
    const session = await withCodebook(browser, 1, {
      train: async (problem, watch) => {
        now += 1;
        most = Math.max(most, now);
        rows.push(problem.table.rowCount);
        const ended = await jobs.train(problem, watch);
        now -= 1;
        return ended;
      },
    });
    const all = [session.train(), session.train()];
    await meanwhile(session, () => running(session));
    await session.newProject('Another');
    expect(running(session)).toBe(true);
    await Promise.all(all);
    await meanwhile(session, () => openTrainings(session.getState()).length === 0);
    expect(most).toBe(1);
    expect(rows).toEqual([300, 300]);
    expect(session.getState().releases.map(({ status, sequence }) => [status, sequence])).toEqual([
      ['finished', 1],
      ['finished', 2],
    ]);
  });

  it('one that waits is cancelled without having drawn anything, and does not count before', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const first = session.train();
    const second = session.train();
    await meanwhile(session, () => running(session));
    const waiting = openTrainings(session.getState()).find(({ status }) => status === 'queued');
    expect(spentReleases(session.getState())).toHaveLength(1);
    await session.cancelTraining(waiting?.id);
    await Promise.all([first, second]);
    expect([...browser.releases.values()].map(({ status }) => status).sort()).toEqual([
      'cancelled',
      'finished',
    ]);
  });

  it('one that waited when the tab was closed can be started later', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1, { train: dies });
    void session.train();
    void session.train();
    const started = () => [...browser.releases.values()].some(({ status }) => status === 'started');
    await meanwhile(session, () => browser.releases.size === 2 && started());
    const again = await reopened(browser);
    const waiting = openTrainings(again.getState()).find(({ status }) => status === 'queued');
    await again.resumeTraining(waiting?.id ?? '');
    expect(again.getState().training).toMatchObject({ kind: 'finished' });
  });
});

describe('a training whose turn has come', () => {
  it('is not begun where the cap was lowered meanwhile, and can be begun when there is room again', async () => {
    const browser = new Browser();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const session = await withCodebook(browser, 1, {
      train: async (problem, watch) => {
        await held;
        return jobs.train(problem, watch);
      },
    });
    const first = session.train();
    const second = session.train();
    await meanwhile(session, () => session.getState().queue.length === 1);
    const key = session.getState().ledger.openTable ?? '';
    await session.setCap(key, { epsilon: '1.2', delta: '1e-6' });
    goOn();
    await Promise.all([first, second]);
    await meanwhile(session, () => session.getState().training.kind === 'failed');
    expect(session.getState().training).toEqual({ kind: 'failed', failure: { kind: 'over-cap' } });
    expect([...browser.releases.values()].map(({ status }) => status)).toEqual(['finished', 'queued']);
    await session.setCap(key, { epsilon: '3', delta: '1e-6' });
    await session.resumeTraining(openTrainings(session.getState())[0]?.id ?? '');
    expect([...browser.releases.values()].map(({ status }) => status)).toEqual(['finished', 'finished']);
  });

  it('of two that were agreed to in two tabs at once, one finds the room', async () => {
    const browser = new Browser();
    const tabs = [await withCodebook(browser, 1), await reopened(browser)] as const;
    const key = tabs[0].getState().ledger.openTable ?? '';
    await tabs[0].setCap(key, { epsilon: '1.2', delta: '1e-6' });
    await tabs[1].makePlan();
    await Promise.all(tabs.map((tab) => tab.train()));
    await meanwhile(tabs[0], () => tabs.every((tab) => tab.getState().training.kind !== 'idle'));
    const ends = [...browser.releases.values()].map(({ status }) => status);
    expect(ends.filter((status) => status === 'finished')).toHaveLength(1);
    expect(ends.filter((status) => status === 'started')).toHaveLength(0);
  });
});

describe('a training that is cancelled', () => {
  it('in a tab without a plan is said there', async () => {
    const browser = new Browser();
    const first = await withCodebook(browser, 1, { train: dies });
    void first.train();
    await meanwhile(first, () => [...browser.releases.values()][0]?.status === 'started');
    const session = await reopened(browser);
    await session.cancelTraining(openTrainings(session.getState())[0]?.id);
    expect(session.getState().training.kind).toBe('cancelled');
    expect(isOpen(session.getState(), 'train')).toBe(true);
  });

  it('stays in the list where the browser cannot write it, and says so', async () => {
    const browser = new Browser();
    const first = await withCodebook(browser, 1, { train: dies });
    void first.train();
    await meanwhile(first, () => [...browser.releases.values()][0]?.status === 'started');
    const session = await reopened(browser);
    browser.refuses = true;
    await session.cancelTraining(openTrainings(session.getState())[0]?.id);
    expect(session.getState().training).toMatchObject({ failure: { kind: 'cancel-not-stored' } });
    expect(openTrainings(session.getState())).toHaveLength(1);
  });
});

describe('the rate of a training', () => {
  it('is that of the last seconds', () => {
    const rate = new TrainingRate();
    expect(rate.report(0, 0)).toBe(0);
    expect(rate.report(100, 1000)).toBeCloseTo(100, 9);
    // Asleep for an hour, then as before.
    let last = 0;
    for (let s = 0; s <= 10; s += 1) last = rate.report(200 + 100 * s, 3_600_000 + 1000 * s);
    expect(last).toBeCloseTo(100, 9);
  });
});
