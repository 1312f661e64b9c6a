import { describe, expect, it } from 'vitest';
import { copyState, type DpviState } from '../core/inference/dpvi-state.ts';
import { fail, succeed } from '../core/result.ts';
import { currentRelease, isChangedTable, openTrainings, spentReleases } from './journey.ts';
import { Browser, csv, file, firstTotal, jobs, withCodebook } from './session-in-memory.check.ts';
import { dies, diesAfterACheckpoint, meanwhile, reopened, running, stepsDone } from './training.check.ts';

describe('a training that is paused', () => {
  it('goes on where it stopped and is one release of T steps', async () => {
    const from: (number | null)[] = [];
    let done: number[] = [];
    const session = await withCodebook(new Browser(), 1, {
      train: (problem, watch) => {
        from.push(problem.from?.step ?? null);
        done = [];
        const onProgress = (steps: number, total: number) => {
          done.push(steps);
          watch.onProgress?.(steps, total);
        };
        return jobs.train(problem, { ...watch, onProgress });
      },
    });
    const training = session.train();
    await meanwhile(session, () => stepsDone(session) >= 250);
    session.pauseTraining();
    await training;
    expect(session.getState().training.kind).toBe('paused');
    const [paused] = openTrainings(session.getState());
    expect(paused?.status).toBe('paused');
    expect(paused?.stepsDone).toBe(done.at(-1));
    // Nothing of it can be used, and it counts until it is cancelled.
    expect(currentRelease(session.getState())).toBeNull();
    expect(spentReleases(session.getState())).toHaveLength(1);

    await session.resumeTraining(paused?.id ?? '');
    expect(session.getState().training.kind).toBe('finished');
    expect(from).toEqual([null, paused?.stepsDone]);
    expect(done[0]).toBeGreaterThan(paused?.stepsDone ?? 0);
    expect(session.getState().releases).toHaveLength(1);
    expect(currentRelease(session.getState())?.attempt).toBe(2);
  });

  it('can be gone on with after a reload, once the rows are there again', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const training = session.train();
    await meanwhile(session, () => stepsDone(session) >= 250);
    session.pauseTraining();
    await training;
    const [paused] = openTrainings(session.getState());

    const again = browser.open();
    await again.start();
    await again.resumeTraining(paused?.id ?? '');
    expect(again.getState().training.kind).toBe('idle');
    await again.openFile(file(csv(300, 1)));
    await again.resumeTraining(paused?.id ?? '');
    expect(again.getState().training.kind).toBe('finished');
    expect(browser.checkpoints.size).toBe(0);
  });

  it('costs nothing once it is cancelled, and is gone', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const training = session.train();
    await meanwhile(session, () => stepsDone(session) >= 125);
    session.pauseTraining();
    await training;
    await session.cancelTraining(openTrainings(session.getState())[0]?.id);
    expect(firstTotal(session.getState())).toBeNull();
    expect(openTrainings(session.getState())).toEqual([]);
    expect(browser.checkpoints.size).toBe(0);
  });
});

describe('a tab that dies while training', () => {
  it('leaves an entry that counts, and the training goes on from its last checkpoint', async () => {
    const browser = new Browser();
    const first = await withCodebook(browser, 1, { train: diesAfterACheckpoint });
    void first.train();
    await meanwhile(first, () => browser.checkpoints.size > 0);

    const from: (number | null)[] = [];
    const session = await reopened(browser, {
      train: (problem, watch) => {
        from.push(problem.from?.step ?? null);
        return jobs.train(problem, watch);
      },
    });
    const [open] = openTrainings(session.getState());
    expect(open).toMatchObject({ status: 'started', attempt: 1, stepsDone: 250 });
    expect(firstTotal(session.getState())?.epsilonUpper).toBeGreaterThan(0.9);
    await session.resumeTraining(open?.id ?? '');
    expect(from).toEqual([250]);
    expect(session.getState().releases.map(({ status }) => status)).toEqual(['finished']);
    expect(firstTotal(session.getState())?.epsilonUpper).toBeLessThanOrEqual(1);
  });

  it('before a checkpoint begins anew: nobody saw a step', async () => {
    const browser = new Browser();
    const first = await withCodebook(browser, 1, { train: dies });
    void first.train();
    await meanwhile(first, () => [...browser.releases.values()][0]?.status === 'started');
    const session = await reopened(browser);
    await session.resumeTraining(openTrainings(session.getState())[0]?.id ?? '');
    expect(session.getState().training.kind).toBe('finished');
  });

  it('is not gone on with under another table', async () => {
    const browser = new Browser();
    const first = await withCodebook(browser, 1, { train: dies });
    void first.train();
    await meanwhile(first, () => [...browser.releases.values()][0]?.status === 'started');
    const session = browser.open();
    await session.start();
    await session.openFile(file(csv(300, 1), 'other.csv'));
    await session.resumeTraining(openTrainings(session.getState())[0]?.id ?? '');
    expect(session.getState().training.kind).toBe('idle');
    expect(openTrainings(session.getState())).toHaveLength(1);
  });
});

describe('a file that changed between two sessions', () => {
  it('ends no training that was begun with its earlier rows, and the page can say why', async () => {
    const browser = new Browser();
    const first = await withCodebook(browser, 1, { train: dies });
    void first.train();
    await meanwhile(first, () => [...browser.releases.values()][0]?.status === 'started');
    const session = browser.open();
    await session.start();
    // as many rows, the same name; the outcomes are others
    await session.openFile(file(csv(300, 2)));
    await meanwhile(session, () => isChangedTable(session.getState()));
    const id = openTrainings(session.getState())[0]?.id ?? '';
    await session.resumeTraining(id);
    expect(session.getState().training.kind).toBe('idle');
    expect([...browser.releases.values()].map(({ attempt }) => attempt)).toEqual([1]);

    await session.openFile(file(csv(300, 1)));
    await session.resumeTraining(id);
    expect(session.getState().training.kind).toBe('finished');
    expect(isChangedTable(session.getState())).toBe(false);
  });

  it('is another name’s business where nothing was trained under this one', async () => {
    const session = await withCodebook(new Browser(), 1);
    await session.train();
    await session.openFile(file(csv(300, 2), 'other.csv'));
    await session.makePlan();
    expect(isChangedTable(session.getState())).toBe(false);
  });
});

describe('no noisy sum is drawn twice and seen', () => {
  it('of two tabs at one checkpoint, the older one writes and shows nothing more', async () => {
    const browser = new Browser();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const first = await withCodebook(browser, 1, {
      train: async (problem, watch) => {
        const ended = await jobs.train(problem, watch);
        await held;
        return ended;
      },
    });
    const firstTraining = first.train();
    await meanwhile(first, () => browser.checkpoints.size > 0);

    const second = await reopened(browser);
    const [open] = openTrainings(second.getState());
    expect(second.getState().elsewhere).toEqual([open?.id]);
    await second.resumeTraining(open?.id ?? '');
    expect(second.getState().training.kind).toBe('finished');
    const kept = [...browser.releases.values()][0];

    goOn();
    await firstTraining;
    expect(first.getState().training).toEqual({ kind: 'failed', failure: { kind: 'overtaken' } });
    // The ledger has the other tab's end, and this tab shows that one.
    expect([...browser.releases.values()]).toEqual([kept]);
    expect(first.getState().releases[0]?.posterior).toEqual(kept?.posterior);
  });

  it('a checkpoint of an overtaken tab is refused and ends its training', async () => {
    const browser = new Browser();
    let checkpoint: ((state: DpviState) => void) | undefined;
    let at: DpviState | null = null;
    const first = await withCodebook(browser, 1, {
      train: (problem, watch) =>
        new Promise((resolve) => {
          watch.signal.addEventListener('abort', () => resolve(fail({ kind: 'cancelled' })));
          checkpoint = watch.onCheckpoint;
          const halt = new AbortController();
          void jobs.train(problem, {
            signal: halt.signal,
            onCheckpoint: (state) => {
              at = copyState(state);
              halt.abort();
            },
          });
        }),
    });
    const firstTraining = first.train();
    await meanwhile(first, () => at !== null);
    const second = await reopened(browser, { train: dies });
    void second.resumeTraining(openTrainings(second.getState())[0]?.id ?? '');
    await meanwhile(second, () => [...browser.releases.values()][0]?.attempt === 2);
    if (at !== null) checkpoint?.(at);
    await firstTraining;
    expect(browser.checkpoints.size).toBe(0);
    expect(first.getState().training).toEqual({ kind: 'failed', failure: { kind: 'overtaken' } });
  });

  it('a result that cannot be written is not shown, and is once it can be', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1, {
      train: async (problem, watch) => {
        const ended = await jobs.train(problem, watch);
        browser.refuses = true;
        return ended;
      },
    });
    await session.train();
    expect(session.getState().training.kind).toBe('not-kept');
    expect(currentRelease(session.getState())).toBeNull();
    // A reload now would go on from the checkpoint; so another training may not take the place of the only copy.
    await session.keepTrainingResult();
    expect(session.getState().training.kind).toBe('not-kept');
    browser.refuses = false;
    await session.keepTrainingResult();
    expect(session.getState().training.kind).toBe('finished');
    expect(currentRelease(session.getState())).not.toBeNull();
    expect([...browser.releases.values()].map(({ status }) => status)).toEqual(['finished']);
  });

  it('nothing is drawn where the claim cannot be written', async () => {
    const browser = new Browser();
    let trained = 0;
    const session = await withCodebook(browser, 1, {
      train: (problem, watch) => {
        trained += 1;
        return jobs.train(problem, watch);
      },
    });
    const training = session.train();
    await meanwhile(session, () => stepsDone(session) > 0);
    session.pauseTraining();
    await training;
    browser.refuses = true;
    await session.resumeTraining(openTrainings(session.getState())[0]?.id ?? '');
    expect(session.getState().training).toEqual({ kind: 'failed', failure: { kind: 'not-stored' } });
    expect(trained).toBe(1);
  });

  it('an error of the training itself counts and is not tried again', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1, {
      train: async () => fail({ kind: 'worker-crashed', detail: 'not finite' }),
    });
    await session.train();
    expect(openTrainings(session.getState())).toEqual([]);
    expect([...browser.releases.values()].map(({ status }) => status)).toEqual(['failed']);
    expect(firstTotal(session.getState())).not.toBeNull();
    await session.resumeTraining([...browser.releases.keys()][0] ?? '');
    expect([...browser.releases.values()].map(({ attempt }) => attempt)).toEqual([1]);
  });

  it('a training that ends after everything was forgotten leaves and shows nothing', async () => {
    const browser = new Browser();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const session = await withCodebook(browser, 1, {
      train: async (problem, watch) => {
        const ended = await jobs.train(problem, watch);
        await held;
        return ended.ok ? succeed(ended.value) : ended;
      },
    });
    const training = session.train();
    await meanwhile(session, () => running(session));
    await session.forgetEverything();
    goOn();
    await training;
    expect(session.getState().training.kind).toBe('idle');
    expect(session.getState().releases).toEqual([]);
    expect([...browser.releases.values(), ...browser.checkpoints.keys()]).toEqual([]);
  });
});
