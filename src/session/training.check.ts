import type { Jobs } from './ports.ts';
import type { Session } from './session.ts';
import { type Browser, csv, file, jobs } from './session-in-memory.check.ts';

/** Trainings that are interrupted, for tests. */
export type Train = Jobs['train'];

/** Lets a training go on for a while; `until` looks at the page. */
export async function meanwhile(session: Session, until: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !until(); i += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  if (!until()) throw new Error(`it never came to that: ${JSON.stringify(session.getState().training)}`);
}

export const running = (session: Session) => session.getState().training.kind === 'running';
export const stepsDone = (session: Session) => {
  const { training } = session.getState();
  return training.kind === 'running' ? training.stepsDone : 0;
};

/** A tab that dies: its training never answers, and nothing of it is written any more. */
export const dies: Train = () => new Promise(() => undefined);

/** Runs until a checkpoint is written, and then the tab dies. */
export const diesAfterACheckpoint: Train = (problem, watch) =>
  new Promise((_) => {
    void jobs.train(problem, {
      ...watch,
      signal: new AbortController().signal,
      onCheckpoint: (state) => {
        if (state.step === 250) watch.onCheckpoint?.(state);
      },
      onProgress: () => undefined,
    });
  });

export async function reopened(browser: Browser, change: Partial<Jobs> = {}): Promise<Session> {
  const session = browser.open(change);
  await session.start();
  await session.openFile(file(csv(300, 1)));
  return session;
}
