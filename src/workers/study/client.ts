import { fail, succeed } from '../../core/result.ts';
import type { StudyDataFailure } from '../../core/study/study-data.ts';
import type { PartRunner } from '../../core/study/study-run.ts';
import { aloneTimer, TrainingPace } from '../../core/study/training-pace.ts';
import { packTable } from '../../core/table/packed-texts.ts';
import type { Jobs } from '../../session/ports.ts';
import type { StudyRequest } from '../../session/requests.ts';
import { poolSize, WorkerPool } from '../boundary/pool.ts';
import type { PackedStudyRequest, StudyContract } from './contract.ts';
import { openGraphicsTrainer } from './graphics-trainer.ts';
import StudyWorker from './study.worker.ts?worker&inline';

/** A pool of workers, each with the study's data, until the crew is let go; beside them the graphics processor, where there is one. */
export const openStudy: Jobs['openStudy'] = async (request, { signal, onGraphics = () => undefined }) => {
  const ending = new AbortController();
  const packed = packedRequest(request);
  const pool = new WorkerPool<StudyContract, StudyDataFailure>(
    () => new StudyWorker(),
    poolSize(navigator.hardwareConcurrency),
    (remote) => remote.open(packed),
  );
  const close = () => {
    ending.abort();
    pool.close();
  };
  if (signal.aborted) return fail({ kind: 'cancelled' });
  signal.addEventListener('abort', close, { once: true });
  const watch = { signal: ending.signal };
  const centres = await pool.run((remote) => remote.centres(), watch);
  if (!centres.ok) {
    close();
    return centres;
  }
  const pace = new TrainingPace();
  const timed = aloneTimer(pace, pool.size);
  const runner: PartRunner = async (part, twins) => {
    const startMs = performance.now();
    const made = await pool.run((remote) => remote.run(part, twins), watch);
    if (!made.ok)
      throw new Error(made.failure.kind === 'worker-crashed' ? made.failure.detail : made.failure.kind);
    timed(part.kind, performance.now() - startMs);
    return made.value;
  };
  const together = await openGraphicsTrainer({
    request: packed,
    signal: ending.signal,
    pace,
    onGraphics,
    load: () => import('./graphics-study.worker.ts?worker&inline'),
  });
  return succeed({
    centres: centres.value,
    runners: Array.from({ length: pool.size }, () => runner),
    ...(together && { together }),
    close() {
      together?.close();
      close();
    },
  });
};

function packedRequest({ source, ...rest }: StudyRequest): PackedStudyRequest {
  if (source.kind === 'simulated') return { source, ...rest };
  return { source: { ...source, raw: packTable(source.raw) }, ...rest };
}
