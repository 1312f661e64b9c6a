import { publicKey } from '../../core/inference/check-problem.ts';
import { fail, type Result, succeed } from '../../core/result.ts';
import { STUDY_PRESETS } from '../../core/study/experiments.ts';
import type { PartResult } from '../../core/study/part-results.ts';
import type { TwinPart } from '../../core/study/parts.ts';
import { simulatedStudyData } from '../../core/study/study-data.ts';
import { compare, type DeviceCheck, expectNone, largestDifference } from '../conformance.ts';
import { GraphicsWorkshop, graphicsRefusal } from '../train-together.ts';
import type { OpenDevice } from './webgpu-machine.ts';

/** Few rows: what is checked is the arrangement, and software adapters are slow. */
function tinyParts(): {
  readonly tools: ConstructorParameters<typeof GraphicsWorkshop>[1];
  parts: TwinPart[];
} {
  const seed = publicKey(400);
  const tools = { data: simulatedStudyData(seed), settings: STUDY_PRESETS.quick, seed };
  const parts = [0, 9].map((centre): TwinPart => {
    const round = { epsilon: 1, size: 0.02, repeat: 0 };
    return { kind: 'twin', id: `tiny-${centre}`, round, centre, needs: [] };
  });
  return { tools, parts };
}

function locationsOf(made: Result<readonly PartResult[], string>): Float64Array[] {
  if (!made.ok) throw new Error(made.failure);
  return made.value.map((one) => {
    if (one.kind !== 'twin' || one.model.kind !== 'dpvi') throw new Error('not a training');
    return Float64Array.from(one.model.location);
  });
}

/**
 * Trainings of a study on a device.
 *
 * @param ownDevice a device that the check may lose
 */
export function studyChecks(
  openDevice: OpenDevice,
  ownDevice: () => Promise<GPUDevice>,
): readonly DeviceCheck[] {
  return [
    {
      name: 'passes the public check that a study asks for, and a device that does not open is refused in its own words',
      async run() {
        const fine = await graphicsRefusal(openDevice);
        const none = await graphicsRefusal(async () => fail('there is none'));
        const told = none?.kind === 'unavailable' && none.reason === 'there is none';
        return expectNone(Number(fine !== null) + Number(!told));
      },
    },
    {
      name: 'trains parts of a study together as each alone, but for the rounding of averages, and in their order',
      async run() {
        const { tools, parts } = tinyParts();
        const workshop = new GraphicsWorkshop(openDevice, tools);
        const together = locationsOf(await workshop.run(parts));
        const alone: Float64Array[] = [];
        for (const part of parts) alone.push(...locationsOf(await workshop.run([part])));
        const distinct = largestDifference(together[0]!, together[1]!);
        if (!(distinct > 0.1)) throw new Error(`two centres have the same posterior, to ${distinct}`);
        const apart = together.map((location, i) => largestDifference(location, alone[i]!));
        // How many iterates a dispatch sums in float32 follows the clock.
        return compare(Math.max(...apart), 1e-4);
      },
    },
    {
      name: 'gives a lost device as the reason, and trains again on another',
      async run() {
        const { tools, parts } = tinyParts();
        const device = await ownDevice();
        let current: OpenDevice = async () => succeed(device);
        const workshop = new GraphicsWorkshop(() => current(), tools);
        const running = workshop.run(parts);
        device.destroy();
        const lost = await running;
        current = openDevice;
        const again = await workshop.run(parts.slice(0, 1));
        return expectNone(Number(lost.ok) + Number(!again.ok));
      },
    },
  ];
}
