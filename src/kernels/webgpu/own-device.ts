import { fail, type Result, succeed } from '../../core/result.ts';
import { reasonOf } from './device-program.ts';
import type { OpenDevice } from './webgpu-machine.ts';

/** A device with all the memory that its adapter has: many models need more than every device must offer. */
export async function requestOwnDevice(gpu: GPU): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no graphics adapter for WebGPU');
  const { maxComputeWorkgroupStorageSize, maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  return adapter.requestDevice({
    requiredLimits: { maxComputeWorkgroupStorageSize, maxStorageBufferBindingSize, maxBufferSize },
  });
}

/** A device without tfjs, for work that shares no tensor with it; opened once. */
export function ownDevice(gpu: GPU | undefined): OpenDevice {
  let opened: Promise<Result<GPUDevice, string>> | undefined;
  return () => {
    opened ??=
      gpu === undefined
        ? Promise.resolve(fail('there is no WebGPU'))
        : requestOwnDevice(gpu).then(succeed, (error: unknown) => fail(reasonOf(error)));
    return opened;
  };
}
