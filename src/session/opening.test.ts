import { describe, expect, it } from 'vitest';
import { fail } from '../core/result.ts';
import { blockedSteps } from './journey.ts';
import { Browser, csv, file, jobs, withCodebook } from './session-in-memory.check.ts';

const SPACED = new TextEncoder().encode(
  [
    'ward,sex,ill',
    ...Array.from({ length: 60 }, (_, i) => `A${i % 2},${['F', 'M', 'F '][i % 3]},${i % 2}`),
  ].join('\n'),
);

async function opened(browser: Browser) {
  const session = browser.open();
  await session.start();
  await session.openFile(file(SPACED));
  return session;
}

describe('texts that differ only in blanks at their ends', () => {
  it('stay apart until a person says otherwise, are one then, and can be taken apart again', async () => {
    const browser = new Browser();
    const session = await opened(browser);
    const levels = () =>
      session
        .getState()
        .codebook.draft?.columns.find(({ name }) => name === 'sex')
        ?.levels.map(({ value }) => value);
    expect(levels()).toEqual(['F', 'M']);
    expect(await session.confirmCodebook(true)).toBe(true);
    const kept = () => session.getState().codebook.coded?.report.rowsKept;
    const spaced = () => session.getState().data.profiles[1]!.spaced;
    expect([kept(), spaced()]).toEqual([40, [{ value: 'F ', count: 20 }]]);
    const id = session.getState().codebook.codebookId;
    await session.ignoreBlanks(['sex'], true);
    expect([kept(), spaced()]).toEqual([60, []]);
    // What a file's cells look like is nobody's codebook.
    expect(session.getState().codebook.codebookId).toBe(id);
    await session.ignoreBlanks(['sex'], false);
    expect([kept(), spaced()]).toEqual([40, [{ value: 'F ', count: 20 }]]);
  });

  it('are what was said of them when the same file is opened after a reload', async () => {
    const browser = new Browser();
    const session = await opened(browser);
    await session.confirmCodebook(true);
    await session.ignoreBlanks(['sex'], true);
    const again = await opened(browser);
    expect(again.getState().codebook.coded?.report.rowsKept).toBe(60);
    await again.openFile(file(SPACED, 'another.csv'));
    expect(again.getState().data.blanksIgnored).toEqual([]);
  });
});

describe('coding the rows', () => {
  it('is waited for, and a later wish ends an earlier one', async () => {
    const waiting: (() => void)[] = [];
    const session = await withCodebook(new Browser(), 1, {
      codeTable: async (request, watch) => {
        if (request.site !== undefined) await new Promise<void>((resolve) => waiting.push(resolve));
        return watch.signal.aborted ? fail({ kind: 'cancelled' }) : jobs.codeTable(request, watch);
      },
    });
    const first = session.chooseSite('ward', 'A');
    expect(blockedSteps(session.getState()).privacy).toBe('wait-for-the-rows');
    const second = session.chooseSite('ward', 'B');
    for (const go of waiting.reverse()) go();
    await Promise.all([first, second]);
    const { coded, coding } = session.getState().codebook;
    expect([coded?.report.rowsAtSite, coding]).toEqual([100, null]);
  });

  it('ends when the codebook is opened again, and changes nothing afterwards', async () => {
    let go = () => {};
    const session = await withCodebook(new Browser(), 1, {
      codeTable: async (request, watch) => {
        if (request.site !== undefined) await new Promise<void>((resolve) => (go = resolve));
        return jobs.codeTable(request, watch);
      },
    });
    const coded = session.chooseSite('ward', 'A');
    session.editCodebookAgain();
    go();
    await coded;
    expect(session.getState().codebook).toMatchObject({ codebook: null, coded: null, coding: null });
  });

  it('says when its worker died, and the next try may do', async () => {
    let dies = true;
    const browser = new Browser();
    const session = browser.open({
      codeTable: (request, watch) =>
        dies
          ? Promise.resolve(fail({ kind: 'worker-crashed', detail: 'x' }))
          : jobs.codeTable(request, watch),
    });
    await session.start();
    await session.openFile(file(csv(60, 1)));
    const { draft } = session.getState().codebook;
    session.editDraft({
      ...draft!,
      columns: draft!.columns.map((column) =>
        column.name === 'note' ? { ...column, role: 'ignored' } : column,
      ),
    });
    expect(await session.confirmCodebook(true)).toBe(false);
    expect(session.getState().codebook.codingFailure).toMatchObject({ kind: 'worker-crashed' });
    dies = false;
    expect(await session.confirmCodebook(true)).toBe(true);
  });
});
