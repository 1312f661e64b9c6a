import { levelsOf } from '../core/codebook/codebook.ts';
import { lackingVariables } from '../core/codebook/map-codebook.ts';
import type { Result } from '../core/result.ts';
import { fail, succeed } from '../core/result.ts';
import { recordAnalysis, restoreRecord } from './analysis-records.ts';
import { includedPeers } from './journey.ts';
import { neededVariables } from './needed-variables.ts';
import type { PickedFile } from './ports.ts';
import type { AnalysisChoice, BundleSummary } from './records.ts';
import type { AnalysisAnswer, AnalysisRequest, HeldOutFrom, RequestedParty } from './requests.ts';
import type {
  AnalysisFailure,
  ByPartyState,
  HeldOutLabel,
  HeldOutState,
  LeftOutParty,
  SessionState,
} from './state.ts';
import type { Store } from './store.ts';

/** Local rows with the k-th set of every included party, k = 1…K, combined by Rubin's rules (METHOD §7). */
export async function analyse(store: Store): Promise<void> {
  const { state } = store;
  const { coded } = state.codebook;
  if (state.codebook.codebook === null || coded === null) return;
  store.update({ analysis: { kind: 'running', fitsDone: 0, fits: 0 } });
  const signal = store.begin('analyse');
  const asked = await requestOf(store, state, choiceInForce(state), includedPeers(state));
  if (store.state.project.id !== state.project.id) return;
  if (!asked.ok) {
    store.update({ analysis: { kind: 'failed', failure: asked.failure } });
    return;
  }
  const { request, usedBundles, leftOut } = asked.value;
  const analysed = await store.ports.jobs.analyse(
    { ...request, question: 'pooled' },
    {
      signal,
      onProgress: (fitsDone, fits) => {
        if (!signal.aborted) store.update({ analysis: { kind: 'running', fitsDone, fits } });
      },
    },
  );
  if (store.state.project.id !== state.project.id) return;
  if (analysed.ok) {
    if (analysed.value.kind !== 'pooled') throw new Error('a pooled analysis was asked for');
    // Someone may have changed a choice, a bundle or the rows while it ran.
    const now = store.state;
    const upToDate =
      now.analysisChoice === state.analysisChoice &&
      now.bundles === state.bundles &&
      now.codebook.coded === coded;
    const { choice } = request;
    const { analysis, tables } = analysed.value;
    const bundles = [...usedBundles, ...leftOut.map(({ bundle }) => bundle)];
    recordAnalysis(store, { codebookId: state.codebook.codebookId ?? '', choice, bundles });
    store.update({
      analysis: {
        kind: 'ready',
        analysis,
        tables,
        usedBundles,
        leftOut,
        choice,
        byParty: { kind: 'not-asked' },
        heldOut: { kind: 'not-asked' },
        upToDate,
      },
    });
  } else if (analysed.failure.kind === 'cancelled') {
    store.update({ analysis: { kind: 'idle' } });
  } else {
    store.update({ analysis: { kind: 'failed', failure: analysed.failure } });
  }
}

/**
 * A recorded analysis once more, with its choice and exactly its bundles, by their hashes; nothing where one of them
 * is gone or another codebook is in force, which the page says beforehand (`checkRecord`).
 *
 * @param recordId absent: the one that the result on the page is from
 */
export async function analyseAgain(store: Store, recordId?: string): Promise<void> {
  const record = store.state.analyses.find(({ id }, i) =>
    recordId === undefined ? i === 0 : id === recordId,
  );
  if (record !== undefined && (await restoreRecord(store, record))) await analyse(store);
}

/** Each party alone, under the choice of the result that is there; nothing where that is out of date. */
export async function compareParties(store: Store): Promise<void> {
  await askFurther<ByPartyState>(store, {
    question: { question: 'by-party' },
    running: (analysesDone, analyses) => ({ kind: 'running', analysesDone, analyses }),
    ready: (answer) => (answer.kind === 'by-party' ? { kind: 'ready', parties: answer.parties } : null),
    failed: (failure) => ({ kind: 'failed', failure }),
    shown: ({ byParty }) => byParty,
    show: (result, byParty) => ({ ...result, byParty }),
  });
}

/** How well the fits predict a share of the own rows, or (null) the test table, that they have not seen. */
export async function evaluateHeldOut(store: Store, share: number | null): Promise<void> {
  const { testTable, codebook } = store.state;
  let heldOut: HeldOutFrom;
  let from: HeldOutLabel;
  if (share !== null) {
    heldOut = { kind: 'share', share };
    from = heldOut;
  } else {
    if (testTable.kind !== 'ready' || testTable.codebookId !== codebook.codebookId) return;
    heldOut = { kind: 'table', table: testTable.table };
    from = { kind: 'file', fileName: testTable.fileName };
  }
  await askFurther<HeldOutState>(store, {
    question: { question: 'held-out', heldOut },
    running: (fitsDone, fits) => ({ kind: 'running', fitsDone, fits }),
    ready: (answer) =>
      answer.kind === 'held-out' ? { kind: 'ready', evaluation: answer.evaluation, from } : null,
    failed: (failure) => ({ kind: 'failed', failure }),
    shown: (result) => result.heldOut,
    show: (result, shown) => ({ ...result, heldOut: shown }),
  });
}

type ReadyAnalysis = Extract<SessionState['analysis'], { kind: 'ready' }>;

interface FurtherQuestion<Shown> {
  readonly question: Pick<AnalysisRequest, 'question' | 'heldOut'>;
  readonly running: (done: number, total: number) => Shown;
  readonly ready: (answer: AnalysisAnswer) => Shown | null;
  readonly failed: (failure: AnalysisFailure) => Shown;
  readonly shown: (result: ReadyAnalysis) => Shown;
  readonly show: (result: ReadyAnalysis, shown: Shown) => ReadyAnalysis;
}

/** Asks more of the result that is there, under the choice it was made with; nothing where that is out of date. */
async function askFurther<Shown extends { readonly kind: string }>(
  store: Store,
  further: FurtherQuestion<Shown>,
): Promise<void> {
  const { state } = store;
  const result = state.analysis;
  if (result.kind !== 'ready' || !result.upToDate) return;
  const before = further.shown(result);
  if (before.kind === 'running') return;
  const signal = store.begin('analyse');
  const show = (shown: Shown) => {
    const now = store.state.analysis;
    if (now.kind === 'ready' && now.analysis === result.analysis)
      store.update({ analysis: further.show(now, shown) });
  };
  show(further.running(0, 0));
  const asked = await requestOf(store, state, result.choice, result.usedBundles);
  if (!asked.ok) {
    show(further.failed(asked.failure));
    return;
  }
  const answered = await store.ports.jobs.analyse(
    { ...asked.value.request, ...further.question },
    {
      signal,
      onProgress: (done, total) => {
        if (!signal.aborted) show(further.running(done, total));
      },
    },
  );
  if (answered.ok) {
    const ready = further.ready(answered.value);
    if (ready === null) throw new Error('another question was answered');
    show(ready);
  } else {
    show(answered.failure.kind === 'cancelled' ? before : further.failed(answered.failure));
  }
}

/** Reads a table of other people to test on, under the codebook at hand. It stays in this tab's memory. */
export async function openTestTable(store: Store, file: PickedFile): Promise<void> {
  const { codebook, codebookId } = store.state.codebook;
  if (codebook === null || codebookId === null) return;
  const signal = store.begin('test-table');
  store.update({ testTable: { kind: 'reading' } });
  let read: Awaited<ReturnType<Store['ports']['jobs']['readTable']>>;
  try {
    read = await store.ports.jobs.readTable(file, { signal });
  } catch (error) {
    store.update({
      testTable: { kind: 'failed', failure: { kind: 'worker-crashed', detail: String(error) } },
    });
    return;
  }
  if (signal.aborted) return;
  const coded = read.ok
    ? await store.ports.jobs.codeTable({ raw: read.value.table, codebook }, { signal })
    : read;
  if (signal.aborted) return;
  store.update({
    testTable: coded.ok
      ? { kind: 'ready', fileName: file.name, table: coded.value.table, codebookId }
      : { kind: 'failed', failure: coded.failure },
  });
}

/** The choice as far as it applies to the codebook and the bundles at hand. */
export function choiceInForce(state: SessionState): AnalysisChoice {
  const { analysisChoice: choice } = state;
  const { codebook } = state.codebook;
  if (codebook === null) return choice;
  const levels = new Map(
    codebook.variables.map((variable) => [
      variable.name,
      new Set(levelsOf(variable).map(({ value }) => value)),
    ]),
  );
  const known = (variable: string, some: readonly string[]) =>
    some.filter((level) => levels.get(variable)?.has(level) === true);
  const events = choice.outcome === null ? [] : known(choice.outcome.variable, choice.outcome.events);
  const outcome =
    choice.outcome === null || events.length === 0 ? null : { variable: choice.outcome.variable, events };
  const subgroup = choice.subgroup
    .map(({ variable, levels: some }) => ({ variable, levels: known(variable, some) }))
    .filter(({ levels: some }) => some.length > 0);
  // A variable that is the outcome, or the same in all rows of the subgroup, is no predictor.
  const fixed = subgroup.filter(({ levels: some }) => some.length === 1).map(({ variable }) => variable);
  const without = new Set([...choice.switchedOff, ...fixed, ...(outcome === null ? [] : [outcome.variable])]);
  const switchedOff = codebook.variables.map(({ name }) => name).filter((name) => without.has(name));
  const on = (name: string) => levels.has(name) && !without.has(name);
  const counts = codebook.outcome.kind === 'count' && outcome === null;
  return {
    ...choice,
    switchedOff,
    outcome,
    subgroup,
    interactions: choice.interactions.filter(([first, second]) => on(first) && on(second)),
    references: Object.fromEntries(
      Object.entries(choice.references).filter(([name, level]) => known(name, [level]).length > 0),
    ),
    family: counts && choice.family.startsWith('binomial') ? 'poisson-log' : choice.family,
  };
}

/** The newest own bundle that was made from as many rows, or nobody can tell how many, under this codebook and this name. */
export function ownBundle(state: SessionState): BundleSummary | null {
  const rows = state.codebook.coded?.table.rowCount;
  return (
    state.bundles.findLast(
      (bundle) =>
        bundle.origin === 'own' &&
        bundle.codebookId === state.codebook.codebookId &&
        (bundle.rowCount === rows || bundle.rowCountNoise !== undefined) &&
        bundle.partyName === state.data.partyName.trim(),
    ) ?? null
  );
}

/** Never puts real rows where twins were asked for: without a bundle of its own it is refused. */
async function requestOf(
  store: Store,
  state: SessionState,
  choice: AnalysisChoice,
  used: readonly BundleSummary[],
): Promise<
  Result<
    {
      readonly request: Omit<AnalysisRequest, 'question'>;
      readonly usedBundles: readonly BundleSummary[];
      readonly leftOut: readonly LeftOutParty[];
    },
    AnalysisFailure
  >
> {
  const { codebook, coded } = state.codebook;
  if (codebook === null || coded === null) return fail({ kind: 'cancelled' });
  if (choice.switchedOff.length === codebook.variables.length) return fail({ kind: 'no-variables' });
  let twins: Uint8Array | null = null;
  if (choice.ownPart === 'own-twins') {
    const own = ownBundle(state);
    twins = own === null ? null : await store.bundleBytes(own.id);
    if (twins === null) return fail({ kind: 'no-own-bundle' });
  }
  const needed = neededVariables(codebook, choice);
  const parties: RequestedParty[] = [];
  const leftOut: LeftOutParty[] = [];
  for (const bundle of used) {
    const { id, partyName: label } = bundle;
    const mapping =
      bundle.codebookId === state.codebook.codebookId ? null : (bundle.mapping?.mapping ?? null);
    const lacks = mapping === null ? [] : lackingVariables(needed, mapping);
    if (lacks.length > 0) {
      leftOut.push({ bundle, lacks });
      continue;
    }
    const bytes = await store.bundleBytes(id);
    // Fewer centres than the page names would be another result than the one that was asked for.
    if (bytes === null) return fail({ kind: 'bundle-gone', partyName: label });
    parties.push({ id, label, bytes, mapping });
  }
  const present = new Set(parties.map(({ id }) => id));
  return succeed({
    request: { codebook, local: coded.table, parties, ownBundle: twins, choice },
    usedBundles: used.filter(({ id }) => present.has(id)),
    leftOut,
  });
}
