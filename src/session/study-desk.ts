import type { Codebook } from '../core/codebook/codebook.ts';
import { boxPlotSvg } from '../core/study/box-plot-svg.ts';
import {
  anyGroup,
  COHORT_SKEW,
  FIGURE_DESIGNS,
  type FigureName,
  type SkewedGroup,
  STUDY_PRESETS,
  type StudySettings,
  type SynthesizerName,
} from '../core/study/experiments.ts';
import { boxesCsv, gainsCsv } from '../core/study/figure-csv.ts';
import { type DonePart, type FigureData, figureData } from '../core/study/figure-data.ts';
import { type FigurePicture, figurePicture } from '../core/study/figure-picture.ts';
import { type Finding, findingOf } from '../core/study/findings.ts';
import { partsOf } from '../core/study/parts.ts';
import type { StudyDataFailure } from '../core/study/study-data.ts';
import { studyIdentity, tableIdentity } from '../core/study/study-identity.ts';
import { type PartStore, runParts, type StudyWatch } from '../core/study/study-run.ts';
import type { RawTable } from '../core/table/coded-table.ts';
import type { JobEnd, Ports } from './ports.ts';
import type { StudyCrew, StudyGraphics, StudyRequest } from './requests.ts';

/** Known to everybody, the same in every browser and in the command: for invented and public people only. */
const STUDY_SEED = Uint8Array.from({ length: 32 }, (_, i) => 'twinpool study'.charCodeAt(i) || 0);

/** A table that a person declared to be public. */
export interface PublicTable {
  readonly raw: RawTable;
  readonly codebook: Codebook;
  readonly siteColumn: string;
}

/** What the parts that are done show. */
export interface StudyView {
  readonly data: FigureData;
  readonly picture: FigurePicture;
  readonly finding: Finding;
}

export type StudyProgress = {
  readonly done: number;
  readonly total: number;
  /** Of the parts that were made now, not found: for the time that is left. */
  readonly elapsedMs: number;
  readonly made: number;
};

export type StudyRunState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'opening' }
  /** `pausing`: the parts that are in work are brought to their end. */
  | ({ readonly kind: 'running' | 'pausing' | 'paused' | 'done' } & StudyProgress)
  | { readonly kind: 'failed'; readonly failure: StudyDataFailure | JobEnd };

export interface StudyState {
  readonly figure: FigureName;
  readonly synthesizer: SynthesizerName;
  readonly run: StudyRunState;
  /** Null until the first analysis is done. */
  readonly view: StudyView | null;
  /** Results were just let go of and can still be brought back. */
  readonly forgotten: boolean;
  /** Of the last start; null before it is known. */
  readonly graphics: StudyGraphics | null;
}

/** One study at a time: starts, pauses, goes on from what this browser keeps, and hands out its results as files. */
export class StudyDesk {
  readonly #ports: Ports;
  readonly #listeners = new Set<() => void>();
  #state: StudyState = {
    figure: '1',
    synthesizer: 'dpvi',
    run: { kind: 'idle' },
    view: null,
    forgotten: false,
    graphics: null,
  };
  #bringBack: (() => Promise<void>) | null = null;
  #crew: StudyCrew | undefined;
  #ending = new AbortController();
  #pausing: { aborted: boolean } = { aborted: false };

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly getState = (): StudyState => this.#state;

  /** Another figure, or another thing that the centres share; what runs is ended, its finished parts are kept. */
  choose(chosen: Partial<Pick<StudyState, 'figure' | 'synthesizer'>>): void {
    this.cancel();
    this.#update({ ...chosen, view: null });
  }

  /** @param table declared public by the person; null for the simulated centres */
  async start(table: PublicTable | null): Promise<void> {
    this.cancel();
    const { signal } = this.#ending;
    const design = FIGURE_DESIGNS[this.#state.figure];
    const settings: StudySettings = { ...STUDY_PRESETS.quick, synthesizer: this.#state.synthesizer };
    const source: StudyRequest['source'] =
      table === null ? { kind: 'simulated' } : { kind: 'public-table', ...table };
    const skew: SkewedGroup | undefined = table === null ? COHORT_SKEW : anyGroup(table.codebook);
    this.#update({ run: { kind: 'opening' }, view: null, graphics: null });
    const opened = await this.#ports.jobs.openStudy(
      { source, settings, seed: STUDY_SEED },
      {
        signal,
        onGraphics: (graphics) => {
          if (!signal.aborted) this.#update({ graphics });
        },
      },
    );
    if (signal.aborted) {
      if (opened.ok) opened.value.close();
      return;
    }
    if (!opened.ok) {
      this.#update({ run: { kind: 'failed', failure: opened.failure } });
      return;
    }
    const crew = opened.value;
    this.#crew = crew;
    const { centres } = crew;
    const parts = partsOf({ design, settings, centres, skew });
    const named =
      table === null ? 'simulated cohort' : tableIdentity(table.raw, table.codebook, table.siteColumn);
    const studyId = studyIdentity(named, STUDY_SEED, settings);
    const done: DonePart[] = [];
    const pausing = { aborted: false };
    this.#pausing = pausing;
    const startedMs = this.#ports.clock.nowMs();
    const fetched = new Set<string>();
    try {
      const watch: StudyWatch = {
        signal: pausing,
        onDone: (part, result, count, total) => {
          if (signal.aborted) return;
          const made = count - fetched.size;
          const elapsedMs = this.#ports.clock.nowMs() - startedMs;
          const kind = pausing.aborted ? 'pausing' : 'running';
          const run = { kind, done: count, total, made, elapsedMs } as const;
          if (result.kind === 'twin') {
            this.#update({ run });
            return;
          }
          done.push({ part, result });
          const data = figureData(design, centres, skew, done);
          if (data === undefined) return;
          const view = { data, picture: figurePicture(design, data), finding: findingOf(design, data) };
          this.#update({ run, view });
        },
      };
      await runParts(parts, crew.runners, this.#shelf(studyId, fetched, signal), watch, crew.together);
    } catch (error) {
      if (!signal.aborted)
        this.#update({ run: { kind: 'failed', failure: { kind: 'worker-crashed', detail: String(error) } } });
    } finally {
      crew.close();
    }
    const { run } = this.#state;
    if (signal.aborted || (run.kind !== 'running' && run.kind !== 'pausing')) return;
    this.#update({ run: { ...run, kind: run.done === run.total ? 'done' : 'paused' } });
  }

  /** Begins no further part; those in work are finished and kept. */
  pause(): void {
    const { run } = this.#state;
    if (run.kind !== 'running') return;
    this.#pausing.aborted = true;
    this.#update({ run: { ...run, kind: 'pausing' } });
  }

  /** Ends everything at once; finished parts are kept. */
  cancel(): void {
    this.#pausing.aborted = true;
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#crew?.close();
    this.#crew = undefined;
    this.#bringBack = null;
    const { run, forgotten } = this.#state;
    if (run.kind !== 'idle' || forgotten)
      this.#update({ run: { kind: 'idle' }, view: null, forgotten: false, graphics: null });
  }

  /** Lets go of every result that this browser keeps; until something else is begun it can be undone. */
  async forget(): Promise<void> {
    this.cancel();
    const { signal } = this.#ending;
    const bringBack = await this.#ports.vault.forgetStudies().catch(() => null);
    if (signal.aborted || bringBack === null) return;
    this.#bringBack = bringBack;
    this.#update({ forgotten: true });
  }

  /** Brings back what was let go of. Where the browser has no room for it by now, it can be tried again. */
  async undoForgetting(): Promise<void> {
    try {
      await this.#bringBack?.();
    } catch {
      return;
    }
    this.#bringBack = null;
    this.#update({ forgotten: false });
  }

  save(format: 'svg' | 'csv' | 'comparisons'): void {
    const { view, figure, synthesizer } = this.#state;
    if (view === null) return;
    const shared = synthesizer === 'dpvi' ? '' : `-${synthesizer}`;
    const name = `twinpool-study-figure-${figure}${shared}`;
    const write = (ending: string, text: string, mediaType: string) =>
      this.#ports.exporter.download(`${name}${ending}`, new TextEncoder().encode(text), mediaType);
    if (format === 'svg') write('.svg', boxPlotSvg(view.picture), 'image/svg+xml');
    if (format === 'csv') write('.csv', boxesCsv(view.picture), 'text/csv');
    if (format === 'comparisons') write('-comparisons.csv', gainsCsv(view.data), 'text/csv');
  }

  /** A browser that refuses to store still runs the study; it only cannot go on after a reload. */
  #shelf(studyId: string, fetched: Set<string>, signal: AbortSignal): PartStore {
    const { vault } = this.#ports;
    return {
      async get(id) {
        const kept = await vault.studyPart(studyId, id).catch(() => null);
        if (kept !== null) fetched.add(id);
        return kept ?? undefined;
      },
      async put(id, result) {
        // A part that ends after its study was, when everything may have been forgotten, is not written any more.
        if (!signal.aborted) await vault.putStudyPart(studyId, id, result).catch(() => undefined);
      },
    };
  }

  #update(change: Partial<StudyState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
