import type { StudyDataFailure } from '../../core/study/study-data.ts';
import type { TogetherTrainer } from '../../core/study/study-run.ts';
import type { TrainingPace } from '../../core/study/training-pace.ts';
import type { StudyGraphics } from '../../session/requests.ts';
import { WorkerPool } from '../boundary/pool.ts';
import type { GraphicsStudyContract, PackedStudyRequest } from './contract.ts';

export interface GraphicsTrainer extends TogetherTrainer {
  close(): void;
}

interface TrainerTools {
  readonly request: PackedStudyRequest;
  readonly signal: AbortSignal;
  /** Knows how long one training takes on the processor. */
  readonly pace: TrainingPace;
  readonly onGraphics: (graphics: StudyGraphics) => void;
  /** Loads the worker's code, only where there is an adapter. */
  readonly load: () => Promise<{ readonly default: new () => Worker }>;
}

/**
 * The trainings of a study on a graphics processor, where this browser has an adapter: loaded, checked, then given more and
 * more at a time. Whatever goes wrong, it wants no more and says why; the processor does the rest.
 */
export async function openGraphicsTrainer(tools: TrainerTools): Promise<GraphicsTrainer | undefined> {
  const { request, signal, pace, onGraphics, load } = tools;
  const isTrained = request.settings.synthesizer === 'dpvi';
  const adapter = isTrained ? await navigator.gpu?.requestAdapter().catch(() => null) : null;
  if (!adapter) {
    onGraphics({ kind: 'absent' });
    return undefined;
  }
  const watch = { signal };
  let pool: WorkerPool<GraphicsStudyContract, StudyDataFailure> | undefined;
  let [ended, trainings] = [false, 0];
  const end = (graphics: StudyGraphics) => {
    ended = true;
    pool?.close();
    onGraphics(graphics);
  };
  const prepared = (async () => {
    onGraphics({ kind: 'checking' });
    try {
      const { default: GraphicsWorker } = await load();
      pool = new WorkerPool(
        () => new GraphicsWorker(),
        1,
        (remote) => remote.open(request),
      );
    } catch (error) {
      end({ kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    const refusal = await pool.run((remote) => remote.refusal(), watch);
    if (!refusal.ok) end({ kind: 'unavailable', reason: refusal.failure.kind });
    else if (refusal.value !== null) end(refusal.value);
  })();
  return {
    async wanted() {
      await prepared;
      if (!ended && pace.wanted === 0) end({ kind: 'slower', trainings });
      return ended ? 0 : pace.wanted;
    },
    async train(parts) {
      onGraphics({ kind: 'training', trainings });
      const startMs = performance.now();
      const made = await pool!.run((remote) => remote.train(parts), watch);
      if (!made.ok) {
        const { failure } = made;
        end({ kind: 'lost', reason: 'reason' in failure ? failure.reason : failure.kind, trainings });
        return null;
      }
      pace.addTogether(parts.length, performance.now() - startMs);
      trainings += parts.length;
      onGraphics({ kind: 'training', trainings });
      return made.value;
    },
    close() {
      ended = true;
      pool?.close();
    },
  };
}
