import { type CheckOutcome, contractChecks, type DeviceCheck } from '../conformance.ts';
import { agreementChecks } from '../conformance-gradient.ts';
import { randomnessChecks } from '../conformance-randomness.ts';
import { tensorChecks } from '../general/tensors.browser.test.ts';
import { referenceMachine } from '../reference/reference-machine.ts';
import { fallBackChecks } from './conformance-fall-back.ts';
import { manyModelChecks, sharingChecks } from './conformance-many.ts';
import { studyChecks } from './conformance-study.ts';
import { sumChecks } from './conformance-sums.ts';
import { randomWordChecks } from './conformance-words.ts';
import { tensorflowDevice } from './tensorflow-device.ts';
import { webgpuMachine } from './webgpu-machine.ts';

/**
 * Checks of the WebGPU machine in a browser, run one by one by `e2e/webgpu.spec.ts`. The shared suite reads sums off a
 * state; in float32 that is too coarse for 'no single row moves the sum by more than C', which `sumChecks` tests to the
 * bit on the released integers instead.
 */
const machine = webgpuMachine(tensorflowDevice);
const shared = [...contractChecks, ...agreementChecks, ...randomnessChecks]
  .filter(({ name }) => !name.startsWith('lets no single row move the sum'))
  .map(({ name, run }) => ({ name, run: () => run(machine, referenceMachine) }));

const ownDevice = async () => {
  const adapter = await navigator.gpu.requestAdapter();
  return (adapter as GPUAdapter).requestDevice();
};

/** What `sharingChecks` do not show already: there the many do, release by release, what the one does. */
const overMany = sumChecks(tensorflowDevice, 'many')
  .filter(({ name }) => /very integers|many steps|public check|under poisson/.test(name))
  .map(({ name, run }) => ({ name: `over many workgroups ${name}`, run }));

const checks: readonly DeviceCheck[] = [
  ...randomWordChecks(tensorflowDevice),
  ...sumChecks(tensorflowDevice, 'one'),
  ...overMany,
  ...sharingChecks(tensorflowDevice),
  ...manyModelChecks(tensorflowDevice, ownDevice),
  ...fallBackChecks(ownDevice, referenceMachine),
  ...studyChecks(tensorflowDevice, ownDevice),
  ...tensorChecks,
  ...shared,
];

declare global {
  interface Window {
    webgpuChecks: { names: readonly string[]; run(name: string): Promise<CheckOutcome> };
  }
}

window.webgpuChecks = {
  names: checks.map(({ name }) => name),
  run(name) {
    const check = checks.find((each) => each.name === name);
    if (check === undefined) throw new Error(`no check ${name}`);
    return check.run();
  },
};
