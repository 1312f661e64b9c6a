import { describe, expect, it } from 'vitest';
import { inventedTable } from '../inference/check-problem.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { COUNT_GRID, exactCounts, releaseTables } from './noisy-tables.ts';
import { measuredOf, noise, planned, withoutRow } from './plan.check.ts';
import { cellNoise } from './table-noise.ts';
import { eventNoise, outcomeWorkload, rowCountNoise, tableNoise, workloadSensitivity } from './workload.ts';

/** All tables of n rows over two variables of 2 and 3 levels and an outcome. */
function* allTables(n: number): Generator<CodedTable> {
  for (let number = 0; number < 12 ** n; number += 1) {
    const rows = Array.from({ length: n }, (_, i) => Math.floor(number / 12 ** i) % 12);
    yield {
      rowCount: n,
      columns: [Uint8Array.from(rows, (r) => r % 2), Uint8Array.from(rows, (r) => Math.floor(r / 2) % 3)],
      outcome: Uint32Array.from(rows, (r) => Math.floor(r / 6)),
    };
  }
}

describe('the sensitivity', () => {
  it.each([
    [1, [1, 1], [], undefined],
    [3, [2, 0.5], [], undefined],
    [1, [1, 1], [], 0.5],
    [1, [1, 1, 1], [{ variables: [0, 1] as const, weight: 1 }], undefined],
    [0.5, [2, 0.5, 3], [{ variables: [0, 1] as const, weight: 3 }], 2],
  ])(
    'with event weight %f, weights %j, pairs %j and weight %s of the rows is that of every pair of neighbours',
    (eventWeight, weights, declared, ofRows) => {
      const workload = { ...outcomeWorkload([2, 3], weights, declared, undefined, ofRows), eventWeight };
      const claimed = workloadSensitivity(workload);
      const all = [eventWeight, ...weights, ...(ofRows === undefined ? [] : [ofRows])];
      let pairs = 0;
      for (const n of [1, 2, 3]) {
        for (const table of allTables(n)) {
          const measured = measuredOf(workload, table);
          for (let i = 0; i < n; i += 1) {
            const fewer = measuredOf(workload, withoutRow(table, i));
            let squares = 0;
            for (const [t, cells] of measured.entries())
              for (const [k, one] of cells.entries()) squares += (all[t]! * (one - fewer[t]![k]!)) ** 2;
            if (Math.abs(Math.sqrt(squares) - claimed) > 1e-12) throw new Error(`${Math.sqrt(squares)}`);
            pairs += 1;
          }
        }
      }
      expect(pairs).toBe(12 + 2 * 144 + 3 * 1728);
    },
  );

  it('and the noise make one Gaussian mechanism of the accounted multiplier, never a stronger signal', () => {
    for (const weights of [
      [1, 1, 1],
      [0.01, 7, 3],
    ]) {
      for (const [pairs, ofRows] of [
        [[], undefined],
        [[{ variables: [0, 2] as const, weight: 0.3 }], undefined],
        [[], 0.7],
      ] as const) {
        const workload = outcomeWorkload([2, 3, 4], weights, pairs, undefined, ofRows);
        const noise = tableNoise(workload, 4.3);
        const moves = [1 / 2, 2 / 3, 3 / 4, 7 / 8];
        const signal = noise.reduce(
          (sum, sd, t) => sum + moves[t]! / sd ** 2,
          1 / 4 / eventNoise(workload, 4.3) ** 2 + (rowCountNoise(workload, 4.3) ?? Infinity) ** -2,
        );
        expect(noise).toHaveLength(3 + pairs.length);
        expect(signal).toBeLessThanOrEqual(4.3 ** -2);
        expect(signal).toBeCloseTo(4.3 ** -2, 11);
      }
    }
  });
});

/** Δ² of the cohort without pairs. */
const PLAIN = [7, 2, 8, 4, 5].reduce((sum, C) => sum + 1 - 1 / C, 1 / 4);

describe('the release', () => {
  const table = inventedTable({
    levelCounts: [7, 2, 8, 4, 5],
    rowCount: 200,
    meanOutcome: 0.3,
    binary: true,
    number: 1,
  });

  it('is the counts plus noise of the planned size, on the public grid', () => {
    const plan = planned(200, 1, [1, 1, 2, 1, 1]);
    const [events, ...departures] = measuredOf(plan.workload, table);
    const squares = plan.noise.map(() => 0);
    let squareOfEvents = 0;
    const repeats = 400;
    for (let key = 0; key < repeats; key += 1) {
      const released = releaseTables(plan, table, noise(key));
      expect(released.events.standardDeviation).toBe(plan.eventNoise);
      squareOfEvents += (released.events.count - 100 - events![0]!) ** 2 / repeats;
      for (const [t, { counts, levels, standardDeviation }] of released.tables.entries()) {
        expect(standardDeviation).toBe(plan.noise[t]);
        const totals = [200 - released.events.count, released.events.count];
        for (const [k, count] of counts.entries()) {
          if (!Number.isInteger(count / COUNT_GRID)) throw new Error('off the grid');
          const apart = count - totals[k % 2]! / levels - departures[t]![k]!;
          // The noise has C − 1 directions in either outcome.
          squares[t]! += apart ** 2 / (2 * (levels - 1) * repeats);
        }
        for (const [y, total] of totals.entries()) {
          const sum = counts.filter((_, k) => k % 2 === y).reduce((all, n) => all + n, 0);
          expect(Math.abs(sum - total)).toBeLessThanOrEqual(levels * COUNT_GRID);
        }
      }
    }
    // 2 to 14 directions, 400 releases: relative error of a variance √(2/800) at most, of that of the events √(2/400); four and a half of them.
    for (const [t, square] of squares.entries())
      expect(Math.abs(square / plan.noise[t]! ** 2 - 1)).toBeLessThan(0.225);
    expect(Math.abs(squareOfEvents / plan.eventNoise ** 2 - 1)).toBeLessThan(0.32);
    // Twice the weight, half the noise.
    expect(plan.noise[2]! / plan.noise[0]!).toBeCloseTo(0.5, 12);
  });

  it('with a number of rows that is not public counts it too, whole, with its noise, and takes it off the others', () => {
    const plan = planned('noisy');
    const plain = planned(200);
    expect(plan.mechanism).toEqual(plain.mechanism);
    expect(plan.noise[0]! / plain.noise[0]!).toBeCloseTo(Math.sqrt((PLAIN + 1 / 4) / PLAIN), 12);
    expect(plan.rowCountNoise! / plan.eventNoise).toBeCloseTo(2, 12);
    const exact = exactCounts(plan.workload, table);
    const events = table.outcome.reduce((sum, y) => sum + y, 0);
    const repeats = 2000;
    let square = 0;
    /** Of the first level's two cells: both variances and the covariance. */
    const found = [0, 0, 0];
    for (let key = 0; key < repeats; key += 1) {
      const released = releaseTables(plan, table, noise(key));
      expect(Number.isInteger(released.rowCount)).toBe(true);
      expect(released.rowCountStandardDeviation).toBe(plan.rowCountNoise);
      square += ((released.rowCount - 200) / plan.rowCountNoise!) ** 2 / repeats;
      const { counts, levels } = released.tables[1]!;
      const totals = [released.rowCount - released.events.count, released.events.count];
      for (const [y, total] of totals.entries())
        expect(Math.abs(counts[y]! + counts[2 + y]! - total)).toBeLessThanOrEqual(levels * COUNT_GRID);
      const off = [counts[0]! - exact[1]![0]!, counts[1]! - exact[1]![1]!] as const;
      found[0]! += off[0] ** 2 / repeats;
      found[1]! += off[1] ** 2 / repeats;
      found[2]! += (off[0] * off[1]) / repeats;
    }
    expect(events).toBeGreaterThan(20);
    const { variance, betweenOutcomes } = cellNoise(releaseTables(plan, table, noise(0)), 1);
    // 2,000 releases: relative error of a variance 0.032; four and a half of them.
    expect(Math.abs(square - 1)).toBeLessThan(0.145);
    expect(Math.abs(found[0]! / variance - 1)).toBeLessThan(0.145);
    expect(Math.abs(found[1]! / variance - 1)).toBeLessThan(0.145);
    expect(Math.abs(found[2]! - betweenOutcomes)).toBeLessThan(0.145 * variance);
  });

  it('says of people so few that noise would leave nobody that there is one', () => {
    const one = inventedTable({
      levelCounts: [7, 2, 8, 4, 5],
      rowCount: 1,
      meanOutcome: 0.3,
      binary: true,
      number: 1,
    });
    const found = Array.from(
      { length: 40 },
      (_, key) => releaseTables(planned('noisy'), one, noise(key)).rowCount,
    );
    expect(Math.min(...found)).toBe(1);
    expect(Math.max(...found)).toBeGreaterThan(10);
  });

  it('counts declared pairs beside, with the noise of their weight, and takes it off the others', () => {
    const pairs = [
      { variables: ['ethnicity', 'age_group'] as const },
      { variables: ['sex', 'deprivation'] as const, weight: 0.5 },
    ];
    const plan = planned(200, 1, undefined, pairs);
    const plain = planned(200);
    expect(plan.mechanism).toEqual(plain.mechanism);
    const more = 1 - 1 / 56 + 0.25 * (1 - 1 / 8);
    expect(plan.noise[0]! / plain.noise[0]!).toBeCloseTo(Math.sqrt((PLAIN + more) / PLAIN), 12);
    expect(plan.noise[6]! / plan.noise[0]!).toBeCloseTo(2, 12);
    const exact = exactCounts(plan.workload, table);
    const squares = [0, 0];
    for (let key = 0; key < 100; key += 1) {
      const released = releaseTables(plan, table, noise(key)).pairs!;
      expect(released.map(({ variables }) => variables)).toEqual([
        [0, 2],
        [1, 3],
      ]);
      for (const [t, { counts, standardDeviation }] of released.entries()) {
        expect(standardDeviation).toBe(plan.noise[5 + t]);
        for (const [k, count] of counts.entries())
          squares[t]! += ((count - exact[5 + t]![k]!) / standardDeviation) ** 2 / (counts.length - 1) / 100;
        // The people of a pair are N, which is public.
        expect(counts.reduce((sum, n) => sum + n, -200) / COUNT_GRID).toBeLessThan(counts.length);
      }
    }
    // 7 and 55 directions, 100 releases: relative error √(2/700) at most; four and a half of them.
    for (const square of squares) expect(Math.abs(square - 1)).toBeLessThan(0.24);
    // Every row is in one cell of a pair, and the pair's margin is the margin of the table.
    expect(exact[5]!.reduce((sum, n) => sum + n, 0)).toBe(200);
    expect(exact[5]!.slice(8, 16).reduce((sum, n) => sum + n, 0)).toBe(exact[0]![2]! + exact[0]![3]!);
  });

  it('counts pairs that it selects as declared ones, behind them, and takes choices and tables off the others', () => {
    const selection = { count: 2, weight: 2, choiceWeight: 0.5 };
    const plan = planned(200, 1, undefined, [{ variables: ['age_group', 'sex'] }], selection);
    const plain = planned(200);
    expect(plan.mechanism).toEqual(plain.mechanism);
    // Two whole tables of weight 2, two choices of weight ½, on top of events, tables and the declared pair.
    const others = PLAIN + 1 - 1 / 14;
    expect(plan.noise[0]! / plain.noise[0]!).toBeCloseTo(Math.sqrt((others + 8 + 0.5) / PLAIN), 12);
    const { choice, table: ofTable } = plan.selectionNoise!;
    const precision = others / plan.noise[0]! ** 2 + 2 * choice ** -2 + 2 * ofTable ** -2;
    const { noiseMultiplier } = plan.mechanism.parameters;
    expect(precision * noiseMultiplier ** 2).toBeLessThanOrEqual(1);
    expect(precision * noiseMultiplier ** 2).toBeGreaterThan(1 - 1e-9);
    let square = 0;
    for (let key = 0; key < 60; key += 1) {
      const [declared, ...selected] = releaseTables(plan, table, noise(key)).pairs!;
      expect(declared!.variables).toEqual([0, 1]);
      expect(selected).toHaveLength(2);
      for (const { variables, levels, counts, standardDeviation } of selected) {
        expect(standardDeviation).toBe(ofTable);
        const [exact] = exactCounts({ tables: [], pairs: [{ variables, levels, weight: 1 }] }, table);
        for (const [k, count] of counts.entries())
          square += ((count - exact![k]!) / standardDeviation) ** 2 / (counts.length - 1) / 120;
      }
    }
    // 120 tables of 7 directions and more: relative error √(2/840) at most; four of them.
    expect(Math.abs(square - 1)).toBeLessThan(0.21);
  });

  it('without a selection is what it was: the same words of the source', () => {
    expect(releaseTables(planned(200, 1, undefined, undefined, { count: 0 }), table, noise(3))).toEqual(
      releaseTables(planned(200), table, noise(3)),
    );
  });

  it('depends on keys and rows only, and not on the order of the rows', () => {
    const plan = planned(200);
    const reversed = {
      ...table,
      columns: table.columns.map((c) => c.toReversed()),
      outcome: table.outcome.toReversed(),
    };
    expect(releaseTables(plan, table, noise(1))).toEqual(releaseTables(plan, reversed, noise(1)));
    expect(releaseTables(plan, table, noise(1))).not.toEqual(releaseTables(plan, table, noise(2)));
  });

  it('refuses what was not planned before it draws', () => {
    const source = noise(1);
    const plan = planned(200);
    expect(() => releaseTables(planned(201), table, source)).toThrow('201 planned');
    expect(() => releaseTables(plan, { ...table, outcome: table.outcome.map((y) => 2 * y) }, source)).toThrow(
      '0/1',
    );
    expect(() => releaseTables(plan, { ...table, columns: table.columns.slice(1) }, source)).toThrow('fit');
    expect(() => releaseTables({ ...plan, noise: plan.noise.map(() => 0) }, table, source)).toThrow(
      'without noise',
    );
    expect(() => releaseTables({ ...plan, eventNoise: 0 }, table, source)).toThrow('events without noise');
    expect(() => releaseTables({ ...plan, rowCount: 'noisy' }, table, source)).toThrow('neither');
    expect(() => releaseTables({ ...planned('noisy'), rowCountNoise: 0 }, table, source)).toThrow('neither');
    const paired = planned(200, 1, undefined, [{ variables: ['age_group', 'sex'] }]);
    expect(() => releaseTables({ ...paired, noise: plan.noise }, table, source)).toThrow('without noise');
    const selecting = planned(200, 1, undefined, undefined, { count: 1 });
    const { selectionNoise: _, ...unguarded } = selecting;
    expect(() => releaseTables(unguarded, table, source)).toThrow('choice without noise');
    const tiny = { choice: 0, table: 1 };
    expect(() => releaseTables({ ...selecting, selectionNoise: tiny }, table, source)).toThrow(
      'choice without noise',
    );
    expect(source.uint32()).toBe(noise(1).uint32());
  });
});
