import { EMPTY_LEDGER } from './ledger-state.ts';
import type { ProjectHead, StoredProject } from './records.ts';
import type { CodebookState, SessionState } from './state.ts';
import { storedDraft } from './stored-draft.ts';

/** What is known under no codebook, whatever the draft. */
export const NO_CODEBOOK: Omit<CodebookState, 'draft'> = {
  problems: [],
  fileFailure: null,
  fileNote: null,
  codebook: null,
  codebookId: null,
  coded: null,
  coding: null,
  codingFailure: null,
};

/** The session with one project in which nothing was done yet. */
export function initialState(project: ProjectHead): SessionState {
  return {
    loaded: false,
    page: 'data',
    step: 'data',
    project,
    projects: [],
    data: {
      source: null,
      raw: null,
      asRead: null,
      profiles: [],
      blanksIgnored: [],
      siteColumn: null,
      site: null,
      partyName: '',
      reading: false,
      fractionRead: 0,
      failure: null,
      remembered: null,
      changedOnDisk: false,
    },
    codebook: { draft: null, ...NO_CODEBOOK },
    privacyForm: { epsilon: '1', delta: '1e-6', preset: null, eventRateGuess: '', declaredRowCount: null },
    plan: { kind: 'none' },
    training: { kind: 'idle' },
    queue: [],
    elsewhere: [],
    releases: [],
    ledger: EMPTY_LEDGER,
    check: { kind: 'idle' },
    tour: { kind: 'idle' },
    tourWidths: [],
    setCount: '100',
    making: { kind: 'idle' },
    bundles: [],
    importing: false,
    importCount: 0,
    imports: [],
    analysisChoice: {
      errors: 'model',
      switchedOff: [],
      family: 'poisson-log',
      references: {},
      interactions: [],
      subgroup: [],
      outcome: null,
      siteEffect: false,
      interval: 'normal',
      ownPart: 'real-rows',
    },
    analysis: { kind: 'idle' },
    analyses: [],
    testTable: { kind: 'none' },
    isOpenElsewhere: false,
    isForgottenElsewhere: false,
    remains: null,
    storageWorks: true,
    undo: null,
  };
}

/** What survives a reload. No rows: `raw` and `coded` are left out by name. */
export function storedPart(state: SessionState): StoredProject {
  const { source, siteColumn, site, partyName, blanksIgnored } = state.data;
  return {
    ...state.project,
    step: state.step,
    source,
    siteColumn,
    site,
    partyName,
    blanksIgnored,
    draft: state.codebook.draft === null ? null : storedDraft(state.codebook.draft),
    codebook: state.codebook.codebook,
    privacyForm: state.privacyForm,
    setCount: state.setCount,
    analysisChoice: state.analysisChoice,
    analyses: state.analyses,
  };
}
