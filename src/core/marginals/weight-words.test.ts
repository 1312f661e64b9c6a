import { expect, it } from 'vitest';
import { weightWords } from './weight-words.ts';

const NAMES = ['age', 'sex', 'ward', 'grade'];

it('says of each variable how precise it is beside the usual ones', () => {
  expect(weightWords([1, 2, 1, 1], NAMES)).toBe('sex twice as precise; the others as usual');
  expect(weightWords([0.5, 2, 0.5, 3], NAMES)).toBe(
    'grade 3 times as precise; sex twice as precise; age, ward half as precise',
  );
});

it('says nothing where all are alike', () => {
  expect(weightWords([1, 1, 1, 1], NAMES)).toBeNull();
  expect(weightWords([2, 2, 2, 2], NAMES)).toBeNull();
});
