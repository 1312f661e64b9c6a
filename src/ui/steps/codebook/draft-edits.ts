import type { Level } from '../../../core/codebook/codebook.ts';
import type {
  CodebookDraft,
  ColumnRole,
  DraftColumn,
  DraftKind,
} from '../../../core/codebook/codebook-draft.ts';
import { numericLevels } from '../../../core/codebook/numeric-levels.ts';

/** Changes of a draft, each from one draft to the next; nothing entered for another kind is lost. */

export function replaceColumn(draft: CodebookDraft, column: DraftColumn): CodebookDraft {
  return {
    ...draft,
    columns: draft.columns.map((other) => {
      if (other.name === column.name) return column;
      // There is one outcome: a new one takes the place of the old one.
      return column.role === 'outcome' && other.role === 'outcome' ? { ...other, role: 'ignored' } : other;
    }),
  };
}

/** A role brings its own kinds: an outcome is an event or a count, a variable is anything but a count. */
export function withRole(column: DraftColumn, role: ColumnRole): DraftColumn {
  if (role === 'outcome' && column.kind !== 'binary' && column.kind !== 'count')
    return { ...column, role, kind: column.kind === 'numeric' ? 'count' : 'binary' };
  if (role === 'variable' && column.kind === 'count') return { ...column, role, kind: 'numeric' };
  return { ...column, role };
}

export function withKind(column: DraftColumn, kind: DraftKind): DraftColumn {
  if (kind === 'numeric') return withCutPoints({ ...column, kind }, column.cutPoints);
  return { ...column, kind };
}

/** New cut points name new levels; labels of bins that stay are kept. */
export function withCutPoints(column: DraftColumn, cutPoints: readonly number[]): DraftColumn {
  const labels = new Map(column.levels.map(({ value, label }) => [value, label]));
  const levels = numericLevels(cutPoints).map(({ value, label }) => ({
    value,
    label: labels.get(value) ?? label,
  }));
  const reference = levels.some(({ value }) => value === column.reference)
    ? column.reference
    : (levels[0]?.value ?? null);
  return { ...column, cutPoints, levels, reference, levelsFromFile: false };
}

export function moveLevel(column: DraftColumn, index: number, by: -1 | 1): DraftColumn {
  const target = index + by;
  const moved = column.levels[index];
  const other = column.levels[target];
  if (moved === undefined || other === undefined) return column;
  const levels = [...column.levels];
  levels[index] = other;
  levels[target] = moved;
  return { ...column, levels, levelsFromFile: false };
}

export function removeLevel(column: DraftColumn, index: number): DraftColumn {
  const removed = column.levels[index];
  return {
    ...column,
    levels: column.levels.filter((_, i) => i !== index),
    reference: removed?.value === column.reference ? null : column.reference,
    levelsFromFile: false,
  };
}

export function addLevel(column: DraftColumn, value: string): DraftColumn {
  const text = value.trim();
  if (text === '' || column.levels.some((level) => level.value === text)) return column;
  return {
    ...column,
    levels: [...column.levels, { value: text, label: text }],
    reference: column.reference ?? text,
    levelsFromFile: false,
  };
}

export function editLevel(column: DraftColumn, index: number, change: Partial<Level>): DraftColumn {
  const before = column.levels[index];
  if (before === undefined) return column;
  const after = { ...before, ...change };
  return {
    ...column,
    levels: column.levels.map((level, i) => (i === index ? after : level)),
    reference: column.reference === before.value ? after.value : column.reference,
    // A label says how a level reads, not which levels there are.
    levelsFromFile: change.value === undefined ? column.levelsFromFile : false,
  };
}

/** Other texts of the file that mean this level. */
export function withAlso(column: DraftColumn, index: number, also: readonly string[]): DraftColumn {
  const levels = column.levels.map((level, i) =>
    i === index ? { value: level.value, label: level.label, ...(also.length > 0 ? { also } : {}) } : level,
  );
  return { ...column, levels, levelsFromFile: false };
}

/** The groups of spellings that are still levels, or events, of their own. */
export function openSpellings(
  column: DraftColumn,
  spellings: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const missing = new Set(column.missingCodes);
  const also = new Set([...(column.alsoEvent ?? []), ...(column.alsoNoEvent ?? [])]);
  return spellings
    .map((group) =>
      group.filter((text) =>
        column.role === 'outcome'
          ? !missing.has(text) && !also.has(text)
          : column.levels.some(({ value }) => value === text),
      ),
    )
    .filter((group) => group.length > 1);
}

/** Texts that differ in spelling only become one level: the first of them, with the others as other texts of it. */
export function mergeSpellings(column: DraftColumn, group: readonly string[]): DraftColumn {
  if (column.role === 'outcome') {
    const others = (kept: string | null) => group.filter((text) => text !== kept);
    if (column.event !== null && group.includes(column.event))
      return { ...column, alsoEvent: [...(column.alsoEvent ?? []), ...others(column.event)] };
    if (column.noEvent !== null && group.includes(column.noEvent))
      return { ...column, alsoNoEvent: [...(column.alsoNoEvent ?? []), ...others(column.noEvent)] };
    return column;
  }
  const merged = column.levels.filter(({ value }) => group.includes(value));
  const [kept, ...gone] = merged;
  if (kept === undefined || gone.length === 0) return column;
  const also = [kept, ...gone].flatMap(({ value, also: texts = [] }) =>
    value === kept.value ? texts : [value, ...texts],
  );
  const levels = column.levels
    .filter((level) => !gone.includes(level))
    .map((level) => (level === kept ? { value: kept.value, label: kept.label, also } : level));
  const reference = gone.some(({ value }) => value === column.reference) ? kept.value : column.reference;
  return { ...column, levels, reference, levelsFromFile: false };
}

/** "18; 40 65" to [18, 40, 65]; null when a part is no number. */
export function readCutPoints(typed: string): number[] | null {
  const parts = typed.split(/[;\s]+/).filter((part) => part !== '');
  const numbers = parts.map((part) =>
    /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part) ? Number(part) : Number.NaN,
  );
  return numbers.every(Number.isFinite) ? numbers : null;
}

/** "NA; 99" to ["NA", "99"]. */
export function readMissingCodes(typed: string): string[] {
  return typed
    .split(';')
    .map((code) => code.trim())
    .filter((code) => code !== '');
}

/** What a closed card says of its column. */
export function columnSummary(column: DraftColumn): string {
  if (column.role === 'ignored') return 'not used';
  if (column.role === 'outcome') {
    if (column.kind === 'count') return column.maximum === null ? 'count' : `count, 0 to ${column.maximum}`;
    return column.event === null || column.noEvent === null
      ? 'event: not declared yet'
      : `event “${column.event}”, no event “${column.noEvent}”`;
  }
  const levels = column.levels.length;
  if (column.kind === 'numeric' && column.cutPoints.length === 0) return 'number, no cut points yet';
  const reference = column.levels.find(({ value }) => value === column.reference)?.label;
  return `${levels} ${column.kind === 'numeric' ? 'bins' : 'levels'}${reference === undefined ? '' : `, reference ${reference}`}`;
}
