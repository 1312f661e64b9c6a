import type { PlannerTable } from './planner.ts';
import table from './planner-table.fixture.json' with { type: 'json' };

/** Made by `npm run make:planner-table -- --repeats 3`; never edited by hand. */
export const SHIPPED_PLANNER_TABLE: PlannerTable = table;
