import { expose } from 'comlink';
import { succeed } from '../../core/result.ts';
import { centreSizes, simulatedStudyData, studyDataOf } from '../../core/study/study-data.ts';
import { StudyWorkshop } from '../../core/study/study-workshop.ts';
import { trainByKernel } from '../../kernels/train-twin.ts';
import type { StudyContract } from './contract.ts';

let workshop: StudyWorkshop | undefined;

const contract: StudyContract = {
  async open({ source, settings, seed }) {
    const made =
      source.kind === 'simulated'
        ? succeed(simulatedStudyData(seed))
        : studyDataOf(source.raw, source.codebook, source.siteColumn);
    if (!made.ok) return made;
    workshop = new StudyWorkshop({ data: made.value, settings, seed, train: trainByKernel });
    return succeed(centreSizes(made.value));
  },
  run(part, twins) {
    if (workshop === undefined) throw new Error('the study was not opened');
    return workshop.run(part, twins);
  },
};

expose(contract);
