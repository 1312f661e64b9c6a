import { type Codebook, levelsOf, type Outcome, type Variable } from '../../../core/codebook/codebook.ts';
import type { MappingProgress, VariableMappingDraft } from '../../../core/codebook/mapping-draft.ts';
import { listWords, plural } from '../../parts/format.ts';

export const MAPPING_PURPOSE =
  'Say once which of their levels is which of yours. Nothing is guessed: what is not plain from names and labels is left open.';

export const SAME_EVENT = 'Both outcomes mean the same event.';

export const NOT_AVAILABLE = 'Not available from this centre';

/** Whether a person has to say that the outcomes mean the same: no program can tell. */
export function outcomesDiffer(own: Outcome, other: Outcome): boolean {
  return outcomeText(own) !== outcomeText(other);
}

export function outcomeText(outcome: Outcome): string {
  return outcome.kind === 'binary'
    ? `${outcome.label}: event “${outcome.event}”, no event “${outcome.noEvent}”`
    : `${outcome.label}: 0 to ${outcome.maximum}`;
}

export function variableText({ name, label }: Variable): string {
  return label === name ? name : `${label} (${name})`;
}

/** Our levels that nothing of theirs goes to: “none there” and “not asked” look alike. */
export function unreachedText(own: Variable, { other, levels }: VariableMappingDraft): string | null {
  if (other === null || levels.includes(null)) return null;
  const unreached = levelsOf(own).flatMap(({ label }, i) => (levels.includes(i) ? [] : [`“${label}”`]));
  return unreached.length === 0
    ? null
    : `None of their levels goes to ${listWords(unreached)}: in their rows it never occurs, or nobody asked.`;
}

/** Where a mapping stands, in a sentence or two. */
export function progressText(own: Codebook, party: string, progress: MappingProgress): string {
  const { mapping, lacking, open } = progress;
  const label = (name: string) => own.variables.find((one) => one.name === name)?.label ?? name;
  const mapped = `${mapping.variables.length} of ${plural(own.variables.length, 'variable')} mapped.`;
  const gone =
    lacking.length === 0
      ? ''
      : ` Analyses that need ${listWords(lacking.map((name) => `“${label(name)}”`))} go without ${party}.`;
  const left =
    open.length === 0
      ? ''
      : ` Still open: ${listWords(open.map(({ own: name, levels }) => `“${label(name)}” (${plural(levels.length, 'level')})`))}.`;
  return `${mapped}${gone}${left}`;
}
