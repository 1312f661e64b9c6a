import type { StoredProject } from './records.ts';
import type { SessionState } from './state.ts';
import { STEPS, type StepName } from './steps.ts';
import { storedDraft } from './stored-draft.ts';

export function initialState(): SessionState {
  return {
    loaded: false,
    page: 'data',
    data: {
      source: null,
      raw: null,
      siteColumn: null,
      site: null,
      partyName: '',
      reading: false,
      failure: null,
    },
    codebook: {
      draft: null,
      problems: [],
      fileFailure: null,
      codebook: null,
      codebookId: null,
      coded: null,
      codingFailure: null,
    },
    privacyForm: { epsilon: '1', delta: '1e-6', preset: 'short', eventRateGuess: '', declaredRowCount: null },
    plan: { kind: 'none' },
    training: { kind: 'idle' },
    releases: [],
    totalCost: null,
    setCount: '100',
    making: { kind: 'idle' },
    bundles: [],
    importing: false,
    imports: [],
    analysisChoice: {
      errors: 'model',
      switchedOff: [],
      family: 'poisson-log',
      siteEffect: false,
      interval: 'normal',
      ownPart: 'real-rows',
    },
    analysis: { kind: 'idle' },
    storageWorks: true,
    undo: null,
  };
}

/** What survives a reload. No rows: `raw` and `coded` are left out by name. */
export function storedPart(state: SessionState): StoredProject {
  const { source, siteColumn, site, partyName } = state.data;
  const step: StepName = (STEPS as readonly string[]).includes(state.page)
    ? (state.page as StepName)
    : 'data';
  return {
    step,
    source,
    siteColumn,
    site,
    partyName,
    draft: state.codebook.draft === null ? null : storedDraft(state.codebook.draft),
    codebook: state.codebook.codebook,
    privacyForm: state.privacyForm,
    setCount: state.setCount,
  };
}
