import { describe, expect, it } from 'vitest';
import type { GlmFailure } from '../../core/analysis/glm.ts';
import type { NotEstimable, PooledAnalysisFailure } from '../../core/analysis/pooled-analysis.ts';
import type { BundleFailure } from '../../core/bundle/read-bundle.ts';
import type { CodebookDifference } from '../../core/codebook/compare-codebooks.ts';
import type { DraftFailure } from '../../core/codebook/finish-draft.ts';
import type { CodebookFailure, CodebookReason } from '../../core/codebook/parse-codebook.ts';
import type { PlanFailure } from '../../core/inference/plan.ts';
import type { CodingFailure } from '../../core/table/code-table.ts';
import type { CsvFailure } from '../../core/table/read-csv.ts';
import type { FileFailure, JobEnd } from '../../session/ports.ts';
import type { SignatureNote } from '../../session/signature-note.ts';
import type { FieldFailure, ImportFailure, MakingState, TrainingFailure } from '../../session/state.ts';
import { analysisFailureMessage, glmFailureMessage, notEstimableMessage } from './analysis-messages.ts';
import { bundleFailureMessage, makingFailureMessage } from './bundle-messages.ts';
import {
  codebookDifferenceMessage,
  codebookFailureMessage,
  codebookReasonMessage,
  draftFailureMessage,
  placeInColumn,
} from './codebook-messages.ts';
import { importFailureMessage, importOutcomeMessage, signatureMessage } from './import-messages.ts';
import { trainingFailureMessage } from './job-messages.ts';
import { fieldFailureMessage, planFailureMessage } from './privacy-messages.ts';
import { codingFailureMessage, tableFailureMessage } from './table-messages.ts';

/** One example of every kind; the type refuses a list that lacks one. */
type Examples<F extends { readonly kind: string }> = { readonly [K in F['kind']]: Extract<F, { kind: K }> };
type MakingFailure = Extract<MakingState, { kind: 'failed' }>['failure'];

const jobEnds: Examples<JobEnd> = {
  cancelled: { kind: 'cancelled' },
  'worker-crashed': { kind: 'worker-crashed', detail: 'out of memory' },
};
const csv: Examples<CsvFailure> = {
  'not-text': { kind: 'not-text', looksLike: 'pdf', offset: 0 },
  'empty-file': { kind: 'empty-file' },
  'header-only': { kind: 'header-only', columns: ['a'] },
  'ragged-rows': { kind: 'ragged-rows', expected: 3, total: 2, examples: [{ line: 7, found: 4 }] },
  'duplicate-column': { kind: 'duplicate-column', name: 'age', positions: [1, 4] },
  'empty-column-name': { kind: 'empty-column-name', position: 2 },
  'unclosed-quote': { kind: 'unclosed-quote', line: 9 },
  'misplaced-quote': { kind: 'misplaced-quote', line: 9 },
  'too-large': { kind: 'too-large', what: 'rows', limit: 10, found: 11 },
};
const lostFile: Examples<FileFailure> = {
  'file-gone': { kind: 'file-gone' },
  'file-not-allowed': { kind: 'file-not-allowed' },
  'file-changed': { kind: 'file-changed' },
};
const report = { rowsRead: 3, rowsAtSite: 3, rowsKept: 0, rowsExcluded: 3, columns: [] };
const coding: Examples<CodingFailure> = {
  'missing-columns': { kind: 'missing-columns', columns: ['age'], found: ['sex'] },
  'missing-site-column': { kind: 'missing-site-column', column: 'site', found: [] },
  'unknown-site': { kind: 'unknown-site', column: 'site', value: 'Leeds', sites: [] },
  'no-rows-left': { kind: 'no-rows-left', report },
};
const draft: Examples<DraftFailure> = {
  'not-declared-public': { kind: 'not-declared-public' },
  'no-outcome': { kind: 'no-outcome' },
  'several-outcomes': { kind: 'several-outcomes', columns: ['a', 'b'] },
  'no-variables': { kind: 'no-variables' },
  'too-many-variables': { kind: 'too-many-variables', found: 100 },
  title: { kind: 'title', reason: 'empty' },
  'no-cut-points': { kind: 'no-cut-points', column: 'age' },
  'no-reference': { kind: 'no-reference', column: 'sex' },
  'outcome-kind': { kind: 'outcome-kind', column: 'age', found: 'numeric' },
  'no-event': { kind: 'no-event', column: 'death' },
  'no-maximum': { kind: 'no-maximum', column: 'falls' },
  'variable-kind': { kind: 'variable-kind', column: 'falls', found: 'count' },
  column: { kind: 'column', column: 'sex', path: 'levels.0.label', reason: 'duplicate' },
};
const codebook: Examples<CodebookFailure> = {
  'not-json': { kind: 'not-json' },
  'too-large': { kind: 'too-large', what: 'length', limit: 4_000_000 },
  'forbidden-key': { kind: 'forbidden-key', key: '__proto__' },
  'not-a-codebook': { kind: 'not-a-codebook' },
  'unknown-version': { kind: 'unknown-version', found: '2', supported: [1] },
  invalid: {
    kind: 'invalid',
    problems: [{ path: 'variables.2.levels.0.value', column: 'sex', reason: 'duplicate' }],
  },
};
const plan: Examples<PlanFailure> = {
  'epsilon-out-of-range': { kind: 'epsilon-out-of-range', epsilon: 0 },
  'delta-out-of-range': { kind: 'delta-out-of-range', delta: 1 },
  'row-count-out-of-range': { kind: 'row-count-out-of-range', rowCount: 0, largest: 10 },
  'no-variables': { kind: 'no-variables' },
  'too-many-variables': { kind: 'too-many-variables', count: 65, largest: 64 },
  'level-count-out-of-range': {
    kind: 'level-count-out-of-range',
    variable: 'sex',
    levels: 1,
    largest: 256,
  },
  'setting-out-of-range': {
    kind: 'setting-out-of-range',
    setting: 'steps',
    value: 0,
    smallest: 1,
    smallestIsOpen: false,
    largest: 10,
    whole: true,
  },
  'expected-batch-below-one': { kind: 'expected-batch-below-one', expectedBatch: 0.03 },
  'setting-does-not-fit-outcome': {
    kind: 'setting-does-not-fit-outcome',
    setting: 'family',
    outcome: 'count',
  },
  'not-calibrated': {
    kind: 'not-calibrated',
    reason: {} as Extract<PlanFailure, { kind: 'not-calibrated' }>['reason'],
  },
};
const bundle: Examples<BundleFailure> = {
  'too-large': { kind: 'too-large', what: 'fileBytes', limit: 256_000_000 },
  'not-a-zip': { kind: 'not-a-zip' },
  'unsafe-zip': { kind: 'unsafe-zip', reason: 'path', entry: null },
  damaged: { kind: 'damaged', entry: 'codebook.json' },
  'not-a-bundle': { kind: 'not-a-bundle' },
  'unexpected-file': { kind: 'unexpected-file', entry: 'a.exe' },
  'missing-file': { kind: 'missing-file', entry: 'posterior.json' },
  'unknown-version': { kind: 'unknown-version', found: '9', supported: [1] },
  'invalid-descriptor': { kind: 'invalid-descriptor', paths: ['twinpool.rowCount'] },
  'invalid-codebook': { kind: 'invalid-codebook', failure: codebook['not-json'] },
  'codebook-id-mismatch': { kind: 'codebook-id-mismatch', declared: 'a', found: 'b' },
  'invalid-posterior': { kind: 'invalid-posterior', problem: 'not-finite' },
  'wrong-set-count': { kind: 'wrong-set-count', declared: 3, found: 2 },
  'invalid-set': { kind: 'invalid-set', entry: 's.csv', reason: 'not-a-level', row: 3, column: 'sex' },
  contradiction: { kind: 'contradiction', between: ['a', 'b'] },
  'forged-epsilon': { kind: 'forged-epsilon', claimed: 1, certified: 9, delta: 1e-6 },
  'uncertifiable-mechanism': { kind: 'uncertifiable-mechanism' },
  'signature-mismatch': { kind: 'signature-mismatch' },
};
const imports: Examples<Exclude<ImportFailure, BundleFailure | JobEnd>> = {
  'already-imported': { kind: 'already-imported', partyName: 'Leeds' },
  'own-bundle': { kind: 'own-bundle' },
  'same-name-as-yours': { kind: 'same-name-as-yours', partyName: 'Leeds' },
  'other-codebook': {
    kind: 'other-codebook',
    partyName: 'Leeds',
    reason: 'outcome-kind-differs',
    differences: [],
  },
  'no-codebook-yet': { kind: 'no-codebook-yet' },
  'not-stored': { kind: 'not-stored' },
};
const making: Examples<Exclude<MakingFailure, JobEnd | FieldFailure>> = {
  'bundle-gone': { kind: 'bundle-gone', partyName: 'Leeds' },
  'party-name': { kind: 'party-name', problem: 'empty' },
  'not-stored': { kind: 'not-stored' },
};
const training: Examples<TrainingFailure> = {
  ...jobEnds,
  'training-refused': { kind: 'training-refused', reason: 'no rows' },
  overtaken: { kind: 'overtaken' },
  'cancel-not-stored': { kind: 'cancel-not-stored' },
  'over-cap': { kind: 'over-cap' },
  'not-stored': { kind: 'not-stored' },
};
const pooled: Examples<PooledAnalysisFailure> = {
  'unknown-variable': { kind: 'unknown-variable', variable: 'sex' },
  'unknown-level': { kind: 'unknown-level', variable: 'sex', level: 'x' },
  'repeated-predictor': { kind: 'repeated-predictor', variable: 'sex' },
  'outcome-is-predictor': { kind: 'outcome-is-predictor', variable: 'sex' },
  'interaction-without-main-effect': {
    kind: 'interaction-without-main-effect',
    variables: ['sex', 'age'],
  },
  'table-does-not-fit': { kind: 'table-does-not-fit', party: 'p', columns: 3, expected: 4 },
  'party-without-sets': { kind: 'party-without-sets', party: 'p' },
};
const glm: Examples<GlmFailure> = {
  'no-rows': { kind: 'no-rows' },
  'no-events': { kind: 'no-events', rows: 12 },
  'all-events': { kind: 'all-events', rows: 12 },
  'outcome-outside-family': {
    kind: 'outcome-outside-family',
    family: 'poisson-log',
    minimum: -1,
    maximum: 1,
  },
  'not-converged': { kind: 'not-converged', iterations: 50, decrement: 1 },
  'on-boundary': { kind: 'on-boundary', iterations: 50 },
};

const fields: readonly FieldFailure['field'][] = ['epsilon', 'delta', 'eventRateGuess', 'setCount'];
const sentences: readonly (readonly [string, readonly string[]])[] = [
  ['a file', Object.values(lostFile).map(tableFailureMessage)],
  ['CSV', [...Object.values(csv), ...Object.values(jobEnds)].map(tableFailureMessage)],
  ['coding', Object.values(coding).map(codingFailureMessage)],
  ['draft', Object.values(draft).map(draftFailureMessage)],
  ['codebook file', Object.values(codebook).map(codebookFailureMessage)],
  ['plan', Object.values(plan).map(planFailureMessage)],
  [
    'fields',
    fields.flatMap((field) =>
      (['field-not-a-number', 'field-out-of-range'] as const).map((kind) =>
        fieldFailureMessage({ kind, field, typed: 'x' }),
      ),
    ),
  ],
  ['bundle', Object.values(bundle).map(bundleFailureMessage)],
  ['import', Object.values(imports).map(importFailureMessage)],
  ['making', Object.values(making).map(makingFailureMessage)],
  ['training', Object.values(training).map(trainingFailureMessage)],
  ['analysis', Object.values(pooled).map(analysisFailureMessage)],
  ['regression', Object.values(glm).map(glmFailureMessage)],
];

describe.each(sentences)('messages of %s', (_, texts) => {
  it('are sentences with facts, and no two are the same', () => {
    for (const text of texts) {
      expect(text).toMatch(/^[A-Z0-9δε“].{15,}[.]$/su);
      expect(text).not.toMatch(/undefined|NaN|\[object|null/);
    }
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('short words', () => {
  it('say why a ratio is no number', () => {
    const reasons: Record<NotEstimable['reason'], true> = {
      'no-rows': true,
      'no-events': true,
      'all-events': true,
      'reference-no-rows': true,
      'reference-no-events': true,
      'reference-all-events': true,
      collinear: true,
      separated: true,
      'fit-failed': true,
      'no-parties': true,
    };
    const words = (Object.keys(reasons) as NotEstimable['reason'][]).map(notEstimableMessage);
    expect(new Set(words).size).toBe(words.length);
  });

  it('say where in a column something is wrong, and what', () => {
    expect(placeInColumn('levels.0.value')).toBe('The text of level 1');
    expect(placeInColumn('reference')).toBe('The reference level');
    expect(draftFailureMessage(draft.column)).toBe(
      'The label of level 1 occurs twice; make the two different.',
    );
    const reason: CodebookReason = 'not-ascending';
    expect(codebookReasonMessage(reason)).toContain('sort them');
  });

  it('say in what two codebooks differ', () => {
    const difference: CodebookDifference = {
      kind: 'levels',
      variable: 'sex',
      onlyInOwn: ['x'],
      onlyInOther: [],
    };
    expect(codebookDifferenceMessage(difference)).toBe(
      'The levels of “sex”: only yours has “x”; only theirs has none.',
    );
  });

  it('say what became of a file', () => {
    const newer = importOutcomeMessage({
      kind: 'imported-newer',
      fileName: 'b.zip',
      partyName: 'Leeds',
      signature: { signer: null, change: null },
      setAside: { id: 'x', createdOn: '2026-11-01' },
    });
    expect(newer).toContain('1 November 2026');
  });

  it('say who signed a bundle, and when that is another than before', () => {
    const signer = { publicKey: '00'.repeat(32), checked: true };
    const notes: readonly SignatureNote[] = [
      { signer: null, change: null },
      { signer: null, change: 'not-signed-now' },
      { signer, change: null },
      { signer, change: 'other-key' },
      { signer: { ...signer, checked: false }, change: null },
    ];
    const said = notes.map(signatureMessage);
    expect(new Set(said).size).toBe(notes.length);
    expect(said[0]).toBe('It is not signed.');
    expect(said[2]).toMatch(/^It is signed by ([a-z]{5}-){5}[a-z]{5}\.$/);
    expect(said[3]).toContain('signed with another key than before');
    expect(said[4]).toContain('cannot check');
  });
});
