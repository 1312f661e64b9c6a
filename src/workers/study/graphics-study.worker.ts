import { expose } from 'comlink';
import { fail, succeed } from '../../core/result.ts';
import { GraphicsWorkshop, graphicsRefusal } from '../../kernels/train-together.ts';
import { ownDevice } from '../../kernels/webgpu/own-device.ts';
import type { GraphicsStudyContract } from './contract.ts';
import { requestedData } from './requested-data.ts';

/** Trainings of a study on a graphics processor, on a device without tfjs: no tensors are shared. */
const openDevice = ownDevice(navigator.gpu);
let workshop: GraphicsWorkshop | undefined;

const contract: GraphicsStudyContract = {
  async open(request) {
    const made = requestedData(request);
    if (!made.ok) return made;
    const { settings, seed } = request;
    workshop = new GraphicsWorkshop(openDevice, { data: made.value, settings, seed });
    return succeed(null);
  },
  refusal: async () => succeed(await graphicsRefusal(openDevice)),
  async train(parts) {
    if (workshop === undefined) throw new Error('the study was not opened');
    const made = await workshop.run(parts);
    return made.ok ? made : fail({ kind: 'graphics-gone', reason: made.failure });
  },
};

expose(contract);
