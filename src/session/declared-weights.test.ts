import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readBundle } from '../core/bundle/read-bundle.ts';
import { certify } from '../core/privacy/certify.ts';
import { isMarginalsPlan, isNoisyTables } from '../core/synthesis/synthesizer.ts';
import { withWeight } from './declared-weights.ts';
import type { Session } from './session.ts';
import { Browser, withCodebook } from './session-in-memory.check.ts';

async function planOf(session: Session) {
  await session.makePlan();
  const { plan } = session.getState();
  if (plan.kind !== 'ready' || !isMarginalsPlan(plan.plan)) throw new Error(`plan ${plan.kind}`);
  return plan.plan;
}

describe('declared weights of variables', () => {
  it('move noise from one variable to the others at the same ε, and stand in the bundle', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    session.editPrivacy({ preset: 'noisy-marginals' });
    const usual = await planOf(session);
    const second = session.getState().codebook.codebook!.variables[1]!.name;
    session.editPrivacy({ weights: [[second, 2]] });
    const plan = await planOf(session);
    expect(plan.settings.weights).toEqual([1, 2]);
    expect(plan.mechanism).toEqual(usual.mechanism);
    expect(plan.noise[0]!).toBeGreaterThan(usual.noise[0]!);
    expect(plan.noise[1]!).toBeLessThan(usual.noise[1]!);
    await session.train();
    session.setSetCount('2');
    await session.makeBundle();
    const bytes = browser.files.get(session.getState().bundles[0]!.id)!;
    const read = readBundle(bytes, { certify });
    if (!read.ok) throw new Error(read.failure.kind);
    const { settings, posterior } = read.value.bundle;
    expect(settings).toMatchObject({ weights: [1, 2] });
    if (!isNoisyTables(posterior)) throw new Error('no tables');
    expect(posterior.tables.map(({ standardDeviation }) => standardDeviation)).toEqual([...plan.noise]);
    expect(new TextDecoder().decode(unzipSync(bytes)['README.txt'])).toContain(
      `declared before anything was counted: ${second} twice as precise; the others as usual.`,
    );
  });

  it('survive a reload and go along into a copy', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const weights = [['ward', 0.5]] as const;
    session.editPrivacy({ weights });
    await session.duplicateProject('Copy');
    expect(session.getState().privacyForm.weights).toEqual(weights);
    const reloaded = browser.open();
    await reloaded.start();
    expect(reloaded.getState().project.name).toBe('Copy');
    expect(reloaded.getState().privacyForm.weights).toEqual(weights);
  });

  it('count for nothing where all are alike or the variable is gone', async () => {
    const session = await withCodebook(new Browser(), 1);
    session.editPrivacy({ preset: 'noisy-marginals' });
    const usual = await planOf(session);
    const { codebook } = session.getState().codebook;
    const [first, second] = codebook!.variables.map(({ name }) => name);
    session.editPrivacy({ weights: [['gone since', 2]] });
    expect(await planOf(session)).toEqual(usual);
    session.editPrivacy({
      weights: [
        [first!, 2],
        [second!, 2],
      ],
    });
    expect(await planOf(session)).toEqual(usual);
  });

  it('are changed one variable at a time', async () => {
    const session = await withCodebook(new Browser(), 1);
    const { privacyForm, codebook } = session.getState();
    const [first, second] = codebook.codebook!.variables.map(({ name }) => name);
    const form = {
      ...privacyForm,
      weights: [
        [first!, 2],
        ['gone since', 0.5],
      ] as const,
    };
    const change = (name: string, weight: number) => withWeight(form, codebook.codebook!, name, weight);
    expect(change(second!, 0.5)).toEqual([
      [first, 2],
      [second, 0.5],
    ]);
    expect(change(first!, 0.5)).toEqual([[first, 0.5]]);
    expect(change(first!, 1)).toEqual([]);
  });
});
