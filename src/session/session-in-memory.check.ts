import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { evaluateHeldOut, holdOut } from '../core/analysis/held-out.ts';
import { analyseParties } from '../core/analysis/party-analysis.ts';
import { analysePooled } from '../core/analysis/pooled-analysis.ts';
import { compareTwins } from '../core/analysis/twin-comparison.ts';
import { type BundleFailure, readBundle } from '../core/bundle/read-bundle.ts';
import { verifySigner } from '../core/bundle/signature.ts';
import { writeSignedBundle } from '../core/bundle/write-bundle.ts';
import { bindTable, init, posteriorOf, stepInPlace } from '../core/inference/dpvi.ts';
import { copyState, type DpviState } from '../core/inference/dpvi-state.ts';
import { releaseTables } from '../core/marginals/noisy-tables.ts';
import { tablesOutcome } from '../core/marginals/tables-outcome.ts';
import { certify, certifyComposition, nextRelease } from '../core/privacy/certify.ts';
import { readLedgerFile } from '../core/privacy/ledger-file.ts';
import { tradeOffCurve } from '../core/privacy/meaning.ts';
import type { CertifiedCost } from '../core/privacy/mechanism.ts';
import { chacha20Source, type StreamPurpose } from '../core/random/chacha20.ts';
import { fail, type Result, succeed } from '../core/result.ts';
import type { PartResult } from '../core/study/part-results.ts';
import {
  drawSets,
  isMarginalsPlan,
  isNoisyTables,
  planSynthesis,
  releasedRows,
} from '../core/synthesis/synthesizer.ts';
import { codeTable } from '../core/table/code-table.ts';
import { profileTable } from '../core/table/column-profile.ts';
import { readCsv } from '../core/table/read-csv.ts';
import { tableBytes } from '../core/table/table-bytes.ts';
import { summaryOf } from './bundle-summary.ts';
import { setsUnder } from './mapped-sets.ts';
import { makePartyKey, type PartyKey, signerWith, verifyEd25519 } from './party-key.ts';
import type { FindableFile, Jobs, Ports, Vault } from './ports.ts';
import type { BundleSummary, KeptFolder, KeptValues, ReleaseRecord, StoredProject } from './records.ts';
import { Session } from './session.ts';
import type { SessionState } from './state.ts';

/** A key nobody else has; each use in these tests counts on. */
let keys = 0;
function stream(purpose: StreamPurpose) {
  keys += 1;
  return chacha20Source(new Uint8Array(32).fill(keys), purpose);
}

export const CRASH = { kind: 'worker-crashed', detail: 'on purpose' } as const;
const COUNTING = { name: 'counting', because: 'one-count' } as const;
const REFERENCE = { name: 'reference', because: 'wasm-unavailable' } as const;

/** The real computations, on this thread instead of in workers. */
export const jobs: Jobs = {
  readTable: async (file) => {
    const read = readCsv(await file.bytes());
    return read.ok ? succeed({ table: read.value, profiles: profileTable(read.value) }) : read;
  },
  codeTable: async ({ raw, codebook, site }) => codeTable(raw, codebook, site),
  tableBytes: async (raw, filter) => succeed(tableBytes(raw, filter)),
  simulateCohort: async () => fail({ kind: 'worker-crashed', detail: 'not used here' }),
  plan: async (request, { onForecast }) => {
    const planned = planSynthesis(request);
    if (!planned.ok) return planned;
    const forecast = { plan: planned.value, expectedMs: 1, machine: REFERENCE };
    onForecast(forecast);
    const tradeOff = tradeOffCurve([planned.value.mechanism.parameters]);
    return tradeOff.ok ? succeed({ forecast, tradeOff: tradeOff.value }) : fail(CRASH);
  },
  totalCost: async (mechanisms, delta) => {
    const total = certifyComposition(mechanisms, delta);
    return total.ok ? total : fail({ kind: 'total-not-certified' });
  },
  largestNext: async (before, cap) => {
    const next = nextRelease(before, [], cap);
    return succeed(next.ok ? next.value.mechanism : null);
  },
  readLedger: async (text) => readLedgerFile(text),
  train: async ({ table, plan, from }, { signal, pause, onProgress, onCheckpoint }) => {
    if (isMarginalsPlan(plan)) {
      return succeed({ posterior: releaseTables(plan, table, stream('mechanismNoise')), machine: COUNTING });
    }
    const problem = bindTable(plan, table);
    const state = { ...(from == null ? init(plan, stream('initialLocation')) : copyState(from)) };
    const randomness = {
      variationalDraw: stream('variationalDraw'),
      subsample: stream('subsample'),
      mechanismNoise: stream('mechanismNoise'),
    };
    const { steps } = plan.mechanism.parameters;
    while (state.step < steps) {
      stepInPlace(problem, state, randomness);
      if (state.step % 125 === 0) {
        onProgress?.(state.step, steps);
        if (state.step < steps) onCheckpoint?.(copyState(state));
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (signal.aborted) return fail({ kind: 'cancelled' });
        if (pause?.aborted) return fail({ kind: 'paused', state: copyState(state) });
      }
    }
    return succeed({ posterior: posteriorOf(plan, state), machine: REFERENCE });
  },
  check: async ({ release, real, family, errors, setCount }) => {
    const { codebook, plan, posterior } = release;
    const twins = [
      ...drawSets({ plan, posterior, outcome: codebook.outcome }, setCount, stream('synthesis')),
    ];
    return compareTwins({ codebook, real, twins, family, errors });
  },
  makeBundle: async ({ release, partyName, createdOn, setCount, partyKey }) => {
    const { codebook, plan, posterior } = release;
    const simulated = release.source.kind === 'simulated';
    const source = {
      partyName,
      createdOn,
      softwareVersion: '0.0.0',
      licence: 'CC-BY-4.0',
      codebook,
      rowCount: releasedRows(plan, posterior),
      settings: plan.settings,
      mechanism: plan.mechanism,
      simulated,
      posterior,
      sets: drawSets({ plan, posterior, outcome: codebook.outcome }, setCount, stream('synthesis')),
    };
    const { bytes } = await writeSignedBundle(source, signerWith(partyKey));
    const summary = await readSummary(bytes, 'own');
    return summary.ok ? succeed({ bytes, summary: summary.value }) : fail(CRASH);
  },
  readBundle: (bytes) => readSummary(bytes, 'peer'),
  openStudy: async () => fail({ kind: 'worker-crashed', detail: 'not used here' }),
  analyse: async ({ question, heldOut, codebook, local, parties, choice }) => {
    const sets = [];
    const releases = [];
    for (const { id, bytes, mapping } of parties) {
      const read = readBundle(bytes, { certify });
      if (!read.ok) return read;
      const { posterior } = read.value.bundle;
      releases.push({ id, release: mapping === null && isNoisyTables(posterior) ? posterior : null });
      sets.push({ id, sets: setsUnder({ codebook, choice }, read.value.bundle, mapping) });
    }
    const predictors = codebook.variables
      .map(({ name }) => name)
      .filter((name) => !choice.switchedOff.includes(name));
    const { family, errors } = choice;
    const input = { codebook, choice: { predictors }, family, errors, local, parties: sets };
    if (question === 'by-party') {
      const compared = analyseParties(input);
      return compared.ok ? succeed({ kind: 'by-party', parties: compared.value }) : compared;
    }
    if (question === 'held-out' && heldOut !== undefined) {
      const source = stream('synthesis');
      const { training, test } =
        heldOut.kind === 'table'
          ? { training: local, test: heldOut.table }
          : holdOut(local, heldOut.share, source);
      const options = { draws: 10, orders: 2, gainSets: 2, source };
      const evaluated = evaluateHeldOut({ ...input, local: training, test }, options);
      return evaluated.ok ? succeed({ kind: 'held-out', evaluation: evaluated.value }) : evaluated;
    }
    const pooled = analysePooled(input);
    const tables = tablesOutcome(input, choice.ownPart === 'real-rows' ? releases : []);
    return pooled.ok ? succeed({ kind: 'pooled', analysis: pooled.value, tables }) : pooled;
  },
};

async function readSummary(
  bytes: Uint8Array,
  origin: 'own' | 'peer',
): Promise<Result<BundleSummary, BundleFailure>> {
  const read = readBundle(bytes, { certify });
  if (!read.ok) return read;
  const signer = await verifySigner(read.value.claimedSignature, verifyEd25519);
  if (!signer.ok) return signer;
  const included = origin === 'peer';
  const place = { origin, fileName: 'twins.zip', byteLength: bytes.length, included };
  return succeed(summaryOf(read.value, place, signer.value));
}

/** A browser's storage: what is put comes out as a copy, as from IndexedDB. */
export class Browser {
  readonly projects = new Map<string, StoredProject>();
  readonly removed = new Set<string>();
  readonly releases = new Map<string, ReleaseRecord>();
  readonly checkpoints = new Map<string, DpviState>();
  /** What its tabs are at. */
  readonly taken: { readonly tab: symbol; readonly name: string }[] = [];
  /** Bundles of each project. */
  readonly bundles = new Map<string, Map<string, BundleSummary>>();
  readonly files = new Map<string, Uint8Array>();
  readonly folders = new Map<string, KeptFolder>();
  readonly studyParts = new Map<string, PartResult>();
  readonly values = new Map<keyof KeptValues, KeptValues[keyof KeptValues]>();
  readonly downloads: { readonly fileName: string; readonly bytes: Uint8Array }[] = [];
  /** Of the files of projects. */
  readonly places = new Map<string, { readonly handle: FindableFile; readonly size: number }>();
  refuses = false;
  /** What its clock says. */
  today = '2026-01-31';
  partyKey: PartyKey | null = null;

  private async write(change: () => void): Promise<void> {
    if (this.refuses) throw new Error('QuotaExceededError');
    change();
  }

  private bundlesOf(projectId: string): Map<string, BundleSummary> {
    const known = this.bundles.get(projectId) ?? new Map<string, BundleSummary>();
    this.bundles.set(projectId, known);
    return known;
  }

  readonly vault: Vault = {
    load: async () => {
      for (const id of this.removed) {
        this.projects.delete(id);
        this.bundles.delete(id);
      }
      this.removed.clear();
      return {
        projects: structuredClone([...this.projects.values()]),
        releases: structuredClone([...this.releases.values()]),
      };
    },
    project: async (id) => (this.removed.has(id) ? null : structuredClone(this.projects.get(id) ?? null)),
    saveProject: (project) => this.write(() => this.projects.set(project.id, structuredClone(project))),
    duplicateProject: (from, project) =>
      this.write(() => {
        this.projects.set(project.id, structuredClone(project));
        this.bundles.set(project.id, structuredClone(this.bundlesOf(from)));
      }),
    removeProject: (id) => this.write(() => this.removed.add(id)),
    restoreProject: (id) => this.write(() => this.removed.delete(id)),
    releases: async () => structuredClone([...this.releases.values()]),
    addRelease: (release) => this.write(() => this.releases.set(release.id, structuredClone(release))),
    changeRelease: async (id, attempt, change, checkpoint) => {
      let changed: ReleaseRecord | null = null;
      await this.write(() => {
        const release = this.releases.get(id);
        const ended = ['finished', 'cancelled', 'failed'];
        if (release === undefined || release.attempt !== attempt || ended.includes(release.status)) return;
        changed = structuredClone({ ...release, ...change });
        this.releases.set(id, changed);
        if (checkpoint === null) this.checkpoints.delete(id);
        else if (checkpoint !== undefined) this.checkpoints.set(id, structuredClone(checkpoint));
      });
      return changed;
    },
    checkpoint: async (id) => structuredClone(this.checkpoints.get(id) ?? null),
    bundles: async (projectId) => structuredClone([...this.bundlesOf(projectId).values()]),
    putBundle: (projectId, summary, bytes) =>
      this.write(() => {
        this.bundlesOf(projectId).set(summary.id, structuredClone(summary));
        this.files.set(summary.id, bytes.slice());
      }),
    updateBundle: (projectId, summary) =>
      this.write(() => this.bundlesOf(projectId).set(summary.id, structuredClone(summary))),
    bundleBytes: async (id) => this.files.get(id)?.slice() ?? null,
    removeBundle: (projectId, id) => this.write(() => this.bundlesOf(projectId).delete(id)),
    folder: async (projectId) => this.folders.get(projectId) ?? null,
    keepFolder: (projectId, folder) => this.write(() => this.folders.set(projectId, folder)),
    value: async <K extends keyof KeptValues>(key: K) =>
      structuredClone((this.values.get(key) ?? null) as KeptValues[K] | null),
    putValue: (key, value) => this.write(() => this.values.set(key, structuredClone(value))),
    studyPart: async (studyId, partId) =>
      structuredClone(this.studyParts.get(`${studyId}/${partId}`) ?? null),
    putStudyPart: (studyId, partId, result) =>
      this.write(() => this.studyParts.set(`${studyId}/${partId}`, structuredClone(result))),
    forgetStudies: async () => {
      const kept = [...this.studyParts];
      await this.write(() => this.studyParts.clear());
      return () => this.write(() => kept.map(([id, part]) => this.studyParts.set(id, part)));
    },
    onForgotten: () => undefined,
    remains: async () => ({
      records:
        this.projects.size + this.releases.size + this.bundles.size + this.files.size + this.values.size,
      copies: 0,
      settings: 0,
    }),
    forgetEverything: () =>
      this.write(() => {
        for (const kept of [
          this.studyParts,
          this.folders,
          this.projects,
          this.removed,
          this.releases,
          this.checkpoints,
          this.bundles,
          this.files,
          this.values,
        ])
          kept.clear();
      }),
  };

  /** Every record, as one would find it when searching the storage. */
  stored(): string {
    return JSON.stringify([
      ...this.projects.values(),
      ...this.releases.values(),
      ...this.checkpoints.values(),
      ...[...this.bundles.values()].flatMap((bundles) => [...bundles.values()]),
      ...this.values.values(),
    ]);
  }

  open(change: Partial<Jobs> = {}): Session {
    const tab = Symbol('tab');
    const ports: Ports = {
      fingerprint: async (bytes) => createHmac('sha256', 'key of this browser').update(bytes).digest('hex'),
      partyKey: async () => {
        this.partyKey ??= await makePartyKey();
        return this.partyKey;
      },
      jobs: { ...jobs, ...change },
      files: {
        remember: async (projectId, { handle }) => {
          if (handle === undefined) this.places.delete(projectId);
          else this.places.set(projectId, { handle, size: (await handle.getFile()).size });
        },
        known: async (projectId) => this.places.get(projectId)?.handle.name ?? null,
        reopen: async (projectId) => {
          const place = this.places.get(projectId);
          if (place === undefined) return fail({ kind: 'file-gone' });
          const { handle, size } = place;
          const blob = await handle.getFile();
          const bytes = async () => new Uint8Array(await blob.arrayBuffer());
          return succeed({ file: { name: blob.name, bytes, blob, handle }, isChanged: blob.size !== size });
        },
      },
      presence: {
        enter: async (name) => {
          const place = { tab, name };
          this.taken.push(place);
          return () => void this.taken.splice(this.taken.indexOf(place), 1);
        },
        isTaken: async (name) => this.taken.some((place) => place.name === name && place.tab !== tab),
      },
      vault: this.vault,
      exporter: { download: (fileName, bytes) => this.downloads.push({ fileName, bytes }) },
      clock: { nowMs: () => Date.now(), today: () => this.today, newId: () => crypto.randomUUID() },
    };
    return new Session(ports);
  }
}

/** A cell that can only come from a row. */
export const SECRET = 'only-in-the-rows-4711';

export function csv(rows: number, shift: number, wards = ['A', 'B', 'C']): Uint8Array {
  const lines = ['ward,sex,note,ill'];
  for (let i = 0; i < rows; i += 1) {
    const ward = wards[i % 3];
    const sex = (i >> 2) % 2 === 0 ? 'F' : 'M';
    lines.push(`${ward},${sex},${SECRET}-${i},${(i * 7 + shift) % 5 === 0 ? 1 : 0}`);
  }
  return new TextEncoder().encode(lines.join('\n'));
}

export const file = (bytes: Uint8Array, name = 'table.csv') => ({ name, bytes: async () => bytes.slice() });

export async function withCodebook(
  browser: Browser,
  shift: number,
  change: Partial<Jobs> = {},
  wards?: string[],
): Promise<Session> {
  const session = browser.open(change);
  await session.start();
  await session.openFile(file(csv(300, shift, wards)));
  session.setPartyName(`Hospital ${shift}`);
  const { draft } = session.getState().codebook;
  if (draft === null) throw new Error('no draft was proposed');
  session.editDraft({
    ...draft,
    title: 'Two wards',
    columns: draft.columns.map((column) =>
      column.name === 'note' ? { ...column, role: 'ignored' } : column,
    ),
  });
  expect(await session.confirmCodebook(true)).toBe(true);
  session.editPrivacy({ preset: 'short', eventRateGuess: '0.2', declaredRowCount: 300 });
  await session.makePlan();
  expect(session.getState().plan.kind).toBe('ready');
  return session;
}

export async function withBundle(
  browser: Browser,
  shift: number,
  wards?: string[],
): Promise<{ session: Session; bytes: Uint8Array }> {
  const session = await withCodebook(browser, shift, {}, wards);
  await session.train();
  session.setSetCount('5');
  await session.makeBundle();
  const [own] = session.getState().bundles;
  const bytes = own === undefined ? undefined : browser.files.get(own.id);
  if (bytes === undefined) throw new Error('no bundle was made');
  return { session, bytes };
}

/** The certified total of what was released from the first table of the ledger; null where nothing counts. */
export function firstTotal({ ledger }: SessionState): CertifiedCost | null {
  return ledger.accounts[0]?.total ?? null;
}
