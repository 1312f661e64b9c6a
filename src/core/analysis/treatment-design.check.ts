import type { Design, Term } from './design.ts';

/** A design from bare level lists, as reference files state it: the same coding that `designOf` gives for a codebook. */
export function treatmentDesign(
  predictors: readonly {
    readonly name: string;
    readonly levels: readonly string[];
    readonly reference: number;
  }[],
): Design {
  const terms: Term[] = [{ kind: 'intercept', variable: '', level: '', label: 'Intercept' }];
  const factors = predictors.map(({ name, levels, reference }, variable) => {
    const columnOfCell = new Int32Array(levels.length).fill(-1);
    for (const [cell, level] of levels.entries()) {
      if (cell === reference) continue;
      columnOfCell[cell] = terms.length;
      terms.push({ kind: 'level', variable: name, level, label: `${name}: ${level}` });
    }
    return { variables: [variable], size: levels.length, columnOfCell };
  });
  const variables = predictors.map(({ name, levels, reference }, position) => ({
    name,
    position,
    size: levels.length,
    reference,
  }));
  return { terms, factors, variables };
}
