import { expect, it } from 'vitest';
import { designOf } from '../analysis/design.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { simulateCentres } from '../study/coverage.ts';
import { trueCoefficients, USUAL_COVERAGE_DESIGN } from '../study/coverage-design.ts';
import type { NoisyTables } from './noisy-tables.ts';
import { type PartyTermInput, partyTerm } from './party-term.ts';
import { emptyTables } from './plain-release.check.ts';
import { rake, seedRows } from './seed-rows.ts';

const codebook = cohortCodebook();
const designed = designOf(codebook, { predictors: codebook.variables.map(({ name }) => name) });
if (!designed.ok) throw new Error(designed.failure.kind);
const design = designed.value;
const levels = design.variables.map(({ size }) => size);

it('knows by how much one own row more moves the score: raked anew, it does just that', () => {
  const N = 5000;
  const [own] = simulateCentres(
    { ...USUAL_COVERAGE_DESIGN, parties: 2 },
    400,
    chacha20Source(publicKey(4), 'synthesis'),
  );
  const seed = seedRows(design, own!, 100);
  const start = new Int32Array(seed.rows + 1);
  const columns: number[] = [];
  for (let r = 0; r < seed.rows; r += 1) {
    columns.push(0);
    for (const { variables, columnOfCell } of design.factors) {
      const column = columnOfCell[seed.codes[variables[0]!]![r]!]!;
      if (column >= 0) columns.push(column);
    }
    start[r + 1] = columns.length;
  }
  const theta = Float64Array.from(trueCoefficients('Croydon', codebook), ({ value }) => value);
  const margins = levels.map((C, v) => {
    const found = new Float64Array(C).fill(1);
    for (let r = 0; r < seed.ownRows; r += 1) found[seed.codes[v]![r]!]! += seed.weight[r]!;
    const total = found.reduce((sum, one) => sum + one, 0);
    return found.map((one) => one / total);
  });
  const termWith = (weight: Float64Array, release: NoisyTables) => {
    const input: PartyTermInput = {
      design,
      release,
      family: 'poisson-log',
      theta,
      site: -1,
      layout: { start, columns: Int32Array.from(columns) },
      seed,
      raked: rake({ ...seed, weight }, margins),
      pairs: [],
      tableOf: levels.map((_, v) => v),
      people: margins.map((share) => share.map((one) => N * one)),
      variance: margins.map((share) => share.map(() => 0)),
    };
    return partyTerm(input);
  };
  // Tables that are just what is expected: z = 0, and only what moves κ moves the score.
  const empty = emptyTables(N, levels, 10);
  const { risks } = termWith(seed.weight, empty);
  const release: NoisyTables = {
    ...empty,
    tables: empty.tables.map((table, v) => ({
      ...table,
      counts: table.counts.map((_, k) => {
        const risk = risks[v]![k >> 1]!;
        return N * margins[v]![k >> 1]! * (k % 2 === 1 ? risk : 1 - risk);
      }),
    })),
  };
  const base = termWith(seed.weight, release);
  const said = base.association();
  const size = theta.length;
  let [ofRows, ofWords, both] = [0, 0, 0];
  for (let r = 0; r < seed.ownRows; r += 7) {
    const h = 1e-3;
    const more = seed.weight.slice();
    more[r]! *= 1 + h;
    const { score } = termWith(more, release);
    for (let i = 0; i < size; i += 1) {
      // κ larger, z smaller.
      const does = -score[i]! / h;
      const says = said[i * seed.ownRows + r]! * Math.sqrt(seed.weight[r]!);
      ofRows += does ** 2;
      ofWords += says ** 2;
      both += does * says;
    }
  }
  expect(both / Math.sqrt(ofRows * ofWords)).toBeGreaterThan(0.9999);
  expect(ofWords / ofRows).toBeGreaterThan(0.99);
  expect(ofWords / ofRows).toBeLessThan(1.01);
});
