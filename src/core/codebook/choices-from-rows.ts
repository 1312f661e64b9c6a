import type { ColumnProfile } from '../table/column-profile.ts';
import type { CodebookDraft } from './codebook-draft.ts';
import { areQuantiles } from './quantile-cut-points.ts';

/** What of a draft seems to come from the rows, by the columns' labels. */
export interface ChoicesFromRows {
  /** Variables whose levels are those that the file happens to hold. */
  readonly levels: readonly string[];
  /** Numbers whose cut points are quantiles of the rows. */
  readonly cutPoints: readonly string[];
}

/**
 * The choices that a person should look at again before confirming that they are public knowledge. For the screen only:
 * that cut points are somebody's quantiles, or that every level occurs, tells about rows, so that no codebook says it.
 */
export function choicesFromRows(draft: CodebookDraft, file: readonly ColumnProfile[]): ChoicesFromRows {
  const profiles = new Map(file.map((profile) => [profile.name, profile]));
  const variables = draft.columns.filter(({ role }) => role === 'variable');
  return {
    levels: variables.filter(({ levelsFromFile }) => levelsFromFile).map(({ label }) => label),
    cutPoints: variables
      .filter(({ name, kind, cutPoints, missingCodes }) => {
        const profile = profiles.get(name);
        return (
          kind === 'numeric' &&
          profile !== undefined &&
          areQuantiles(profile.numbers, cutPoints, missingCodes)
        );
      })
      .map(({ label }) => label),
  };
}
