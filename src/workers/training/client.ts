import { proxy } from 'comlink';
import type { Jobs } from '../../session/ports.ts';
import { workerJob } from '../boundary/spawn.ts';
import type { TrainingContract } from './contract.ts';
import TrainingWorker from './training.worker.ts?worker&inline';

const onProcessor = workerJob<TrainingContract>(() => new TrainingWorker());

/**
 * The worker that knows the graphics engine is started only where there is an adapter: it carries tfjs. Where it does not
 * load, the training runs without it and says so.
 */
async function trainingJob(): Promise<{ run: typeof onProcessor; withoutGraphics: string | null }> {
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!adapter) return { run: onProcessor, withoutGraphics: null };
  try {
    const { default: GraphicsWorker } = await import('./graphics-training.worker.ts?worker&inline');
    return { run: workerJob<TrainingContract>(() => new GraphicsWorker()), withoutGraphics: null };
  } catch (error) {
    return { run: onProcessor, withoutGraphics: error instanceof Error ? error.message : String(error) };
  }
}

/** The table is copied, since the page goes on using it. */
export const train: Jobs['train'] = async ({ table, plan, from }, watch) => {
  const { run, withoutGraphics } = await trainingJob();
  return run((remote, report) => {
    const checkpoint = proxy((state: Parameters<NonNullable<typeof watch.onCheckpoint>>[0]) => {
      if (!watch.signal.aborted) watch.onCheckpoint?.(state);
    });
    const pause = () => void remote.pause();
    const training = remote.train(table, plan, from ?? null, withoutGraphics, report, checkpoint);
    if (watch.pause?.aborted === true) pause();
    else watch.pause?.addEventListener('abort', pause, { once: true });
    return training.finally(() => watch.pause?.removeEventListener('abort', pause));
  }, watch);
};
