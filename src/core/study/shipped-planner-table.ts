import type { PlannerMethod, PlannerTable } from './planner.ts';
import tables from './planner-table.fixture.json' with { type: 'json' };
import type { SimulatedCentres } from './simulated-centres.ts';

/** Made by `npm run make:planner-table`; never edited by hand. */
export const SHIPPED_PLANNER_TABLES = tables as readonly PlannerTable[];

export function plannerTableOf(method: PlannerMethod, centres: SimulatedCentres): PlannerTable {
  const found = SHIPPED_PLANNER_TABLES.find((one) => one.method === method && one.centres === centres);
  if (found === undefined) throw new Error(`no simulations of ${method} among ${centres} centres`);
  return found;
}
