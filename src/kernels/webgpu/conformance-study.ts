import { publicKey } from '../../core/inference/check-problem.ts';
import { fail, type Result, succeed } from '../../core/result.ts';
import { STUDY_PRESETS } from '../../core/study/experiments.ts';
import type { PartResult } from '../../core/study/part-results.ts';
import type { TwinPart } from '../../core/study/parts.ts';
import { simulatedStudyData } from '../../core/study/study-data.ts';
import { type DeviceCheck, expectNone } from '../conformance.ts';
import { GraphicsWorkshop, graphicsRefusal } from '../train-together.ts';
import type { OpenDevice } from './webgpu-machine.ts';

/** Few rows: what is checked is the arrangement, and software adapters are slow. */
function tinyParts(): {
  readonly tools: ConstructorParameters<typeof GraphicsWorkshop>[1];
  parts: TwinPart[];
} {
  const seed = publicKey(400);
  const tools = { data: simulatedStudyData(seed), settings: STUDY_PRESETS.quick, seed };
  const parts = [0, 5, 9].map((centre): TwinPart => {
    const round = { epsilon: 1, size: 0.02, repeat: 0 };
    return { kind: 'twin', id: `tiny-${centre}`, round, centre, needs: [] };
  });
  return { tools, parts };
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
      name: 'trains parts of a study together as each alone, to the bit and in their order',
      async run() {
        const { tools, parts } = tinyParts();
        const workshop = new GraphicsWorkshop(openDevice, tools);
        const together = await workshop.run(parts);
        const alone: Result<readonly PartResult[], string>[] = [];
        for (const part of parts) alone.push(await workshop.run([part]));
        if (!together.ok) throw new Error(together.failure);
        const different = parts.filter((_, i) => {
          const one = alone[i];
          return !one?.ok || JSON.stringify(one.value[0]) !== JSON.stringify(together.value[i]);
        });
        const distinct = new Set(together.value.map((one) => JSON.stringify(one))).size;
        return expectNone(different.length + parts.length - distinct);
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
        const again = await workshop.run(parts);
        return expectNone(Number(lost.ok) + Number(!again.ok));
      },
    },
  ];
}
