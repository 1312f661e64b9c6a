/**
 * `npm run check:noise`: the noise that privacy rests on, drawn by the built kernel. Moments, and how often it exceeds
 * 1 … 6 standard deviations, for 10⁸ draws (`-- --draws N` for another number). About a minute.
 */
import { parseArgs } from 'node:util';
import { bindTable } from '../../core/inference/dpvi.ts';
import { GRID_PER_CLIP_NORM } from '../../core/inference/released-sum.ts';
import { normalUpperTail } from '../../core/privacy/normal.ts';
import { checkProblem } from '../conformance.ts';
import { instantiateKernel } from './wasm-machine.ts';
import { reserve, writeProblem } from './written-problem.ts';

const { values } = parseArgs({ options: { draws: { type: 'string', default: '100000000' } } });
const wanted = Number(values.draws);
if (!(Number.isInteger(wanted) && wanted >= 10_000))
  throw new Error('--draws: a whole number from 10,000 on');

const PORTION = 65_536;
const OUT_AT = 2 ** 21;
const LARGEST_MOMENT = 8;

/** Standard errors a figure may be off by; some twenty are looked at. */
const ALLOWED = 5;

const kernel = await instantiateKernel();
reserve(kernel.memory, OUT_AT + 8 * PORTION);
// The σ of the published study: whole steps of its grid are drawn.
const noiseMultiplier = 26.7316;
const { plan, table } = checkProblem({ samplingRate: 0.5 }, { noiseMultiplier });
const perStep = GRID_PER_CLIP_NORM / noiseMultiplier;
const key = crypto.getRandomValues(new Uint8Array(32));
const { block, at } = writeProblem(kernel, bindTable(plan, table), key);
const sums = new Float64Array(LARGEST_MOMENT + 1);
const beyond = new Float64Array(14);
let neighbours = 0;
let draws = 0;
while (draws < wanted) {
  kernel.fillMechanismNoise(block, at.key, at.noiseStream, OUT_AT, PORTION);
  const portion = new Float64Array(kernel.memory.buffer, OUT_AT, PORTION);
  let before = 0;
  for (let i = 0; i < PORTION; i += 1) {
    const x = portion[i]! * perStep;
    let power = 1;
    for (let k = 1; k <= LARGEST_MOMENT; k += 1) {
      power *= x;
      sums[k] = sums[k]! + power;
    }
    const size = Math.abs(x);
    if (size > 1)
      for (let step = 2; step <= 12 && 2 * size > step; step += 1) beyond[step] = beyond[step]! + 1;
    neighbours += before * x;
    before = x;
  }
  draws += PORTION;
}

/** E x^k of a standard normal: (k − 1)!! for even k. */
const moment = (k: number) => {
  if (k % 2 === 1) return 0;
  let product = 1;
  for (let i = k - 1; i > 1; i -= 2) product *= i;
  return product;
};

let failed = false;
function report(name: string, seen: number, expected: number, error: number): void {
  const off = (seen - expected) / error;
  const well = Math.abs(off) <= ALLOWED;
  if (!well) failed = true;
  console.log(
    `${name.padEnd(12)} ${seen.toPrecision(8).padStart(14)}  expected ${expected.toPrecision(8).padStart(14)}  ${off.toFixed(2).padStart(6)} standard errors${well ? '' : '  MISS'}`,
  );
}

console.log(`${draws} draws`);
for (let k = 1; k <= LARGEST_MOMENT; k += 1) {
  report(`mean of x^${k}`, sums[k]! / draws, moment(k), Math.sqrt((moment(2 * k) - moment(k) ** 2) / draws));
}
report('neighbours', neighbours / draws, 0, 1 / Math.sqrt(draws));
for (let step = 2; step <= 12; step += 1) {
  const probability = 2 * normalUpperTail(step / 2);
  // A Poisson count has the error √expected; below one expected draw a few are no miss.
  report(
    `|x| > ${step / 2}`,
    beyond[step]!,
    draws * probability,
    Math.max(1, Math.sqrt(draws * probability)),
  );
}
console.log(failed ? 'noise: misses' : 'noise: as it should be');
process.exitCode = failed ? 1 : 0;
