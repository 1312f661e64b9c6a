import type { Codebook } from '../codebook/codebook.ts';
import { levelsOf } from '../codebook/codebook.ts';
import { cohortCodebook, simulateCentre } from '../cohort/simulated-cohort.ts';
import { type RandomSource, uniform } from '../random/random-source.ts';
import { codeTable } from '../table/code-table.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { centreNamed, type TrueCoefficient, trueCoefficients } from './coverage-design.ts';

/**
 * Which people the centres have. The truth is known in all of them: P(y = 1) = λ(x) with main effects on the log scale.
 *
 * - `alike`: all from one centre of the cohort, whose variables hang together as people's do
 * - `entangled`: the same, but half of the people have a deprivation quartile that follows from age and ethnicity together: strong
 *   dependence of a kind that no pair of variables shows
 * - `linked`: the same, but at all centres other than the first half of the people have an education that follows from their age: two variables
 *   hang together there that do not here
 * - `shifted`: every centre from another place, with other shares of all levels and another base rate; the same effects
 */
export const COVERAGE_SCENARIOS = ['alike', 'entangled', 'linked', 'shifted'] as const;
export type CoverageScenario = (typeof COVERAGE_SCENARIOS)[number];

/** The places of `shifted`, own centre first. Far apart in ethnicity, deprivation and education. */
const PLACES = [
  'Croydon',
  'Oxford',
  'Newcastle',
  'Barts',
  'Birmingham',
  'Sheffield',
  'Leeds',
  'Bristol',
] as const;
/** Added to the log of the base rate at each place, in turn: up to a quarter more or less. */
const BASE_RATE_SHIFTS = [0, -0.25, 0.1, 0.2, -0.1, 0.05, -0.2, 0.15] as const;

/** M tables of N invented people. */
export function simulateScenario(
  scenario: CoverageScenario,
  centre: string,
  parties: number,
  rowCount: number,
  random: RandomSource,
): CodedTable[] {
  const codebook = cohortCodebook();
  return Array.from({ length: parties }, (_, m) => {
    const place = scenario === 'shifted' && m > 0 ? PLACES[m % PLACES.length]! : centre;
    const people = somePeople(place, rowCount, codebook, random);
    if (scenario === 'alike') return people;
    if (scenario === 'entangled') entangle(people, codebook, random);
    if (scenario === 'linked' && m > 0) link(people, codebook, random);
    return {
      ...people,
      outcome: drawOutcomes(people, trueCoefficients(centre, codebook), baseRateShift(scenario, m), random),
    };
  });
}

function somePeople(place: string, rowCount: number, codebook: Codebook, random: RandomSource): CodedTable {
  centreNamed(place);
  const columns = codebook.variables.map(() => new Uint8Array(rowCount));
  const outcome = new Uint32Array(rowCount);
  for (let start = 0; start < rowCount; ) {
    const coded = codeTable(simulateCentre(place, random), codebook);
    if (!coded.ok) throw new Error(`simulated people do not fit their codebook: ${coded.failure.kind}`);
    const { table } = coded.value;
    const taken = Math.min(table.rowCount, rowCount - start);
    for (const [j, column] of columns.entries()) column.set(table.columns[j]!.subarray(0, taken), start);
    outcome.set(table.outcome.subarray(0, taken), start);
    start += taken;
  }
  return { rowCount, columns, outcome };
}

const columnOf = ({ columns }: CodedTable, { variables }: Codebook, name: string) =>
  columns[variables.findIndex((variable) => variable.name === name)]!;

/** Half of the people: education = five levels along the seven age groups. */
function link(people: CodedTable, codebook: Codebook, random: RandomSource): void {
  const age = columnOf(people, codebook, 'age_group');
  const education = columnOf(people, codebook, 'education');
  for (let i = 0; i < people.rowCount; i += 1) {
    if (uniform(random) < 0.5) education[i] = Math.floor((5 * age[i]!) / 7);
  }
}

/** Half of the people: deprivation quartile = (age group + ethnicity) modulo 4, independent of each taken alone. */
function entangle(people: CodedTable, codebook: Codebook, random: RandomSource): void {
  const { rowCount } = people;
  const column = (name: string) => columnOf(people, codebook, name);
  const [age, ethnicity, deprivation] = [column('age_group'), column('ethnicity'), column('deprivation')];
  for (let i = 0; i < rowCount; i += 1) {
    if (uniform(random) < 0.5) deprivation[i] = (age[i]! + ethnicity[i]!) % 4;
  }
}

/** What the m-th centre's base rate differs by, on the log scale. */
export function baseRateShift(scenario: CoverageScenario, centre: number): number {
  return scenario === 'shifted' ? BASE_RATE_SHIFTS[centre % BASE_RATE_SHIFTS.length]! : 0;
}

/** P(y = 1) = λ(x) of these coefficients, whose positions are columns of the table. */
export function drawOutcomes(
  { rowCount, columns }: Omit<CodedTable, 'outcome'>,
  truth: readonly TrueCoefficient[],
  shift: number,
  random: RandomSource,
): Uint32Array {
  const effects = columns.map(() => new Float64Array(256));
  for (const { position, level, value } of truth) if (position >= 0) effects[position]![level] = value;
  return Uint32Array.from({ length: rowCount }, (_, i) => {
    const linear = columns.reduce(
      (sum, column, j) => sum + effects[j]![column[i]!]!,
      truth[0]!.value + shift,
    );
    return uniform(random) < Math.min(1, Math.exp(linear)) ? 1 : 0;
  });
}

/** Levels of every variable, in the order of the codebook. */
export function levelCountsOf(codebook: Codebook): number[] {
  return codebook.variables.map((variable) => levelsOf(variable).length);
}
