import { type Codebook, levelsOf, type Variable } from './codebook.ts';
import { type CodebookMapping, findCounterpart, matchedLevels } from './map-codebook.ts';

/** One of our variables while a person says where it comes from. */
export interface VariableMappingDraft {
  readonly own: string;
  /** The peer's variable; null where this peer has none, and then analyses that need it go without the peer. */
  readonly other: string | null;
  /** For each of the peer's `levelsOf`, the index in ours, or null while nobody has said. */
  readonly levels: readonly (number | null)[];
}

/** A mapping in the making: what the editor edits. One entry for each of our variables, in their order. */
export interface MappingDraft {
  readonly variables: readonly VariableMappingDraft[];
}

/** What can be told without a person: names and labels that agree. The rest is left open, never guessed. */
export function draftMapping(own: Codebook, other: Codebook): MappingDraft {
  const taken = new Set<string>();
  const variables = own.variables.map((variable): VariableMappingDraft => {
    const free = other.variables.filter(({ name }) => !taken.has(name));
    const counterpart = findCounterpart(variable, free);
    if (counterpart === undefined) return { own: variable.name, other: null, levels: [] };
    taken.add(counterpart.name);
    return {
      own: variable.name,
      other: counterpart.name,
      levels: matchedLevels(variable, counterpart),
    };
  });
  return { variables };
}

/** The draft of a mapping that was confirmed earlier. */
export function draftOf(own: Codebook, mapping: CodebookMapping): MappingDraft {
  const variables = own.variables.map(
    ({ name }): VariableMappingDraft =>
      mapping.variables.find((item) => item.own === name) ?? { own: name, other: null, levels: [] },
  );
  return { variables };
}

/** Another variable of the peer (or none) for one of ours; its levels are matched anew. */
export function withCounterpart(draft: MappingDraft, own: Variable, other: Variable | null): MappingDraft {
  const variables = draft.variables.map((item): VariableMappingDraft => {
    if (item.own === own.name) {
      return other === null
        ? { own: own.name, other: null, levels: [] }
        : { own: own.name, other: other.name, levels: matchedLevels(own, other) };
    }
    // One column cannot be two variables: the one that had it is left without.
    return other !== null && item.other === other.name ? { own: item.own, other: null, levels: [] } : item;
  });
  return { variables };
}

/** One of the peer's levels goes to a level of ours; several may go to one. */
export function withLevel(
  draft: MappingDraft,
  own: string,
  otherLevel: number,
  ownLevel: number | null,
): MappingDraft {
  const variables = draft.variables.map((item) =>
    item.own === own
      ? { ...item, levels: item.levels.map((level, i) => (i === otherLevel ? ownLevel : level)) }
      : item,
  );
  return { variables };
}

/** How far a draft is: what it maps, what this peer lacks, and what nobody has said yet. */
export interface MappingProgress {
  /** The variables that are mapped, as a mapping; to be kept only where nothing is open. */
  readonly mapping: CodebookMapping;
  readonly lacking: readonly string[];
  readonly open: readonly { readonly own: string; readonly levels: readonly string[] }[];
}

export function mappingProgress(other: Codebook, draft: MappingDraft): MappingProgress {
  const mapped: CodebookMapping['variables'][number][] = [];
  const lacking: string[] = [];
  const open: MappingProgress['open'][number][] = [];
  for (const item of draft.variables) {
    if (item.other === null) {
      lacking.push(item.own);
      continue;
    }
    const known = item.levels.filter((level) => level !== null);
    if (known.length === item.levels.length) {
      mapped.push({ own: item.own, other: item.other, levels: known });
      continue;
    }
    const theirs = other.variables.find(({ name }) => name === item.other);
    const labels = theirs === undefined ? [] : levelsOf(theirs).map(({ label }) => label);
    open.push({ own: item.own, levels: labels.filter((_, i) => item.levels[i] === null) });
  }
  return { mapping: { variables: mapped }, lacking, open };
}
