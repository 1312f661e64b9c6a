import { calibrate, certify } from './certify.ts';
import { normalForm } from './composition.ts';
import { epsilonValue } from './privacy-value.ts';

/** One measured thing: the slowest of its repeats against what is allowed. */
export interface AccountantTiming {
  readonly name: string;
  readonly slowestMs: number;
  readonly typicalMs: number;
  readonly allowedMs: number;
  /** What was computed, so that a wrong answer is not a fast one. */
  readonly answer: number;
  readonly answerIsRight: boolean;
}

/** The paper's case: q = 0.01, T = 400,000, δ = 1e-6. */
const PAPER = { samplingRate: 0.01, steps: 400_000 };
const PAPER_DELTA = 1e-6;

/**
 * Times one value (both directions), one certificate (both directions) and the calibration of the paper's case on
 * this thread. Needs no DOM and no clock of its own, so that the same function runs in Node, a page or a worker.
 *
 * @param now milliseconds
 */
export function runAccountantBench(now: () => number): readonly AccountantTiming[] {
  const components = normalForm([{ noiseMultiplier: 28, ...PAPER }]);
  return [
    measure(now, 'value, both directions', 30, 15, () => {
      const remove = epsilonValue(components, 'remove', PAPER_DELTA)?.epsilon ?? Number.NaN;
      const add = epsilonValue(components, 'add', PAPER_DELTA)?.epsilon ?? Number.NaN;
      return { answer: remove, right: Math.abs(remove - 0.9512407217868325) < 1e-9 && add < remove };
    }),
    measure(now, 'certificate, both directions', 300, 5, () => {
      const result = certify({ noiseMultiplier: 28, ...PAPER }, PAPER_DELTA);
      const answer = result.ok ? result.value.cost.epsilonUpper : Number.NaN;
      return { answer, right: answer >= 0.9512407217868325 && answer < 0.9514 };
    }),
    measure(now, "calibration of the paper's case", 1500, 3, () => {
      const result = calibrate({ epsilon: 1, delta: PAPER_DELTA, ...PAPER });
      const answer = result.ok ? result.value.parameters.noiseMultiplier : Number.NaN;
      return { answer, right: answer >= 26.731596 && answer <= 26.7583 };
    }),
  ];
}

function measure(
  now: () => number,
  name: string,
  allowedMs: number,
  repeats: number,
  run: () => { readonly answer: number; readonly right: boolean },
): AccountantTiming {
  const times: number[] = [];
  let last = run();
  for (let i = 0; i < repeats; i += 1) {
    const start = now();
    last = run();
    times.push(now() - start);
  }
  times.sort((a, b) => a - b);
  return {
    name,
    slowestMs: times[times.length - 1] ?? Number.NaN,
    typicalMs: times[Math.floor(times.length / 2)] ?? Number.NaN,
    allowedMs,
    answer: last.answer,
    answerIsRight: last.right,
  };
}
