/** Trainings of a study on a graphics processor, for commands in Node. */
import type { TogetherTrainer } from '../core/study/study-run.ts';
import { TrainingPace } from '../core/study/training-pace.ts';
import type { ThreadTools } from './study-thread.check.ts';
import { GraphicsWorkshop, graphicsRefusal } from './train-together.ts';
import { demandDawnDevice } from './webgpu/dawn.check.ts';

export interface GraphicsTrainer extends TogetherTrainer {
  readonly pace: TrainingPace;
  /** What became of it, for people. */
  said(): string;
  close(): Promise<void>;
}

/** @throws Error where there is no graphics processor, or it fails its check: who asks for it wants to know */
export async function openGraphicsTrainer(tools: ThreadTools): Promise<GraphicsTrainer> {
  const { openDevice, close } = await demandDawnDevice();
  const refusal = await graphicsRefusal(openDevice);
  if (refusal !== null) throw new Error(`--gpu: ${JSON.stringify(refusal)}`);
  const workshop = new GraphicsWorkshop(openDevice, tools);
  const pace = new TrainingPace();
  const batches: string[] = [];
  let lost = '';
  return {
    pace,
    wanted: async () => (lost === '' ? pace.wanted : 0),
    async train(parts) {
      const startMs = performance.now();
      const made = await workshop.run(parts);
      if (!made.ok) {
        lost = `; lost: ${made.failure}`;
        return null;
      }
      const tookMs = performance.now() - startMs;
      pace.addTogether(parts.length, tookMs);
      batches.push(`${parts.length} in ${(tookMs / 1000).toFixed(2)} s`);
      return made.value;
    },
    said() {
      const { ratio } = pace;
      const beside = ratio === undefined ? '' : `; the last batch ${ratio.toFixed(1)} times one thread`;
      return `Trainings on the graphics processor: ${batches.join(', ') || 'none'}${beside}${lost}.`;
    },
    close,
  };
}
