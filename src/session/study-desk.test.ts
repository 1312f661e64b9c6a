import { describe, expect, it } from 'vitest';
import type { Posterior } from '../core/inference/posterior.ts';
import { parameterLayout } from '../core/model/layout.ts';
import { succeed } from '../core/result.ts';
import { COHORT_SKEW, FIGURE_DESIGNS, STUDY_PRESETS } from '../core/study/experiments.ts';
import { partsOf } from '../core/study/parts.ts';
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

/** Parts of figure 1 in the quick form: a twin for each centre and one analysis, a repeat. */
const PARTS = partsOf({
  design: FIGURE_DESIGNS[1],
  settings: STUDY_PRESETS.quick,
  centres: centreSizes(data),
  skew: COHORT_SKEW,
}).length;

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
    expect(desk.getState().run).toMatchObject({ kind: 'done', done: PARTS, total: PARTS });
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
      if (ran === PARTS + 2) chosen.desk?.pause();
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
    expect(second.ran).toHaveLength(PARTS - 20);
    expect(new Set([...first.ran, ...second.ran]).size).toBe(PARTS);
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
    expect(browser.studyParts.size).toBe(PARTS);
    await desk.forget();
    expect(browser.studyParts.size).toBe(0);
    expect(desk.getState().forgotten).toBe(true);
  });

  it('brings back what was forgotten, until something else is begun', async () => {
    const browser = new Browser();
    const pausing: { desk?: StudyDesk } = {};
    const crew = crewing(() => pausing.desk?.pause());
    const desk = await deskOf(browser, crew);
    pausing.desk = desk;
    await desk.start(null);
    const kept = browser.studyParts.size;
    expect(kept).toBeGreaterThan(0);
    await desk.forget();
    browser.refuses = true;
    await desk.undoForgetting();
    expect(desk.getState().forgotten).toBe(true);
    browser.refuses = false;
    await desk.undoForgetting();
    expect(browser.studyParts.size).toBe(kept);
    expect(desk.getState().forgotten).toBe(false);
    await desk.forget();
    desk.choose({ figure: '2' });
    await desk.undoForgetting();
    expect(browser.studyParts.size).toBe(0);
  });

  it('that runs while everything is forgotten ends and leaves nothing', async () => {
    const browser = new Browser();
    const forgetting: { everything?: Promise<void> } = {};
    const crew = crewing((ran) => {
      if (ran === 20) forgetting.everything = session.forgetEverything();
    });
    const session = browser.open(crew);
    const desk = await session.study();
    await desk.start(null);
    await forgetting.everything;
    expect(desk.getState().run.kind).toBe('idle');
    expect(browser.studyParts.size).toBe(0);
  });
});
