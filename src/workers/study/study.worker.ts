import { expose } from 'comlink';
import { succeed } from '../../core/result.ts';
import { centreSizes, type StudyData, simulatedStudyData, studyDataOf } from '../../core/study/study-data.ts';
import { StudyWorkshop } from '../../core/study/study-workshop.ts';
import { unpackTable } from '../../core/table/packed-texts.ts';
import { trainByKernel } from '../../kernels/train-twin.ts';
import type { StudyContract } from './contract.ts';

let opened: { readonly data: StudyData; readonly workshop: StudyWorkshop } | undefined;

function study() {
  if (opened === undefined) throw new Error('the study was not opened');
  return opened;
}

const contract: StudyContract = {
  async open({ source, settings, seed }) {
    const made =
      source.kind === 'simulated'
        ? succeed(simulatedStudyData(seed))
        : studyDataOf(unpackTable(source.raw), source.codebook, source.siteColumn);
    if (!made.ok) return made;
    const data = made.value;
    opened = { data, workshop: new StudyWorkshop({ data, settings, seed, train: trainByKernel }) };
    return succeed(null);
  },
  centres: async () => succeed(centreSizes(study().data)),
  run: async (part, twins) => succeed(await study().workshop.run(part, twins)),
};

expose(contract);
