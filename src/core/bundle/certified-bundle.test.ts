import { expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { certify } from '../privacy/certify.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { exampleBundle } from './example-bundle.ts';
import { readBundle } from './read-bundle.ts';
import { writeBundle } from './write-bundle.ts';

// One full batch a step: the cost has a closed form and takes milliseconds.
const parameters = { noiseMultiplier: 140, samplingRate: 1, steps: 1000 };
const certified = certify(parameters, 1e-6);
if (!certified.ok) throw new Error(certified.failure.kind);
const random = chacha20Source(new Uint8Array(32), 'synthesis');
const example = exampleBundle(cohortCodebook(), { rows: 20, sets: 2, components: 2 }, random);
const settings = { ...example.settings, samplingRate: 1, steps: 1000 };
const bundle = { ...example, settings, mechanism: certified.value };

it('a bundle with a certified mechanism reads back identical, its cost computed anew', () => {
  const read = readBundle(writeBundle(bundle), { certify });
  expect(read.ok && read.value.bundle).toEqual(bundle);
});

it('a claim a thousandth below the cost is refused', () => {
  const { epsilonUpper } = certified.value.cost;
  const cost = {
    ...certified.value.cost,
    epsilonUpper: 0.999 * epsilonUpper,
    epsilonValue: 0.5,
    epsilonLower: 0.5,
  };
  const forged = { ...bundle, mechanism: { ...certified.value, cost } };
  expect(readBundle(writeBundle(forged), { certify })).toEqual({
    ok: false,
    failure: { kind: 'forged-epsilon', claimed: 0.999 * epsilonUpper, certified: epsilonUpper, delta: 1e-6 },
  });
});

it('a claim with parameters that no accountant takes is refused', () => {
  const absurd = { ...certified.value, parameters: { ...parameters, noiseMultiplier: 1e-300 } };
  expect(readBundle(writeBundle({ ...bundle, mechanism: absurd }), { certify })).toEqual({
    ok: false,
    failure: { kind: 'uncertifiable-mechanism' },
  });
});
