import { describe, expect, it } from 'vitest';
import { checkProblem, contractChecks, opened, stateAfter } from '../conformance.ts';
import { agreementChecks } from '../conformance-gradient.ts';
import { plainChecks } from '../conformance-plain.ts';
import { randomnessChecks } from '../conformance-randomness.ts';
import { referenceMachine } from './reference-machine.ts';

describe('the reference machine', () => {
  it.each([...contractChecks, ...agreementChecks, ...randomnessChecks])('$name', async (check) => {
    const outcome = await check.run(referenceMachine, referenceMachine);
    expect(outcome).toMatchObject({ passed: true });
  });

  it.each(plainChecks)('with plain gradients: $name', async (check) => {
    expect(await check.run(referenceMachine, referenceMachine)).toMatchObject({ passed: true });
  });

  it('throws where it is used after it was closed', async () => {
    const run = await opened(referenceMachine, checkProblem({ steps: 5 }), 1);
    run.close();
    expect(() => run.advance(1)).toThrow('closed');
  });

  it('runs in any portions to the same bit', async () => {
    const problem = checkProblem({ steps: 30, samplingRate: 0.2 }, { noiseMultiplier: 2 });
    const run = await opened(referenceMachine, problem, 3);
    for (const portion of [1, 0, 7, 2, 20]) await run.advance(portion);
    expect(run.state()).toEqual(await stateAfter(referenceMachine, problem, 3, 30));
  });
});

describe('the conformance suite', () => {
  it('refuses a machine whose noise is half of what was accounted', async () => {
    const quiet: typeof referenceMachine = {
      name: 'reference',
      open: ({ table, plan }, key, from) => {
        const { parameters } = plan.mechanism;
        const noiseMultiplier = parameters.noiseMultiplier / 2;
        const mechanism = { ...plan.mechanism, parameters: { ...parameters, noiseMultiplier } };
        return referenceMachine.open({ table, plan: { ...plan, mechanism } }, key, from);
      },
    };
    const outcome = await randomnessChecks[0]?.run(quiet, referenceMachine);
    expect(outcome?.passed).toBe(false);
  });

  it('refuses a machine that clips at another norm', async () => {
    const loose: typeof referenceMachine = {
      name: 'reference',
      open: ({ table, plan }, key, from) => {
        const settings = { ...plan.settings, clipNorm: plan.settings.clipNorm * 1.01 };
        return referenceMachine.open({ table, plan: { ...plan, settings } }, key, from);
      },
    };
    const outcome = await agreementChecks[0]?.run(loose, referenceMachine);
    expect(outcome?.passed).toBe(false);
  });
});
