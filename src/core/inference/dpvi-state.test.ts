import { describe, expect, it } from 'vitest';
import { copyState, type DpviState, isSoundState } from './dpvi-state.ts';

const D = 3;
const sound: DpviState = {
  step: 5,
  location: new Float64Array(D),
  rawScale: new Float64Array(D),
  firstMoment: new Float64Array(2 * D),
  secondMoment: new Float64Array(2 * D),
  locationSum: new Float64Array(D),
  rawScaleSum: new Float64Array(D),
  averagedSteps: 2,
};

describe('a state', () => {
  it('is sound with D finite numbers and counters in order', () => {
    expect(isSoundState(sound, D, 5)).toBe(true);
  });

  it.each([
    ['a NaN in m', { location: Float64Array.of(0, Number.NaN, 0) }],
    ['an infinity in s', { rawScale: Float64Array.of(0, 0, Infinity) }],
    ['a NaN in a moment', { firstMoment: new Float64Array(2 * D).fill(Number.NaN) }],
    ['a negative second moment', { secondMoment: new Float64Array(2 * D).fill(-1) }],
    ['a wrong length', { location: new Float64Array(D + 1) }],
    ['a negative step', { step: -1 }],
    ['a step beyond T', { step: 6 }],
    ['more averaged steps than steps', { averagedSteps: 6 }],
    ['a step that is no whole number', { step: 2.5 }],
  ])('is not with %s', (_, change) => {
    expect(isSoundState({ ...sound, ...change }, D, 5)).toBe(false);
  });

  it('is copied with buffers of its own', () => {
    const copy = copyState(sound);
    expect(copy).toEqual(sound);
    copy.location[0] = 1;
    expect(sound.location[0]).toBe(0);
  });
});
