import { inventedTable, publicKey, uncertifiedPlan } from '../core/inference/check-problem.ts';
import type { TrainingPlan } from '../core/inference/plan.ts';
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
}

const reference = (because: MachineChoice['because']): MachineChoice => ({
  machine: referenceMachine,
  name: 'reference',
  because,
});

/**
 * Picks the machine for a plan. WebAssembly is several times faster at every size (`npm run bench:engine`),
 * so it runs wherever it can be trusted: before every use it has to do the check batch right, in this browser.
 */
export async function chooseMachine(
  plan: TrainingPlan,
  candidate: Machine = wasmMachine,
): Promise<MachineChoice> {
  if (plan.settings.components % 4 !== 0) return reference('components-not-multiple-of-four');
  const agreement = await checkBatchGap(candidate);
  if (agreement === null) return reference('wasm-unavailable');
  // Both draw the same keystreams, so 40 noisy steps differ by rounding only; a wrong noise or clip shows at once.
  if (!(agreement <= LARGEST_GAP)) return reference('wasm-differs');
  return { machine: candidate, name: candidate.name, because: 'fastest' };
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
