import { MachineLost } from '../kernel.ts';
import { trainingProgram } from './training.program.ts';
import { keyText, type ProgramKey, WORKGROUP_SIZE } from './training-geometry.ts';

const STORAGE_BUFFERS = 8;

/** The bindings of the shader: a uniform, four buffers that it reads and four that it writes. */
const BINDINGS: readonly GPUBufferBindingType[] = [
  'uniform',
  ...new Array<GPUBufferBindingType>(4).fill('read-only-storage'),
  ...new Array<GPUBufferBindingType>(4).fill('storage'),
];

const ENTRY_POINTS = {
  one: ['drawNormals', 'drawBatches', 'train'],
  many: ['drawNormals', 'drawBatches', 'begin', 'fillStep', 'addRows', 'finishStep'],
} as const;

export type EntryPoint = (typeof ENTRY_POINTS)['one' | 'many'][number];

/** A program on a device. */
export interface Program {
  readonly layout: GPUBindGroupLayout;
  readonly pipelines: ReadonlyMap<EntryPoint, GPUComputePipeline>;
}

const programs = new WeakMap<GPUDevice, Map<string, Promise<Program>>>();

/** One program a key and device. @throws MachineLost where the device refuses the shader */
export function programOn(device: GPUDevice, key: ProgramKey): Promise<Program> {
  let known = programs.get(device);
  if (known === undefined) {
    known = new Map();
    programs.set(device, known);
  }
  const text = keyText(key);
  let program = known.get(text);
  if (program === undefined) {
    program = compile(device, key).catch((error: unknown) => {
      throw new MachineLost(`the device refused the program: ${reasonOf(error)}`);
    });
    known.set(text, program);
  }
  return program;
}

async function compile(device: GPUDevice, key: ProgramKey): Promise<Program> {
  const label = `training: ${keyText(key)}`;
  const layout = device.createBindGroupLayout({
    entries: BINDINGS.map((type, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    })),
  });
  const module = device.createShaderModule({ label, code: trainingProgram(key) });
  const pipelines = await Promise.all(
    ENTRY_POINTS[key.workgroups].map(async (entryPoint): Promise<[EntryPoint, GPUComputePipeline]> => {
      const pipeline = await device.createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint },
      });
      return [entryPoint, pipeline];
    }),
  );
  return { layout, pipelines: new Map(pipelines) };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a device cannot run the kernel at all, or null. */
export function deviceShortcoming(device: GPUDevice): string | null {
  const { limits } = device;
  if (limits.maxComputeInvocationsPerWorkgroup < WORKGROUP_SIZE) {
    return `${limits.maxComputeInvocationsPerWorkgroup} threads a workgroup, ${WORKGROUP_SIZE} needed`;
  }
  if (limits.maxStorageBuffersPerShaderStage < STORAGE_BUFFERS) {
    return `${limits.maxStorageBuffersPerShaderStage} storage buffers, ${STORAGE_BUFFERS} needed`;
  }
  return null;
}
