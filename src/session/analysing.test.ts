import { describe, expect, it } from 'vitest';
import { levelsOf } from '../core/codebook/codebook.ts';
import { fail } from '../core/result.ts';
import { choiceInForce } from './analysing.ts';
import type { AnalysisRequest } from './requests.ts';
import { Browser, csv, file, jobs, withBundle, withCodebook } from './session-in-memory.check.ts';

async function variablesOf(session: Awaited<ReturnType<typeof withCodebook>>) {
  const { codebook } = session.getState().codebook;
  if (codebook === null) throw new Error('no codebook');
  return codebook.variables;
}

describe('the choices of an analysis', () => {
  it('survive a reload', async () => {
    const browser = new Browser();
    const session = await withCodebook(browser, 1);
    const [variable] = await variablesOf(session);
    const level = levelsOf(variable!).at(-1)!.value;
    session.choose({ family: 'binomial-logit', references: { [variable!.name]: level }, interval: 't' });
    const before = session.getState().analysisChoice;
    const again = browser.open();
    await again.start();
    expect(again.getState().analysisChoice).toEqual(before);
  });

  it('count only as far as the codebook knows them', async () => {
    const session = await withCodebook(new Browser(), 1);
    const variables = await variablesOf(session);
    const [first, second] = variables;
    const two = levelsOf(first!).map(({ value }) => value);
    session.choose({
      switchedOff: ['nothing of the kind'],
      references: { [first!.name]: 'no such level' },
      interactions: [
        [first!.name, second!.name],
        [first!.name, 'nothing of the kind'],
      ],
      subgroup: [{ variable: 'nothing of the kind', levels: ['x'] }],
      outcome: { variable: first!.name, events: [] },
    });
    const inForce = choiceInForce(session.getState());
    expect(inForce).toMatchObject({ switchedOff: [], references: {}, subgroup: [], outcome: null });
    expect(inForce.interactions).toEqual([[first!.name, second!.name]]);

    // The outcome, and what a subgroup holds at one level, are no predictors and in no interaction.
    session.choose({ outcome: { variable: first!.name, events: [two[0]!] } });
    expect(choiceInForce(session.getState())).toMatchObject({
      switchedOff: [first!.name],
      interactions: [],
      outcome: { variable: first!.name, events: [two[0]] },
    });
    const one = levelsOf(second!)[0]!.value;
    session.choose({ outcome: null, subgroup: [{ variable: second!.name, levels: [one] }] });
    expect(choiceInForce(session.getState())).toMatchObject({
      switchedOff: [second!.name],
      interactions: [],
    });
  });
});

describe('the evaluation on held-out rows', () => {
  async function analysed() {
    const north = new Browser();
    const first = await withBundle(north, 1);
    await first.session.makeBundle();
    const south = new Browser();
    const requests: AnalysisRequest[] = [];
    let cancelNext = false;
    const session = await withCodebook(south, 2, {
      analyse: async (request, watch) => {
        requests.push(request);
        return cancelNext ? fail({ kind: 'cancelled' }) : jobs.analyse(request, watch);
      },
    });
    await session.importBundles([...north.files.values()].slice(0, 1).map((bytes) => file(bytes)));
    await session.analyse();
    return {
      session,
      requests,
      cancelNext: () => {
        cancelNext = true;
      },
      heldOut: () => {
        const { analysis } = session.getState();
        if (analysis.kind !== 'ready') throw new Error(analysis.kind);
        return analysis.heldOut;
      },
    };
  }

  it('is asked of the result that is there, and a cancelled one leaves the last', async () => {
    const { session, heldOut, cancelNext } = await analysed();
    await session.evaluateHeldOut(0.2);
    const first = heldOut();
    if (first.kind !== 'ready') throw new Error(first.kind);
    const { trainingRows, testRows } = first.evaluation;
    expect(testRows / (trainingRows + testRows)).toBeCloseTo(0.2, 2);
    cancelNext();
    await session.evaluateHeldOut(0.5);
    expect(heldOut()).toBe(first);
  });

  it('reads a table of others under the codebook; it is in no record', async () => {
    const { session, heldOut, requests } = await analysed();
    await session.evaluateHeldOut(null);
    expect(heldOut().kind).toBe('not-asked');
    await session.openTestTable(file(csv(50, 9)));
    const { testTable } = session.getState();
    expect(testTable.kind).toBe('ready');
    await session.evaluateHeldOut(null);
    expect(requests.at(-1)?.heldOut?.kind).toBe('table');
    expect(heldOut()).toMatchObject({ kind: 'ready', from: { kind: 'file' } });
    await session.openTestTable(file(new TextEncoder().encode('a,b\n1,2\n')));
    expect(session.getState().testTable).toMatchObject({
      kind: 'failed',
      failure: { kind: 'missing-columns' },
    });
  });
});
