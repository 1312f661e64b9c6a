import type { GraphicsNote, MachineNote } from '../../session/machine-note.ts';

const MACHINES: Readonly<Record<MachineNote['name'], string>> = {
  wasm: 'the fast engine (WebAssembly, in a worker beside the page)',
  webgpu: 'the graphics engine (WebGPU)',
  counting: 'plain counting, in a worker beside the page',
  reference: 'the reference engine (JavaScript in double precision, in a worker beside the page)',
};

/** Which machine runs a training and why: nothing is chosen silently. */
export function machineMessage({ name, because, graphics }: MachineNote): string {
  const reason = name === 'webgpu' ? [] : [reasonMessage(because)];
  const aside = graphics === undefined ? [] : [graphicsMessage(graphics)];
  return [`Runs on ${MACHINES[name]}.`, ...reason, ...aside].join(' ');
}

/** What became of the graphics engine: it is never left, or used, without a word. */
function graphicsMessage(graphics: GraphicsNote): string {
  switch (graphics.kind) {
    case 'faster':
      return `A short rehearsal on made-up rows says that it takes ${secondsText(graphics.expectedMs)} and the processor ${secondsText(graphics.otherMs)}; just before use it released, on public rows, what the reference releases.`;
    case 'slower':
      return `The graphics engine was tried too: it would take ${secondsText(graphics.expectedMs)}, this one ${secondsText(graphics.otherMs)}.`;
    case 'unavailable':
      return `The graphics engine did not start here (${graphics.reason}).`;
    case 'differs':
      return 'The graphics engine computed the public check batch wrongly on this device and was refused.';
    case 'lost':
      return `The graphics engine was lost after ${graphics.afterSteps} steps (${graphics.reason}); this one went on from there, under a fresh key.`;
    default:
      return graphics satisfies never;
  }
}

function secondsText(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toPrecision(2)} s` : `${Math.round(ms / 1000)} s`;
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
    case 'one-count':
      return 'The tables are counted once and noise is added once; there is no training.';
    default:
      return because satisfies never;
  }
}
