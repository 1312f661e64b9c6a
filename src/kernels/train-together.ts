import type { Posterior } from '../core/inference/posterior.ts';
import { fail, type Result, succeed } from '../core/result.ts';
import type { PartResult } from '../core/study/part-results.ts';
import type { TwinPart } from '../core/study/parts.ts';
import { StudyWorkshop, type WorkshopTools } from '../core/study/study-workshop.ts';
import type { TrainTwin } from '../core/study/twin-maker.ts';
import { type GraphicsRefusal, refusalOfGap } from './choose-machine.ts';
import { MachineLost } from './kernel.ts';
import { publicCheckGap } from './webgpu/public-check.ts';
import { type OpenDevice, openWebgpuRuns, type WebgpuProblem } from './webgpu/webgpu-machine.ts';

/** The public check of the program that many models run; null where it may train. */
export async function graphicsRefusal(openDevice: OpenDevice): Promise<GraphicsRefusal | null> {
  const device = await openDevice();
  if (!device.ok) return { kind: 'unavailable', reason: device.failure };
  return refusalOfGap(await publicCheckGap(openDevice, 'one'));
}

/** A training that waits for the others of its batch. */
interface Waiting extends WebgpuProblem {
  readonly answer: (posterior: Posterior) => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * Trains parts of a study many at a time, a workgroup each. Every part is planned and keyed by the workshop as it would be
 * alone; only its training waits until all of the batch have come. The machine draws its streams in an order of its own, so a
 * result is not the number that a processor makes of the same key, but one of the same law.
 */
export class GraphicsWorkshop {
  readonly #openDevice: OpenDevice;
  readonly #workshop: StudyWorkshop;
  #expected = 0;
  #waiting: Waiting[] = [];

  constructor(openDevice: OpenDevice, tools: Omit<WorkshopTools, 'train'>) {
    this.#openDevice = openDevice;
    this.#workshop = new StudyWorkshop({ ...tools, train: this.#train });
  }

  /** One call at a time. Results in the order of the parts, or why the device did not give them. */
  async run(parts: readonly TwinPart[]): Promise<Result<readonly PartResult[], string>> {
    this.#expected = parts.length;
    this.#waiting = [];
    try {
      return succeed(await Promise.all(parts.map((part) => this.#workshop.run(part, []))));
    } catch (error) {
      if (error instanceof MachineLost) return fail(error.message);
      throw error;
    }
  }

  readonly #train: TrainTwin = (plan, table, key) =>
    new Promise((answer, refuse) => {
      const batch = this.#waiting;
      batch.push({ plan, table, key, answer, refuse });
      if (batch.length < this.#expected) return;
      this.#trainAll(batch).catch((error: unknown) => {
        for (const one of batch) one.refuse(error);
      });
    });

  async #trainAll(batch: readonly Waiting[]): Promise<void> {
    const opened = await openWebgpuRuns(this.#openDevice, batch);
    if (!opened.ok) {
      const { failure } = opened;
      throw new MachineLost('reason' in failure ? failure.reason : failure.kind);
    }
    const runs = opened.value;
    try {
      await runs.advance(Math.max(...batch.map(({ plan }) => plan.mechanism.parameters.steps)));
      for (const [i, posterior] of runs.posteriors().entries()) batch[i]!.answer(posterior);
    } finally {
      runs.close();
    }
  }
}
