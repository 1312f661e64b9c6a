import { expect, it } from 'vitest';
import { fitWords } from './fit-words.ts';

it('tells chains that agree from those that do not', () => {
  expect(fitWords({ rHat: 1.016, effectiveSize: 210.9 })).toBe(
    'The chains that the sets were drawn by agree (R̂ 1.02, at least 210 independent draws).',
  );
  expect(fitWords({ rHat: 1.07, effectiveSize: 210 })).toContain('agree roughly');
  expect(fitWords({ rHat: 1.01, effectiveSize: 40 })).toContain('agree roughly');
  expect(fitWords({ rHat: 1.3, effectiveSize: 210 })).toContain('do not agree');
  expect(fitWords({ rHat: 1.01, effectiveSize: 8 })).toContain('do not agree');
});
