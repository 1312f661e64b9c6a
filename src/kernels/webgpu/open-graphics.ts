import { type Result, succeed } from '../../core/result.ts';
import type { GraphicsMachine } from '../choose-machine.ts';
import { publicCheckGap } from './public-check.ts';
import { tensorflowDevice } from './tensorflow-device.ts';
import { sharingPays } from './training-geometry.ts';
import { webgpuMachine } from './webgpu-machine.ts';

/** The graphics engine on the device that tfjs opens, with its public check. */
export async function openTensorflowGraphics(): Promise<Result<GraphicsMachine, string>> {
  const device = await tensorflowDevice();
  if (!device.ok) return device;
  return succeed({
    machine: webgpuMachine(tensorflowDevice),
    checkGap: (plan) => publicCheckGap(tensorflowDevice, sharingPays(plan) ? 'many' : 'one'),
  });
}
