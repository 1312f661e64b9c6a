import type { SettingOutOfRange } from '../../core/inference/plan.ts';
import { LARGEST_WIDTH } from '../../core/marginals/pair-width.ts';
import type { SynthesisPlanFailure } from '../../core/synthesis/synthesizer.ts';
import type { JobEnd } from '../../session/ports.ts';
import type { FieldFailure } from '../../session/state.ts';
import { formatCount } from '../parts/format.ts';
import { jobEndMessage } from './job-messages.ts';

/** A field that holds no usable number; said at the field. */
export function fieldFailureMessage(failure: FieldFailure): string {
  const notANumber = failure.kind === 'field-not-a-number';
  switch (failure.field) {
    case 'epsilon':
      return notANumber
        ? 'Type ε as a number, for instance 1.'
        : 'ε must be above 0 and at most 50. At 0 nothing could be learnt; 1 is a common choice, and smaller protects better.';
    case 'delta':
      return notANumber
        ? 'Type δ as a number, for instance 1e-6 or 0.000001.'
        : 'δ must lie between 0 and 1, far below one over the number of people; 1e-6 is a common choice.';
    case 'eventRateGuess':
      return notANumber
        ? 'Type your guess as a number, for instance 0.05 for 5 in 100.'
        : 'The guess must be above 0 and, for a 0/1 event, below 1 (0.05 means 5 in 100).';
    case 'setCount':
      return notANumber
        ? 'Type the number of sets as a whole number, for instance 100.'
        : 'Choose a whole number of sets from 1 to 1,000; 100 is a good choice.';
    default:
      return failure.field satisfies never;
  }
}

/** The field a failure belongs to; null when it concerns the plan as a whole. */
export function failingField(
  failure: SynthesisPlanFailure | FieldFailure | JobEnd,
): FieldFailure['field'] | null {
  switch (failure.kind) {
    case 'field-not-a-number':
    case 'field-out-of-range':
      return failure.field;
    case 'epsilon-out-of-range':
      return 'epsilon';
    case 'delta-out-of-range':
      return 'delta';
    case 'setting-out-of-range':
      return failure.setting === 'eventRateGuess' ? 'eventRateGuess' : null;
    default:
      return null;
  }
}

/** Why there is no plan, and what to do about it. */
export function planFailureMessage(failure: SynthesisPlanFailure | FieldFailure | JobEnd): string {
  switch (failure.kind) {
    case 'field-not-a-number':
    case 'field-out-of-range':
      return fieldFailureMessage(failure);
    case 'epsilon-out-of-range':
      return fieldFailureMessage({ kind: 'field-out-of-range', field: 'epsilon', typed: '' });
    case 'delta-out-of-range':
      return fieldFailureMessage({ kind: 'field-out-of-range', field: 'delta', typed: '' });
    case 'row-count-out-of-range':
      return failure.rowCount < 1
        ? 'There are no rows to train on. Open a table with rows that the codebook keeps.'
        : `${formatCount(failure.rowCount)} rows are more than the engine can certify (${formatCount(failure.largest)}). Split the table.`;
    case 'row-count-too-noisy':
      return `With this ε and these weights the counted number of rows would be off by ${formatCount(failure.noise)} people and more, and so would be the size of every set. Take a larger ε, or say that the number may be known.`;
    case 'no-variables':
      return 'The codebook has no variables. Edit it and use at least one.';
    case 'too-many-variables':
      return `The codebook has ${formatCount(failure.count)} variables; at most ${formatCount(failure.largest)} can be used. Ignore some.`;
    case 'level-count-out-of-range':
      return `“${failure.variable}” has ${formatCount(failure.levels)} levels; a variable needs 2 to ${formatCount(failure.largest)}. Edit the codebook.`;
    case 'setting-out-of-range':
      return settingMessage(failure);
    case 'expected-batch-below-one':
      return 'This table is so small that most training steps would see nobody. Use the short preset.';
    case 'setting-does-not-fit-outcome':
      return failure.outcome === 'count'
        ? 'The outcome is a count, and these settings are for a 0/1 event. Choose the other preset.'
        : 'The outcome is a 0/1 event, and these settings are for a count. Choose the other preset.';
    case 'outcome-is-a-count':
      return 'Noisy tables are for a 0/1 event, and the outcome is a count. Choose the short training.';
    case 'weight-out-of-range':
      return `The weight of “${failure.variable}” is out of range.`;
    case 'not-a-pair':
      return `“${failure.variables[0]}” with “${failure.variables[1]}” is no pair that can be counted: choose two different variables of the codebook, each pair once.`;
    case 'too-many-pairs':
      return `${formatCount(failure.count)} pairs are declared; at most ${formatCount(failure.largest)} can be. Remove some.`;
    case 'pairs-too-wide':
      return `These pairs hang together in one piece that is too large to compute with (${formatCount(failure.width.cells)} cells, the largest table ${formatCount(failure.width.entries)}; up to ${formatCount(LARGEST_WIDTH.cells)} and ${formatCount(LARGEST_WIDTH.entries)} can be). Remove the pair “${failure.drop[0]}” with “${failure.drop[1]}”${failure.isEnough ? '' : ' first; others have to go too'}, or merge levels in the codebook.`;
    case 'pair-weight-out-of-range':
      return `The weight of “${failure.variables[0]}” with “${failure.variables[1]}” is out of range.`;
    case 'selection-out-of-range':
      return `${formatCount(failure.count)} pairs are to be chosen; 0 to ${formatCount(failure.largest)} can be.`;
    case 'selection-weight-out-of-range':
      return 'The weight of the choice of pairs is out of range.';
    case 'nothing-to-select':
      return 'There is no pair left that could be chosen: all are declared, or too large to compute with. Let none be chosen, or merge levels in the codebook.';
    case 'not-calibrated':
      return 'No amount of noise that the accountant can certify reaches this ε and δ. Choose a larger ε or a larger δ.';
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    default:
      return failure satisfies never;
  }
}

function settingMessage(failure: SettingOutOfRange): string {
  if (failure.setting === 'eventRateGuess')
    return fieldFailureMessage({ kind: 'field-out-of-range', field: 'eventRateGuess', typed: '' });
  return `The setting “${failure.setting}” is ${failure.value}; it must lie between ${failure.smallest} and ${failure.largest}. Choose a preset.`;
}
