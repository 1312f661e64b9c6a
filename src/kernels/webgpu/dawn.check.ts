/** WebGPU in Node, for commands: the package is large and for few, so it is none of this project's. */
import { fail, type Result, succeed } from '../../core/result.ts';
import { ownDevice } from './own-device.ts';
import type { OpenDevice } from './webgpu-machine.ts';

/** Of Dawn for Node; a path where it is not beside this script. */
const PACKAGE = process.env.TWINPOOL_DAWN ?? 'webgpu';

/** Held on to: when it is collected, everything of it goes. */
let gpu: GPU | undefined;

/** Says which graphics processor it found. */
export async function openDawn(): Promise<Result<GPU, string>> {
  let dawn: { create(options: string[]): GPU; globals: Record<string, unknown> };
  try {
    dawn = await import(/* @vite-ignore */ PACKAGE);
  } catch {
    return fail(`the package is not installed: npm install --no-save ${PACKAGE}`);
  }
  Object.assign(globalThis, dawn.globals);
  gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return fail('no graphics processor that WebGPU can use');
  const { vendor, architecture, device: name, description } = adapter.info;
  console.log(
    `graphics: ${[vendor, architecture, name, description].filter((text) => text !== '').join(', ')}`,
  );
  return succeed(gpu);
}

/** A device for a command that cannot go on without one, and how to let go of it. */
export async function demandDawnDevice(): Promise<{
  readonly openDevice: OpenDevice;
  readonly close: () => Promise<void>;
}> {
  const dawn = await openDawn();
  if (!dawn.ok) throw new Error(`--gpu: ${dawn.failure}`);
  const openDevice = ownDevice(dawn.value);
  const rest = keepAwake();
  return {
    openDevice,
    async close() {
      const device = await openDevice();
      if (device.ok) device.value.destroy();
      rest();
    },
  };
}

/** Dawn's pending work does not keep Node alive; this does, until it is called. */
export function keepAwake(): () => void {
  const awake = setInterval(() => {}, 1000);
  return () => clearInterval(awake);
}
