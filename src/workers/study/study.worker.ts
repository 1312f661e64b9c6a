import { expose } from 'comlink';
import { succeed } from '../../core/result.ts';
import { centreSizes, type StudyData } from '../../core/study/study-data.ts';
import { StudyWorkshop } from '../../core/study/study-workshop.ts';
import { trainByKernel } from '../../kernels/train-twin.ts';
import type { StudyContract } from './contract.ts';
import { requestedData } from './requested-data.ts';

let opened: { readonly data: StudyData; readonly workshop: StudyWorkshop } | undefined;

function study() {
  if (opened === undefined) throw new Error('the study was not opened');
  return opened;
}

const contract: StudyContract = {
  async open(request) {
    const made = requestedData(request);
    if (!made.ok) return made;
    const { settings, seed } = request;
    const data = made.value;
    opened = { data, workshop: new StudyWorkshop({ data, settings, seed, train: trainByKernel }) };
    return succeed(null);
  },
  centres: async () => succeed(centreSizes(study().data)),
  run: async (part, twins) => succeed(await study().workshop.run(part, twins)),
};

expose(contract);
