import { PatternIndex, type PatternTable, poolPatterns } from '../analysis/pattern-table.ts';
import { levelsOf } from '../codebook/codebook.ts';
import type { TrainingPlan } from '../inference/plan.ts';
import type { NoisyTables } from '../marginals/noisy-tables.ts';
import { chacha20Source } from '../random/chacha20.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { SkewedGroup, StudySettings } from './experiments.ts';
import type { CentreScores, IdealScores, MaybeScored, PartResult } from './part-results.ts';
import type {
  CentresPart,
  Round,
  SharedSetsPart,
  SkewedCellPart,
  SkewedCentrePart,
  StudyPart,
} from './parts.ts';
import {
  firstShare,
  type StudyData,
  type StudySplit,
  shuffled,
  splitForTest,
  takeRows,
} from './study-data.ts';
import { studyKey } from './study-key.ts';
import {
  countRound,
  countRows,
  ridgeCoefficients,
  type StudyRound,
  sharedFits,
  studyDesign,
} from './study-round.ts';
import {
  type Estimate,
  type Held,
  heldBy,
  localEstimate,
  pooledEstimate,
  StudyScorer,
} from './study-scores.ts';
import { tablesEstimate } from './tables-estimate.ts';
import { drawTwinSets, makeTwin, noisyTablesOf, type TrainTwin, type TwinModel } from './twin-maker.ts';

export interface WorkshopTools {
  readonly data: StudyData;
  readonly settings: StudySettings;
  /** Public: whoever has it can repeat every draw. */
  readonly seed: Uint8Array;
  readonly train: TrainTwin;
}

/**
 * Does one part of a study at a time. The result depends on the part, the data, the settings and the seed only, so
 * that any number of workshops can share a figure. It keeps the last round at hand: parts of one round share its sets.
 */
export class StudyWorkshop {
  readonly #tools: WorkshopTools;
  readonly #split: StudySplit;
  readonly #plans = new Map<number, TrainingPlan>();
  #round: { readonly name: string; readonly counted: Counted } | undefined;
  #ideal: { readonly size: number; readonly scores: IdealScores } | undefined;

  constructor(tools: WorkshopTools) {
    this.#tools = tools;
    const random = this.#random('split');
    this.#split = splitForTest(tools.data, tools.settings.testShare, random);
  }

  /** @param twins models of `part.needs`, in their order */
  async run(part: StudyPart, twins: readonly TwinModel[]): Promise<PartResult> {
    if (twins.length !== part.needs.length) throw new Error(`${part.id} needs ${part.needs.length} twins`);
    switch (part.kind) {
      case 'twin': {
        const { data, settings, train } = this.#tools;
        const table = firstShare(this.#split.train[part.centre]!, part.round.size);
        const { codebook } = data;
        const key = this.#key(part.id);
        const { epsilon } = part.round;
        const problem = { codebook, settings, epsilon, table, plans: this.#plans };
        return { kind: 'twin', model: await makeTwin(problem, key, train) };
      }
      case 'centres':
        return this.#centres(part, this.#counted(part, twins));
      case 'shared-sets':
        return this.#sharedSets(part, this.#counted(part, twins));
      case 'skewed-centre':
        return this.#skewedCentre(part, this.#counted(part, twins));
      case 'skewed-cell':
        return this.#skewedCell(part, this.#counted(part, twins));
    }
  }

  #centres(part: CentresPart, round: Counted): PartResult {
    const centres = part.centres.map((centre): CentreScores => {
      const random = this.#random(`${part.id}/${centre}`);
      const pooled = this.#combined(round, centre, othersOf(round, centre));
      const ridge = ridgeCoefficients(round.design, round.own[centre]!);
      return {
        centre,
        rows: round.own[centre]!.total,
        local: this.#judge(round.scorer, localEstimate(round.fit(round.own[centre]!)), random),
        ridge: ridge === undefined ? null : round.scorer.point(ridge),
        combined: this.#judge(round.scorer, pooled, random),
        fallbacks: pooled?.fallbacks ?? 0,
      };
    });
    return { kind: 'centres', ideal: this.#idealScores(part.round.size, round), centres };
  }

  #sharedSets(part: SharedSetsPart, round: Counted): PartResult {
    const { orders, draws, drawsPerOrder } = this.#tools.settings;
    const { centre } = part;
    const random = this.#random(part.id);
    const others = othersOf(round, centre);
    const local = localEstimate(round.fit(round.own[centre]!));
    const positions: number[][] = [this.#draws(round.scorer, local, draws, random)];
    const missing = [local === undefined ? 1 : 0, ...others.map(() => 0)];
    // Two orders that begin with the same parties, in any order, pool the same tables.
    const known = new Map<string, Estimate | undefined>();
    for (let order = 0; order < orders; order += 1) {
      const joining = Array.from(shuffled(others.length, random), (place) => others[place]!);
      const pool = this.#pool(round, centre);
      for (const [n, next] of joining.entries()) {
        pool.join(next);
        const name = joining
          .slice(0, n + 1)
          .sort((a, b) => a - b)
          .join(' ');
        if (!known.has(name)) known.set(name, pool.estimate());
        const estimate = known.get(name);
        if (estimate === undefined) missing[n + 1]! += 1;
        const values = this.#draws(round.scorer, estimate, drawsPerOrder, random);
        positions[n + 1] = [...(positions[n + 1] ?? []), ...values];
      }
    }
    const ideal = this.#idealScores(part.round.size, round);
    return { kind: 'shared-sets', ideal, centre, positions, missing };
  }

  #skewedCentre(part: SkewedCentrePart, round: Counted): PartResult {
    const { codebook } = this.#tools.data;
    const { centre, variable } = part;
    const random = this.#random(part.id);
    const own = round.own[centre]!;
    const names = codebook.variables.map(({ name }) => name).filter((name) => name !== variable);
    const without = studyDesign(codebook, names);
    const index = new PatternIndex(without.variables.map(({ size }) => size));
    const counted = countRows(index, without, round.rows[centre]!);
    const fit = sharedFits(without, [counted])(counted);
    const scorer = new StudyScorer(without, countRows(index, without, this.#split.test));
    const pooled = this.#combined(round, centre, othersOf(round, centre));
    return {
      kind: 'skewed-centre',
      centre,
      ideal: this.#idealScores(part.round.size, round),
      combined: this.#score(round.scorer, pooled, random),
      local: this.#score(round.scorer, localEstimate(round.fit(own)), random),
      without: this.#score(scorer, localEstimate(fit), random),
    };
  }

  /** Half of the test rows are the party, thinned out in the cell; the group's people in the other half judge it. */
  #skewedCell(part: SkewedCellPart, round: Counted): PartResult {
    const random = this.#random(part.id);
    const { position, level } = this.#place(part.group);
    const halves = halvesOf(this.#split.test, this.#random('halves'));
    const inGroup = (table: CodedTable, row: number) => table.columns[position]![row] === level;
    const { table, kept } = thinned(halves.party, part.keptShare, (row) => {
      return inGroup(halves.party, row) && halves.party.outcome[row]! > 0;
    });
    const judges = rowsWhere(halves.judge, (row) => inGroup(halves.judge, row));
    const facts = { kind: part.kind, keptShare: part.keptShare, rows: table.rowCount, keptEvents: kept };
    // Nobody of the group among the test rows: there is nothing to judge by.
    if (judges.rowCount === 0) return { ...facts, testRows: 0, combined: null, local: null };
    // The party is none of the centres: it joins all of them.
    const { index, design, sets, releases } = round;
    const own = countRows(index, design, table);
    const scorer = new StudyScorer(design, countRows(index, design, judges));
    const regress = sharedFits(design, [own, ...sets.flat()]);
    const pooled =
      releases === undefined
        ? pooledEstimate(
            sets[0]!.map((_, k) => regress(poolPatterns([own, ...sets.map((one) => one[k]!)]))),
            design,
          )
        : tablesEstimate(this.#tools.data.codebook, table, releases);
    return {
      ...facts,
      testRows: judges.rowCount,
      combined: this.#score(scorer, pooled, random),
      local: this.#score(scorer, localEstimate(regress(own)), random),
    };
  }

  /** What a centre knows with these others, by their sets or by their tables. */
  #combined(round: Counted, centre: number, others: readonly number[]): Combined | undefined {
    const { releases, own, sets, design } = round;
    if (releases !== undefined) {
      const joined = others.map((other) => releases[other]!);
      return tablesEstimate(this.#tools.data.codebook, round.rows[centre]!, joined);
    }
    const fits = Array.from({ length: this.#tools.settings.setCount }, (_, k) =>
      round.fit(poolPatterns([own[centre]!, ...others.map((other) => sets[other]![k]!)])),
    );
    return pooledEstimate(fits, design);
  }

  /** A centre's own rows, which others join one by one: counts are added, never counted again. */
  #pool(round: Counted, centre: number): Pool {
    const { codebook } = this.#tools.data;
    const own = round.own[centre]!;
    const { releases } = round;
    if (releases !== undefined) {
      const joined: NoisyTables[] = [];
      return {
        join: (other) => void joined.push(releases[other]!),
        estimate: () => tablesEstimate(codebook, round.rows[centre]!, joined),
      };
    }
    let tables: readonly PatternTable[] = Array.from({ length: this.#tools.settings.setCount }, () => own);
    return {
      join: (other) => {
        tables = tables.map((table, k) => poolPatterns([table, round.sets[other]![k]!]));
      },
      estimate: () => pooledEstimate(tables.map(round.fit), round.design),
    };
  }

  #place({ variable, level }: SkewedGroup): { readonly position: number; readonly level: number } {
    const { variables } = this.#tools.data.codebook;
    const position = variables.findIndex(({ name }) => name === variable);
    const found = variables[position];
    const place = found === undefined ? -1 : levelsOf(found).findIndex(({ value }) => value === level);
    if (place < 0) throw new RangeError(`the codebook has no ${variable} = ${level}`);
    return { position, level: place };
  }

  #counted(part: StudyPart, twins: readonly TwinModel[]): Counted {
    const { epsilon, size, repeat } = part.round;
    const name = `${epsilon} ${size} ${repeat}`;
    if (this.#round?.name === name) return this.#round.counted;
    this.#round = undefined;
    const own = this.#split.train.map((table) => firstShare(table, size));
    const { data, settings } = this.#tools;
    const asTables = settings.synthesizer === 'tables';
    const round = countRound(data.codebook, own, this.#split.test, (centre) =>
      asTables ? [] : this.#setsOf(twins[centre]!, part.round, centre),
    );
    const releases = asTables ? twins.map((twin) => noisyTablesOf(twin as TablesModel)) : undefined;
    const counted = { ...round, releases };
    this.#round = { name, counted };
    return counted;
  }

  #setsOf(model: TwinModel, { epsilon, size, repeat }: Round, centre: number): Iterable<CodedTable> {
    const { data, settings } = this.#tools;
    const random = this.#random(`sets/${epsilon}/${size}/${repeat}/${centre}`);
    return drawTwinSets(model, data.codebook, settings, random);
  }

  #idealScores(size: number, round: StudyRound): IdealScores {
    if (this.#ideal?.size === size) return this.#ideal.scores;
    const pointOf = (estimate: Estimate | undefined) =>
      estimate === undefined ? null : round.scorer.point(estimate.mean);
    const whole = poolPatterns(this.#split.train.map((table) => countRows(round.index, round.design, table)));
    const sameRows = localEstimate(round.fit(poolPatterns(round.own)));
    const scores = {
      whole: pointOf(localEstimate(sharedFits(round.design, [whole])(whole))),
      sameRows: pointOf(sameRows),
      ...this.#heldBy(sameRows),
    };
    this.#ideal = { size, scores };
    return scores;
  }

  /** By the test rows, and by the truth where that is known. */
  #judge(scorer: StudyScorer, estimate: Estimate | undefined, random: RandomSource): MaybeScored {
    const scored = this.#score(scorer, estimate, random);
    return scored === null ? null : { ...scored, ...this.#heldBy(estimate) };
  }

  #heldBy(estimate: Estimate | undefined): { held?: Held } {
    const { truth } = this.#tools.data;
    return truth === undefined || estimate === undefined ? {} : { held: heldBy(estimate, truth) };
  }

  #score(scorer: StudyScorer, estimate: Estimate | undefined, random: RandomSource): MaybeScored {
    return estimate === undefined ? null : scorer.all(estimate, this.#tools.settings.draws, random);
  }

  /** None where there is no estimate. */
  #draws(scorer: StudyScorer, estimate: Estimate | undefined, count: number, random: RandomSource): number[] {
    if (estimate === undefined) return [];
    const { mean, variances } = estimate;
    return [...scorer.draws({ mean, covariance: variances }, count, random)];
  }

  #key(use: string): Uint8Array {
    return studyKey(this.#tools.seed, use);
  }

  #random(use: string): RandomSource {
    return chacha20Source(this.#key(use), 'synthesis');
  }
}

/** A counted round, with the tables that the centres released where those are analysed as they are. */
type Counted = StudyRound & { readonly releases: readonly NoisyTables[] | undefined };
type TablesModel = Extract<TwinModel, { kind: 'marginals' }>;
type Combined = Estimate & { readonly fallbacks?: number };

interface Pool {
  join(other: number): void;
  estimate(): Combined | undefined;
}

function othersOf(round: StudyRound, centre: number): number[] {
  return [...round.own.keys()].filter((other) => other !== centre);
}

function halvesOf(table: CodedTable, random: RandomSource) {
  const order = shuffled(table.rowCount, random);
  const half = Math.floor(table.rowCount / 2);
  return { party: takeRows(table, order.subarray(0, half)), judge: takeRows(table, order.subarray(half)) };
}

/** Keeps the first share of the rows in the cell, all others whole; smaller shares are parts of larger ones. */
export function thinned(table: CodedTable, keptShare: number, inCell: (row: number) => boolean) {
  const cell = Array.from({ length: table.rowCount }, (_, row) => row).filter(inCell);
  const kept = Math.round(keptShare * cell.length);
  const dropped = new Set(cell.slice(kept));
  return { table: rowsWhere(table, (row) => !dropped.has(row)), kept };
}

function rowsWhere(table: CodedTable, keep: (row: number) => boolean): CodedTable {
  const rows = Array.from({ length: table.rowCount }, (_, row) => row).filter(keep);
  return takeRows(table, Uint32Array.from(rows));
}
