import type { LocalCell, PooledCell } from '../../core/analysis/pooled-analysis.ts';
import { type Codebook, levelsOf } from '../../core/codebook/codebook.ts';
import type { ShownAnalysis } from '../../session/shown-analysis.ts';

/** One comparison with its reference, or the reference itself. */
export interface ForestRow {
  readonly variable: string;
  readonly variableLabel: string;
  readonly level: string;
  readonly levelLabel: string;
  readonly kind: 'reference' | 'comparison' | 'interaction';
  /** Label of the level that it is compared with; empty for references and interactions. */
  readonly against: string;
  readonly local: LocalCell | null;
  readonly pooled: LocalCell | PooledCell | null;
}

/**
 * The regression's levels as people read them: by variable, in the codebook's order, the reference in its place;
 * variables that were left out are not there. Interactions follow.
 */
export function forestRows(analysis: ShownAnalysis, codebook: Codebook): ForestRow[] {
  const cells = new Map(analysis.rows.map((row) => [`${row.term.variable}\u0000${row.term.level}`, row]));
  const references = new Map(analysis.references.map((reference) => [reference.variable, reference]));
  const labels = new Map(codebook.variables.map(({ name, label }) => [name, label]));
  const levels = codebook.variables.flatMap((variable) => {
    const reference = references.get(variable.name);
    if (reference === undefined) return [];
    return levelsOf(variable).map((level): ForestRow => {
      const row = cells.get(`${variable.name}\u0000${level.value}`);
      const isReference = level.value === reference.level;
      return {
        variable: variable.name,
        variableLabel: variable.label,
        level: level.value,
        levelLabel: level.label,
        kind: isReference ? 'reference' : 'comparison',
        against: isReference ? '' : reference.label,
        local: row?.local ?? null,
        pooled: row?.pooled ?? null,
      };
    });
  });
  const interactions = analysis.rows
    .filter(({ term }) => term.kind === 'interaction')
    .map(
      ({ term, local, pooled }): ForestRow => ({
        variable: term.variable,
        variableLabel: term.variable
          .split(' × ')
          .map((name) => labels.get(name) ?? name)
          .join(' × '),
        level: term.level,
        levelLabel: term.label,
        kind: 'interaction',
        against: '',
        local,
        pooled,
      }),
    );
  return [...levels, ...interactions];
}
