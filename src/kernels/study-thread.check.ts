/** One thread of `study.check.ts`: does the parts that it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import type { StudyPart } from '../core/study/parts.ts';
import { StudyWorkshop, type WorkshopTools } from '../core/study/study-workshop.ts';
import type { TwinModel } from '../core/study/twin-maker.ts';
import { trainByKernel } from './train-twin.ts';

export type ThreadTools = Omit<WorkshopTools, 'train'>;

const port = parentPort;
if (port === null) throw new Error('this file runs in a thread of the study');
const workshop = new StudyWorkshop({ ...(workerData as ThreadTools), train: trainByKernel });

port.on('message', ({ part, twins }: { part: StudyPart; twins: readonly TwinModel[] }) => {
  workshop.run(part, twins).then(
    (result) => port.postMessage({ result }),
    (error: unknown) => port.postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
});
