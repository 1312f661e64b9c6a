import { publicKey } from '../../core/inference/check-problem.ts';
import { fail, succeed } from '../../core/result.ts';
import { checkProblem, type DeviceCheck, expectNone } from '../conformance.ts';
import type { Machine } from '../kernel.ts';
import { type FallBack, withFallBack } from '../with-fall-back.ts';
import { type OpenDevice, webgpuMachine } from './webgpu-machine.ts';

const STEPS = 40;

/** A device that is what it is, but for what is given. */
function changed(device: GPUDevice, own: Partial<GPUDevice>): GPUDevice {
  return new Proxy(device, {
    get(target, name) {
      const value = Reflect.get(name in own ? own : target, name) as unknown;
      return typeof value === 'function' && !(name in own) ? value.bind(target) : value;
    },
  });
}

/** The limits of a device, one of them lower. */
function limited(device: GPUDevice, name: keyof GPUSupportedLimits, value: number): GPUDevice {
  const limits = new Proxy(device.limits, {
    get: (target, each) => (each === name ? value : Reflect.get(target, each, target)),
  });
  return changed(device, { limits });
}

/** Runs to the end with another machine to fall back on. Counts what is wrong: the end, the notice. */
async function endsOnTheOther(
  graphics: Machine,
  other: Machine,
  wanted: { readonly reason: RegExp; readonly afterSteps: number },
  onTheWay: () => void = () => undefined,
): Promise<number> {
  const problem = checkProblem({ steps: STEPS, averagedFraction: 0.5 }, { noiseMultiplier: 1 });
  const notices: FallBack[] = [];
  const machine = withFallBack(
    graphics,
    other,
    () => publicKey(99),
    (happened) => notices.push(happened),
  );
  const run = await machine.open(problem, publicKey(8));
  if (!run.ok) throw new Error(run.failure.kind);
  await run.value.advance(5);
  onTheWay();
  const done = await run.value.advance(STEPS);
  const { step, averagedSteps } = run.value.state();
  run.value.close();
  const [notice, ...more] = notices;
  return (
    Number(done !== STEPS) +
    Number(step !== STEPS) +
    Number(averagedSteps !== STEPS / 2) +
    more.length +
    Number(notice?.afterSteps !== wanted.afterSteps) +
    Number(!wanted.reason.test(notice?.reason ?? ''))
  );
}

/**
 * What takes a graphics device away from a run, on a real device: the run goes on from its last state on the processor and
 * the reason is told.
 *
 * @param ownDevice a device that the check may lose
 */
export const fallBackChecks = (
  ownDevice: () => Promise<GPUDevice>,
  processor: Machine,
): readonly DeviceCheck[] => {
  const on = (openDevice: OpenDevice) => webgpuMachine(openDevice);
  return [
    {
      name: 'continues on the processor from the last state where the device is lost',
      async run() {
        const device = await ownDevice();
        const wanted = { reason: /destroy|lost/i, afterSteps: 5 };
        return expectNone(
          await endsOnTheOther(
            on(async () => succeed(device)),
            processor,
            wanted,
            () => device.destroy(),
          ),
        );
      },
    },
    {
      name: 'starts on the processor where there is no adapter, the limits are too small or the shader is refused',
      async run() {
        const device = await ownDevice();
        const refusing = changed(device, {
          createShaderModule: () => device.createShaderModule({ code: 'fn not a shader' }),
        });
        const cases: readonly [OpenDevice, RegExp][] = [
          [async () => fail('no graphics adapter for WebGPU'), /no graphics adapter/],
          [
            async () => succeed(limited(device, 'maxComputeInvocationsPerWorkgroup', 128)),
            /128 threads a workgroup/,
          ],
          [async () => succeed(limited(device, 'maxStorageBuffersPerShaderStage', 4)), /4 storage buffers/],
          [async () => succeed(limited(device, 'maxStorageBufferBindingSize', 1000)), /the device has 1000/],
          [async () => succeed(refusing), /refused the program/],
        ];
        let wrong = 0;
        for (const [openDevice, reason] of cases) {
          wrong += await endsOnTheOther(on(openDevice), processor, { reason, afterSteps: 0 });
        }
        device.destroy();
        return expectNone(wrong);
      },
    },
  ];
};
