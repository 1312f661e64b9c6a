import * as tf from '@tensorflow/tfjs-core';
// For its side effect: without it there is no backend of that name.
import '@tensorflow/tfjs-backend-webgpu';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { fail, type Result, succeed } from '../../core/result.ts';

let opened: Promise<Result<GPUDevice, string>> | undefined;

/** The device of the tfjs WebGPU backend, one a thread: what the kernels write there, tfjs can read as tensors. */
export function tensorflowDevice(): Promise<Result<GPUDevice, string>> {
  opened ??= openTensorflowDevice();
  return opened;
}

async function openTensorflowDevice(): Promise<Result<GPUDevice, string>> {
  if (!('gpu' in navigator) || navigator.gpu === undefined) return fail('this browser has no WebGPU');
  if ((await navigator.gpu.requestAdapter()) === null) return fail('no graphics adapter for WebGPU');
  try {
    const started = await tf.setBackend('webgpu');
    await tf.ready();
    // tfjs may settle for another backend without a word.
    if (!started || tf.getBackend() !== 'webgpu') return fail('the WebGPU backend did not start');
    return succeed((tf.backend() as WebGPUBackend).device as unknown as GPUDevice);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
