import { describe, expect, it } from 'vitest';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { drawTwinSets, drawTwins } from './draw-twins.ts';
import type { TableParameters } from './table-chain.ts';

const source = (number: number) => chacha20Source(publicKey(number), 'synthesis');
const parameters: TableParameters = {
  eventShare: 0.2,
  withEvent: [Float64Array.of(0.5, 0.5, 0), Float64Array.of(0.3, 0.7)],
  withoutEvent: [Float64Array.of(0.25, 0.5, 0.25), Float64Array.of(0.5, 0.5)],
};

describe.each(['ratio', 'odds'] as const)('twins of the %s model', (model) => {
  it('have the tables that the parameters say', () => {
    const rows = 400_000;
    // 10^9 people measured: the event rate is the event share.
    const { columns, outcome } = drawTwins(parameters, 1e9, rows, model, source(1));
    const events = outcome.reduce((sum, y) => sum + y, 0);
    // Standard error 0.0006; five of them.
    expect(Math.abs(events / rows - 0.2)).toBeLessThan(0.0032);
    for (const [j, column] of columns.entries()) {
      const counts = new Float64Array(6);
      for (let i = 0; i < rows; i += 1) counts[2 * column[i]! + outcome[i]!]! += 1;
      for (const [level, share] of parameters.withEvent[j]!.entries()) {
        expect(Math.abs(counts[2 * level + 1]! / events - share)).toBeLessThan(0.009);
        expect(
          Math.abs(counts[2 * level]! / (rows - events) - parameters.withoutEvent[j]![level]!),
        ).toBeLessThan(0.005);
      }
    }
    // A level that nobody with the event is in has none among the twins either.
    expect(columns[0]!.some((level, i) => level === 2 && outcome[i] === 1)).toBe(false);
  });

  it('take a draw of the posterior each', () => {
    const sets = [
      ...drawTwinSets({ draws: [parameters, { ...parameters, eventShare: 0.9 }] }, 4, 500, model, source(2)),
    ];
    const rates = sets.map(({ outcome }) => outcome.reduce((sum, y) => sum + y, 0) / 500);
    expect(sets.map(({ rowCount }) => rowCount)).toEqual([500, 500, 500, 500]);
    expect(rates.map((rate) => (rate < 0.5 ? 'low' : 'high'))).toEqual(['low', 'low', 'high', 'high']);
  });
});
