import { describe, expect, it } from 'vitest';
import {
  affordableEpsilon,
  PLANNER_GRID,
  type PlannerCorner,
  type PlannerTable,
  planAhead,
} from './planner.ts';
import { plannerTableOf, SHIPPED_PLANNER_TABLES } from './shipped-planner-table.ts';

/** A table whose values are a plane in the axes' own scales: interpolation must give the plane back. */
function tableWhere(
  value: (corner: Omit<PlannerCorner, keyof ReturnType<typeof zeros>>) => number,
): PlannerTable {
  const { rowCounts, epsilons, levels, parties, setCounts } = PLANNER_GRID;
  const corners = rowCounts.flatMap((rowCount) =>
    epsilons.flatMap((epsilon) =>
      levels.flatMap((level) =>
        parties.flatMap((party) =>
          setCounts.map((setCount): PlannerCorner => {
            const place = { rowCount, epsilon, levels: level, parties: party, setCount };
            return { ...place, ...zeros(), gain: value(place) };
          }),
        ),
      ),
    ),
  );
  return { method: 'short', centres: 'alike', repeats: 2, unsolved: 0, corners };
}

function zeros() {
  return { localWidth: 0, combinedWidth: 0, covered: 0, gain: 0, gainError: 0, idealGain: 0 };
}

const plane = tableWhere(({ rowCount, epsilon, levels, parties, setCount }) => {
  return (
    Math.log(rowCount) + 2 * Math.log(epsilon) + 3 * levels + 4 * Math.log(parties) + 5 * Math.log(setCount)
  );
});
const question = { rowCount: 700, levels: 20, epsilon: 1.3, setCount: 20, parties: 5 };

describe('the planner', () => {
  it('gives a plane back exactly, between corners and on them', () => {
    const expected = Math.log(700) + 2 * Math.log(1.3) + 60 + 4 * Math.log(5) + 5 * Math.log(20);
    const answer = planAhead(question, plane);
    expect(answer.ok && answer.value.gain).toBeCloseTo(expected, 10);
    for (const corner of plane.corners) {
      const own = planAhead(corner, plane);
      expect(own.ok && own.value.gain).toBeCloseTo(corner.gain, 10);
    }
  });

  it('refuses what no simulation reaches, and says where they end', () => {
    for (const [key, value] of [
      ['rowCount', 100],
      ['rowCount', 6000],
      ['epsilon', 0.1],
      ['levels', 40],
      ['parties', 40],
      ['setCount', 5],
      ['epsilon', Number.NaN],
    ] as const) {
      const answer = planAhead({ ...question, [key]: value }, plane);
      expect(answer).toMatchObject({ ok: false, failure: { kind: 'outside-of-simulations', what: key } });
    }
  });

  it('reads more sets than were simulated as the most that were', () => {
    expect(planAhead({ ...question, setCount: 100 }, plane)).toEqual(
      planAhead({ ...question, setCount: 30 }, plane),
    );
  });

  it('answers for any number of sets where no sets are shared', () => {
    const corners = plane.corners
      .filter(({ setCount }) => setCount === 10)
      .map((corner) => ({ ...corner, setCount: 0 }));
    const withoutSets: PlannerTable = { ...plane, method: 'noisy-marginals', corners };
    for (const setCount of [1, 100]) {
      const answer = planAhead({ ...question, setCount }, withoutSets);
      expect(answer).toEqual(planAhead({ ...question, setCount: 10 }, plane));
    }
  });

  it('finds the ε from which on sharing helps', () => {
    const { epsilon: _epsilon, ...rest } = question;
    const from = (threshold: number) =>
      affordableEpsilon(
        rest,
        tableWhere(({ epsilon }) => Math.log(epsilon / threshold)),
      );
    expect(from(0.1)).toEqual({ ok: true, value: { kind: 'any', smallest: 0.5 } });
    expect(from(9)).toEqual({ ok: true, value: { kind: 'none', largest: 4 } });
    const middle = from(1);
    if (!middle.ok || middle.value.kind !== 'from') throw new Error('no threshold');
    expect(middle.value.epsilon).toBeGreaterThan(1);
    expect(middle.value.epsilon).toBeLessThan(1.2);
  });
});

describe.each(SHIPPED_PLANNER_TABLES)('the shipped table of $method among $centres centres', (table) => {
  it('has every corner of the grid, with numbers that can be', () => {
    const { rowCounts, epsilons, levels, parties, setCounts } = PLANNER_GRID;
    const places = rowCounts.length * epsilons.length * levels.length * parties.length;
    expect(table.corners).toHaveLength(table.method === 'short' ? places * setCounts.length : places);
    for (const corner of table.corners) {
      expect(planAhead(corner, table).ok).toBe(true);
      expect(corner.localWidth).toBeGreaterThan(0);
      expect(corner.combinedWidth).toBeGreaterThan(0);
      expect(corner.covered).toBeGreaterThan(0);
      expect(corner.covered).toBeLessThanOrEqual(1);
    }
    expect(table.unsolved).toBeLessThan(0.01 * table.repeats * table.corners.length);
  });

  it('says that larger tables give narrower local intervals', () => {
    const width = (rowCount: number) => {
      const answer = planAhead({ ...question, rowCount }, table);
      return answer.ok ? answer.value.localWidth : Number.NaN;
    };
    expect(width(500)).toBeGreaterThan(width(1500));
    expect(width(1500)).toBeGreaterThan(width(5000));
  });
});

describe('the shipped tables', () => {
  it('are one for each method and kind of centres', () => {
    const names = SHIPPED_PLANNER_TABLES.map(({ method, centres }) => `${method} ${centres}`);
    expect(names.toSorted()).toEqual([
      'noisy-marginals alike',
      'noisy-marginals shifted',
      'short alike',
      'short shifted',
    ]);
    for (const { method, centres } of SHIPPED_PLANNER_TABLES)
      expect(plannerTableOf(method, centres)).toMatchObject({ method, centres });
  });

  it('a stronger budget for noisy tables never makes their intervals much wider', () => {
    // Medians of a few simulations: a tenth is more than their luck.
    for (const { corners } of SHIPPED_PLANNER_TABLES.filter(({ method }) => method === 'noisy-marginals')) {
      for (const corner of corners.filter(({ epsilon }) => epsilon === 0.5)) {
        const loose = corners.find((one) => {
          const { rowCount, levels, parties } = corner;
          return (
            one.epsilon === 4 && one.rowCount === rowCount && one.levels === levels && one.parties === parties
          );
        });
        expect(loose!.combinedWidth).toBeLessThan(1.1 * corner.combinedWidth);
      }
    }
  });
});
