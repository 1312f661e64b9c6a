import { inventedTable, publicKey, uncertifiedPlan } from '../core/inference/check-problem.ts';
import type { TrainingPlan } from '../core/inference/plan.ts';
import type { Result } from '../core/result.ts';
import { expectedTrainingMs, madeUpRows } from './expected-time.ts';
import type { Machine, MachineName } from './kernel.ts';
import { referenceMachine } from './reference/reference-machine.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';

/** Which machine runs a plan, and why it is that one. Shown on the page; nothing falls back silently. */
export interface MachineChoice {
  readonly machine: Machine;
  readonly name: MachineName;
  readonly because: /** The fastest one here, and it computed the public check batch as the reference does. */
    | 'fastest'
    /** The WebAssembly machine needs R to be a multiple of 4. */
    | 'components-not-multiple-of-four'
    /** This browser did not start it. */
    | 'wasm-unavailable'
    /** It started and computed the check batch differently: refused. */
    | 'wasm-differs';
  /** The processor's machine, to go on with should this one be lost. */
  readonly otherwise: Machine;
  /** What became of the graphics engine, where it was asked for. */
  readonly graphics?: GraphicsNote;
}

/** Why the graphics engine runs the plan, or why it does not. Times in milliseconds for the whole plan. */
export type GraphicsNote =
  | { readonly kind: 'faster' | 'slower'; readonly expectedMs: number; readonly otherMs: number }
  /** No adapter, limits too small, the program refused: in the words of whoever refused. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** It released something else than the reference on the public check batch. */
  | { readonly kind: 'differs' }
  /** It was lost on the way; the other machine went on from there. */
  | { readonly kind: 'lost'; readonly reason: string; readonly afterSteps: number };

/** The WebGPU machine with its own public check: it draws other keystreams than the reference does. */
export interface GraphicsMachine {
  readonly machine: Machine;
  /**
   * Distance from what it must release on public rows, in standard deviations of the noise, by the program that the plan
   * will run; null: it did not run.
   */
  checkGap(plan: TrainingPlan): Promise<number | null>;
}

/** Loads the graphics engine, only where there is an adapter. */
export type OpenGraphics = () => Promise<Result<GraphicsMachine, string>>;

const reference = (because: MachineChoice['because']): MachineChoice => ({
  machine: referenceMachine,
  name: 'reference',
  because,
  otherwise: referenceMachine,
});

/**
 * The processor's machine for a plan. WebAssembly is several times faster at every size (`npm run bench:engine`),
 * so it runs wherever it can be trusted: before every use it has to do the check batch right, in this browser.
 */
async function chooseProcessorMachine(plan: TrainingPlan, candidate: Machine): Promise<MachineChoice> {
  if (plan.settings.components % 4 !== 0) return reference('components-not-multiple-of-four');
  const agreement = await checkBatchGap(candidate);
  if (agreement === null) return reference('wasm-unavailable');
  // Both draw the same keystreams, so 40 noisy steps differ by rounding only; a wrong noise or clip shows at once.
  if (!(agreement <= LARGEST_GAP)) return reference('wasm-differs');
  return { machine: candidate, name: candidate.name, because: 'fastest', otherwise: referenceMachine };
}

/** Why the graphics engine runs nothing: in the words of whoever refused, or it failed its check. */
export type GraphicsRefusal = Extract<GraphicsNote, { readonly kind: 'unavailable' | 'differs' }>;

/** float32 in 60 rows of the check batch is 1e-4 of the noise or less; one per cent less noise is 1e-2 of it. */
const LARGEST_GRAPHICS_GAP = 1e-3;

/**
 * What the public check says; null where the engine may run.
 *
 * @param gap as of `GraphicsMachine.checkGap`
 */
export function refusalOfGap(gap: number | null): GraphicsRefusal | null {
  if (gap === null) return { kind: 'unavailable', reason: 'its check did not run' };
  return gap <= LARGEST_GRAPHICS_GAP ? null : { kind: 'differs' };
}

/** Each of two machines rehearses about this long, so that the choice takes at most 300 ms. */
const REHEARSAL_MS = 120;

/**
 * Picks the machine for a plan: WebAssembly or the reference on the processor, and, where `openGraphics` is given, the
 * graphics engine if it passes its own check and a rehearsal on made-up rows says that it is faster. For a single
 * model of the usual size it is not: one model keeps one of a graphics processor's many parts busy.
 */
export async function chooseMachine(
  plan: TrainingPlan,
  candidate: Machine = wasmMachine,
  openGraphics?: OpenGraphics,
): Promise<MachineChoice> {
  const processor = await chooseProcessorMachine(plan, candidate);
  if (openGraphics === undefined) return processor;
  const opened = await openGraphics();
  if (!opened.ok) return { ...processor, graphics: { kind: 'unavailable', reason: opened.failure } };
  const refusal = refusalOfGap(await opened.value.checkGap(plan));
  if (refusal !== null) return { ...processor, graphics: refusal };
  const table = madeUpRows(plan);
  const { machine } = opened.value;
  const expectedMs = await expectedTrainingMs(machine, plan, table, REHEARSAL_MS).catch(() => null);
  if (expectedMs === null) {
    return { ...processor, graphics: { kind: 'unavailable', reason: 'it refused this plan' } };
  }
  const otherMs = await expectedTrainingMs(processor.machine, plan, table, REHEARSAL_MS);
  if (otherMs !== null && otherMs <= expectedMs) {
    return { ...processor, graphics: { kind: 'slower', expectedMs, otherMs } };
  }
  return {
    machine,
    name: 'webgpu',
    because: processor.because,
    otherwise: processor.machine,
    graphics: { kind: 'faster', expectedMs, otherMs: otherMs ?? Infinity },
  };
}

const CHECK_STEPS = 40;
const LARGEST_GAP = 1e-5;

/** Largest difference of (m, τ) between a machine and the reference after the public check batch; null if it did not run. */
export async function checkBatchGap(machine: Machine): Promise<number | null> {
  // Both ways through the rows: a drawn batch, and the whole table at once.
  const drawn = await gapAt(machine, 0.2);
  const whole = await gapAt(machine, 1);
  if (drawn === null || whole === null) return null;
  return Number.isNaN(drawn) || Number.isNaN(whole) ? Number.NaN : Math.max(drawn, whole);
}

async function gapAt(machine: Machine, samplingRate: number): Promise<number | null> {
  const levelCounts = [3, 2, 5];
  const table = inventedTable({ levelCounts, rowCount: 300, meanOutcome: 0.2, binary: true, number: 1 });
  const plan = uncertifiedPlan({
    levelCounts,
    rowCount: 300,
    noiseMultiplier: 3,
    settings: { components: 4, samplingRate, steps: CHECK_STEPS },
  });
  const posteriors = [];
  for (const each of [machine, referenceMachine]) {
    const opened = await each.open({ table, plan }, publicKey(2));
    if (!opened.ok) return null;
    try {
      await opened.value.advance(CHECK_STEPS);
      posteriors.push(opened.value.posterior());
    } catch {
      return null;
    } finally {
      opened.value.close();
    }
  }
  const [own, oracle] = posteriors;
  if (own === undefined || oracle === undefined) return null;
  let gap = 0;
  for (let k = 0; k < oracle.location.length; k += 1) {
    const apart = Math.max(
      Math.abs((own.location[k] ?? Number.NaN) - (oracle.location[k] ?? 0)),
      Math.abs((own.scale[k] ?? Number.NaN) - (oracle.scale[k] ?? 0)),
    );
    if (!(apart <= gap)) gap = apart;
  }
  return gap;
}
