import { publicKey } from '../../core/inference/check-problem.ts';
import type { DpviState } from '../../core/inference/dpvi-state.ts';
import { succeed } from '../../core/result.ts';
import { checkProblem, type DeviceCheck, expectNone, largestDifference } from '../conformance.ts';
import { opened } from './conformance-sums.ts';
import { type OpenDevice, openWebgpuRuns, type WebgpuProblem } from './webgpu-machine.ts';

/**
 * Several models at once, and the loss of a device.
 *
 * @param ownDevice a device that the check may lose
 */
export function manyModelChecks(
  openDevice: OpenDevice,
  ownDevice: () => Promise<GPUDevice>,
): readonly DeviceCheck[] {
  const bench = { openDevice, workgroups: 'one' } as const;
  return [
    {
      name: 'runs many models at once as each alone, to the bit',
      async run() {
        const problems: WebgpuProblem[] = [0, 1, 2, 3, 4].map((i) => {
          const q = [1, 0.2, 0.05, 1, 0.5][i] as number;
          const { table, plan } = checkProblem(
            { samplingRate: q, steps: 12 + 3 * i, averagedFraction: 0.3, clipNorm: 1 + i },
            { noiseMultiplier: 1 + i, rowCount: 50 + 40 * i },
          );
          return { table, plan, key: publicKey(300 + i) };
        });
        const together = await opened(bench, problems, false);
        const counts = await together.advance(20);
        const states = together.states();
        together.close();
        let different = problems.filter(
          ({ plan }, i) => counts[i] !== Math.min(20, plan.settings.steps),
        ).length;
        for (const [i, problem] of problems.entries()) {
          const alone = await opened(bench, [problem], false);
          await alone.advance(7);
          await alone.advance(20);
          const state = alone.states()[0] as DpviState;
          alone.close();
          const mine = states[i] as DpviState;
          const steps = Math.min(20, problem.plan.settings.steps);
          if (mine.step !== steps) different += 1;
          if (state.step !== Math.min(27, problem.plan.settings.steps)) different += 1;
          if (state.step === mine.step && largestDifference(mine.location, state.location) !== 0)
            different += 1;
          if (mine.averagedSteps === 0 && steps === problem.plan.settings.steps) different += 1;
        }
        return expectNone(different);
      },
    },
    {
      name: 'does not run two models under one key',
      async run() {
        const problem = { ...checkProblem({}), key: publicKey(1) };
        const refused = await opened(bench, [problem, { ...problem, key: publicKey(1) }]).then(
          () => 0,
          (error: Error) => Number(error.message.includes('key of its own')),
        );
        return expectNone(1 - refused);
      },
    },
    {
      name: 'says that the device is lost, and keeps the state of the last finished dispatch',
      async run() {
        const device = await ownDevice();
        const problem = { ...checkProblem({ steps: 50 }, { noiseMultiplier: 1 }), key: publicKey(8) };
        const runs = await openWebgpuRuns(async () => succeed(device), [problem]);
        if (!runs.ok) throw new Error(JSON.stringify(runs.failure));
        await runs.value.advance(5);
        const [before] = runs.value.states() as [DpviState];
        device.destroy();
        let reason = '';
        await runs.value.advance(5).catch((error: Error) => {
          reason = `${error.constructor.name}: ${error.message}`;
        });
        const [after] = runs.value.states() as [DpviState];
        runs.value.close();
        return expectNone(
          Number(reason === '') +
            Number(after.step !== 5) +
            Number(before.step !== 5) +
            largestDifference(before.location, after.location),
        );
      },
    },
  ];
}

/** One model over many workgroups against the same with one: the same rows, draws and integers. */
export const sharingChecks = (openDevice: OpenDevice): readonly DeviceCheck[] => [
  {
    name: 'runs a model over many workgroups as with one, every release to the bit',
    async run() {
      let different = 0;
      for (const [samplingRate, rowCount, components, levels] of [
        [0.3, 9000, 16, [7, 2, 8, 4, 5]],
        [1, 5000, 16, [7, 2, 8, 4, 5]],
        [0.02, 20_000, 4, [3, 2, 5]],
        [0.9, 700, 64, [9, 12, 3]],
      ] as const) {
        const problem = {
          ...checkProblem(
            { components, samplingRate, steps: 30, averagedFraction: 0.5 },
            { noiseMultiplier: 2, rowCount, levels },
          ),
          key: publicKey(rowCount),
        };
        const [one, many] = await Promise.all([
          opened({ openDevice, workgroups: 'one' }, [problem]),
          opened({ openDevice, workgroups: 'many' }, [problem]),
        ]);
        for (const portion of [1, 2, 4]) {
          await one.call.dispatch([portion]);
          await many.call.dispatch([portion]);
          const [mine, theirs] = [(await one.call.releases())[0], (await many.call.releases())[0]];
          different += Number(mine?.some((value, k) => value !== theirs?.[k]));
          different += largestDifference(
            (one.states()[0] as DpviState).location,
            (many.states()[0] as DpviState).location,
          );
        }
        one.close();
        many.close();
      }
      return expectNone(different);
    },
  },
];
