import { describe, expect, it } from 'vitest';
import { COHORT_SKEW, FIGURE_DESIGNS, STUDY_PRESETS } from './experiments.ts';
import type { PartResult } from './part-results.ts';
import { partsOf, type StudyPart, type TwinPart } from './parts.ts';
import { type PartStore, runParts } from './study-run.ts';

/** Who does which when is tested; what a part is about plays no role. */
function done(part: StudyPart): PartResult {
  return part.kind === 'twin'
    ? { kind: 'twin', model: { kind: 'dpvi', rowCount: part.centre, location: [], scale: [] } }
    : { kind: 'centres', ideal: { whole: null, sameRows: null }, centres: [] };
}

function memoryStore(): PartStore {
  const kept = new Map<string, PartResult>();
  return {
    get: async (id) => kept.get(id),
    put: async (id, result) => void kept.set(id, result),
  };
}

describe('a trainer of many at once', () => {
  const design = FIGURE_DESIGNS['1'];
  const centres = [...'abcdefgh'].map((name, i) => ({ name, rowCount: 100 + i }));
  const settings = { ...STUDY_PRESETS.quick, repeats: 2 };
  const parts = () => partsOf({ design, settings, centres, skew: COHORT_SKEW });

  /** Counts who did what. */
  function crew(batches: readonly number[], answers: (batch: number) => boolean) {
    const [alone, together]: [string[], string[][]] = [[], []];
    return {
      alone,
      together,
      runner: async (part: StudyPart) => {
        alone.push(part.id);
        return done(part);
      },
      trainer: {
        wanted: async () => batches[together.length] ?? 0,
        async train(taken: readonly TwinPart[]) {
          together.push(taken.map(({ id }) => id));
          if (!answers(together.length - 1)) return null;
          return taken.map(done);
        },
      },
    };
  }

  it('takes what it wants, leaves the rest to the runners, and nobody does a part twice', async () => {
    const { alone, together, runner, trainer } = crew([3, 5], () => true);
    const store = memoryStore();
    expect(await runParts(parts(), [runner], store, {}, trainer)).toBe(true);
    expect(together.map(({ length }) => length)).toEqual([3, 5]);
    const all = [...alone, ...together.flat()];
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(parts().length);
    expect(together.flat().every((id) => id.startsWith('twin'))).toBe(true);
  });

  it('that goes away loses nothing: its parts are done by the runners', async () => {
    const { alone, together, runner, trainer } = crew([4], () => false);
    expect(await runParts(parts(), [runner], memoryStore(), {}, trainer)).toBe(true);
    expect(together).toHaveLength(1);
    expect(alone).toHaveLength(parts().length);
    expect(alone).toEqual(expect.arrayContaining(together[0]!));
  });

  it('whose error is no loss ends the study with it', async () => {
    const { runner, trainer } = crew([4], () => {
      throw new Error('broken');
    });
    await expect(runParts(parts(), [runner], memoryStore(), {}, trainer)).rejects.toThrow('broken');
  });

  it('is given nothing after an abort', async () => {
    const { together, runner, trainer } = crew([4, 4, 4], () => true);
    expect(await runParts(parts(), [runner], memoryStore(), { signal: { aborted: true } }, trainer)).toBe(
      false,
    );
    expect(together).toEqual([]);
  });
});
