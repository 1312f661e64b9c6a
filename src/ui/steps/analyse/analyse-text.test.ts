import { describe, expect, it } from 'vitest';
import { initialState } from '../../../session/initial-state.ts';
import { analyseDetails, choiceSummary } from './analyse-text.ts';
import { analysisSentence } from './analysis-sentence.ts';
import { coverageWarning } from './coverage-warning.ts';

const paper = initialState({ id: 'p', name: '', createdOn: '2026-01-01' }).analysisChoice;

describe('the words for a choice', () => {
  it('call the paper’s analysis by that name and list what differs from it', () => {
    expect(choiceSummary(paper)).toBe('Choices: all variables, as in the paper');
    expect(
      choiceSummary({
        ...paper,
        switchedOff: ['age'],
        family: 'binomial-logit',
        siteEffect: true,
        interval: 't',
        ownPart: 'own-twins',
      }),
    ).toBe(
      'Choices: 1 variable left out, odds ratios, a base rate for each centre, t intervals and own twins for own rows',
    );
  });

  it('say odds ratio for the logistic regression', () => {
    expect(analysisSentence([], 0, 'odds ratio')).toContain('0 odds ratios');
    const [fitted] = analyseDetails(
      { ...paper, family: 'binomial-logit', ownPart: 'own-twins' },
      'odds ratio',
    );
    expect(fitted).toContain('logistic regression is fitted to the k-th set of your own twins');
    expect(fitted).not.toContain('risk ratio');
    expect(analyseDetails(paper)[0]).toContain('risk ratios');
  });

  it('give the coverage of the interval that is shown', () => {
    const [normal, t] = [coverageWarning(500, 1, 'model'), coverageWarning(500, 1, 'model', 't')];
    expect(normal).not.toContain('t intervals');
    expect(t).toContain('pooled t intervals');
    expect(t).toContain('those of a centre’s own rows held it in');
    expect(t).not.toBe(normal);
  });
});
