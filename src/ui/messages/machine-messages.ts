import type { MachineNote } from '../../session/ports.ts';

const MACHINES: Readonly<Record<MachineNote['name'], string>> = {
  wasm: 'the fast engine (WebAssembly, in double precision, in a worker beside the page)',
  webgpu: 'the graphics engine (WebGPU)',
  reference: 'the reference engine (JavaScript in double precision, in a worker beside the page)',
};

/** Which machine runs a training and why: nothing is chosen silently. */
export function machineMessage({ name, because }: MachineNote): string {
  return `Runs on ${MACHINES[name]}. ${reasonMessage(because)}`;
}

function reasonMessage(because: MachineNote['because']): string {
  switch (because) {
    case 'fastest':
      return 'It is the fastest one here, and just before use it computes a public check batch as the reference does, to five decimals.';
    case 'components-not-multiple-of-four':
      return 'The fast engine needs a number of components that four divides.';
    case 'wasm-unavailable':
      return 'The fast engine did not start in this browser, so the slower one runs; the result is as good.';
    case 'wasm-differs':
      return 'The fast engine computed the public check batch wrongly in this browser and was refused; the slower one runs.';
    default:
      return because satisfies never;
  }
}
