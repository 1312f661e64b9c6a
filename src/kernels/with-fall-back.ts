import { type Machine, MachineLost, type MachineRun, type NoiseKey } from './kernel.ts';

/** Why a run went over to the second machine, and after how many steps. Shown on the page. */
export interface FallBack {
  readonly reason: string;
  readonly afterSteps: number;
}

/**
 * A machine that goes on with a second one where the first does not start or is lost on the way: from the last state
 * that was read back, under a fresh key. What the lost machine drew after that state was seen by nobody and is gone with
 * it, so each step of the plan is still released once. The caller is told, and tells the person.
 *
 * Only a machine that says it is unavailable or lost is replaced. A refusal of the problem stands, and an error of
 * another kind goes on as an error: it could depend on rows.
 */
export function withFallBack(
  first: Machine,
  second: Machine,
  freshKey: () => NoiseKey,
  notice: (fallBack: FallBack) => void,
): Machine {
  return {
    name: first.name,
    async open(problem, key, from) {
      const opened = await first.open(problem, key, from);
      if (!opened.ok) {
        if (opened.failure.kind !== 'machine-unavailable') return opened;
        notice({ reason: opened.failure.reason, afterSteps: from?.step ?? 0 });
        return openFresh(second, problem, freshKey, from);
      }
      let run: MachineRun = opened.value;
      let isSecond = false;
      return {
        ok: true,
        value: {
          async advance(steps) {
            const before = run.state();
            try {
              return await run.advance(steps);
            } catch (error) {
              if (isSecond || !(error instanceof MachineLost)) throw error;
              const state = run.state();
              run.close();
              notice({ reason: error.message, afterSteps: state.step });
              const reopened = await openFresh(second, problem, freshKey, state);
              if (!reopened.ok) throw new MachineLost(`${error.message}; then ${reopened.failure.kind}`);
              run = reopened.value;
              isSecond = true;
              return run.advance(Math.max(0, before.step + steps - state.step));
            }
          },
          state: () => run.state(),
          posterior: () => run.posterior(),
          close: () => run.close(),
        },
      };
    },
  };
}

async function openFresh(
  machine: Machine,
  problem: Parameters<Machine['open']>[0],
  freshKey: () => NoiseKey,
  from: Parameters<Machine['open']>[2],
) {
  const key = freshKey();
  try {
    return await machine.open(problem, key, from);
  } finally {
    key.fill(0);
  }
}
