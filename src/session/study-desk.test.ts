import { describe, expect, it } from 'vitest';
import type { Posterior } from '../core/inference/posterior.ts';
import { parameterLayout } from '../core/model/layout.ts';
import { succeed } from '../core/result.ts';
import { centreSizes, simulatedStudyData } from '../core/study/study-data.ts';
import { StudyWorkshop } from '../core/study/study-workshop.ts';
import type { TrainTwin } from '../core/study/twin-maker.ts';
import type { Jobs } from './ports.ts';
import { Browser } from './session-in-memory.check.ts';
import type { StudyDesk } from './study-desk.ts';

/** Every level as likely as every other: what is tested is the arrangement around the trainings. */
const untrained: TrainTwin = async (plan): Promise<Posterior> => {
  const { dimension, intercept } = parameterLayout(plan.shape);
  const location = new Float64Array(dimension);
  location[intercept] = Math.log(0.2);
  return { shape: plan.shape, location, scale: new Float64Array(dimension).fill(0.05) };
};

const data = simulatedStudyData(new Uint8Array(32).fill(3));

/** Parts on this thread; counts them, and calls out after each. */
function crewing(afterPart: (ran: number) => void = () => undefined) {
  const ran: string[] = [];
  const openStudy: Jobs['openStudy'] = async ({ settings, seed }) => {
    const workshop = new StudyWorkshop({
      data,
      settings: { ...settings, setCount: 2, draws: 5 },
      seed,
      train: untrained,
    });
    const runner = async (...[part, twins]: Parameters<StudyWorkshop['run']>) => {
      const result = await workshop.run(part, twins);
      ran.push(part.id);
      afterPart(ran.length);
      return result;
    };
    return succeed({ centres: centreSizes(data), runners: [runner], close: () => undefined });
  };
  return { ran, openStudy };
}

async function deskOf(browser: Browser, jobs: Partial<Jobs>): Promise<StudyDesk> {
  return browser.open(jobs).study();
}

describe('the study of a tab', () => {
  it('runs to the end, and hands out picture and tables', async () => {
    const browser = new Browser();
    const desk = await deskOf(browser, crewing());
    await desk.start(null);
    expect(desk.getState().run).toMatchObject({ kind: 'done', done: 68, total: 68 });
    expect(desk.getState().view?.picture.panels[0]?.groups).toHaveLength(15);
    for (const format of ['svg', 'csv', 'comparisons'] as const) desk.save(format);
    const names = browser.downloads.map(({ fileName }) => fileName);
    expect(names).toEqual([
      'twinpool-study-figure-1.svg',
      'twinpool-study-figure-1.csv',
      'twinpool-study-figure-1-comparisons.csv',
    ]);
  });

  it('finds nothing of one synthesizer when another is chosen', async () => {
    const browser = new Browser();
    const chosen: { desk?: StudyDesk } = {};
    const crew = crewing((ran) => {
      if (ran === 70) chosen.desk?.pause();
    });
    const desk = await deskOf(browser, crew);
    chosen.desk = desk;
    await desk.start(null);
    desk.choose({ synthesizer: 'tables' });
    expect(desk.getState()).toMatchObject({ run: { kind: 'idle' }, view: null });
    await desk.start(null);
    expect(desk.getState().run).toMatchObject({ kind: 'paused', done: 2 });
  });

  it('pauses, and goes on in another tab from what this browser keeps', async () => {
    const browser = new Browser();
    const paused: { desk?: StudyDesk } = {};
    const first = crewing((ran) => {
      if (ran === 20) paused.desk?.pause();
    });
    paused.desk = await deskOf(browser, first);
    await paused.desk.start(null);
    expect(paused.desk.getState().run).toMatchObject({ kind: 'paused', done: 20 });
    const second = crewing();
    const again = await deskOf(browser, second);
    await again.start(null);
    expect(again.getState().run.kind).toBe('done');
    expect(second.ran).toHaveLength(48);
    expect(new Set([...first.ran, ...second.ran]).size).toBe(68);
  });

  it('ends at once when cancelled, and shows nothing of it', async () => {
    const browser = new Browser();
    const ended: { desk?: StudyDesk } = {};
    ended.desk = await deskOf(
      browser,
      crewing((ran) => {
        if (ran === 20) ended.desk?.cancel();
      }),
    );
    await ended.desk.start(null);
    expect(ended.desk.getState()).toMatchObject({ run: { kind: 'idle' }, view: null });
  });

  it('says what broke', async () => {
    const browser = new Browser();
    const broken = crewing(() => {
      throw new Error('on purpose');
    });
    const desk = await deskOf(browser, broken);
    await desk.start(null);
    expect(desk.getState().run).toMatchObject({ kind: 'failed', failure: { kind: 'worker-crashed' } });
  });

  it('runs where the browser refuses to store', async () => {
    const browser = new Browser();
    browser.refuses = true;
    const desk = await deskOf(browser, crewing());
    await desk.start(null);
    expect(desk.getState().run.kind).toBe('done');
  });

  it('lets go of what was kept', async () => {
    const browser = new Browser();
    const desk = await deskOf(browser, crewing());
    await desk.start(null);
    expect(browser.studyParts.size).toBe(68);
    await desk.forget();
    expect(browser.studyParts.size).toBe(0);
  });
});
