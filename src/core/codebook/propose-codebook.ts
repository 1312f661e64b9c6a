import { type ColumnProfile, VALUES_SHOWN } from '../table/column-profile.ts';
import { MAX_VARIABLES } from './codebook.ts';
import type { CodebookDraft, ColumnRole, DraftColumn } from './codebook-draft.ts';
import { MAX_TEXT_LENGTH } from './safe-text.ts';

/** A column of more distinct texts than this is proposed as ignored. */
const MANY_LEVELS = 32;

/** Pairs that read as an event and its absence, lower case, the event second. */
const EVENT_PAIRS: readonly (readonly [noEvent: string, event: string])[] = [
  ['0', '1'],
  ['0.0', '1.0'],
  ['false', 'true'],
  ['f', 't'],
  ['no', 'yes'],
  ['n', 'y'],
  ['negative', 'positive'],
  ['neg', 'pos'],
  ['negativo', 'positivo'],
  ['não', 'sim'],
  ['nao', 'sim'],
  ['no', 'sí'],
  ['no', 'si'],
  ['non', 'oui'],
  ['nein', 'ja'],
  ['absent', 'present'],
  ['alive', 'dead'],
];

export interface ProposeOptions {
  readonly title?: string;
  /** The column that tells centres apart: proposed as ignored, since within one centre it says nothing. */
  readonly siteColumn?: string;
}

/**
 * A draft codebook from the profiles of a file's columns: names, kinds and the levels that occur, in natural order.
 *
 * Levels, kinds and likely missing codes come from the rows. They are proposals for the screen: nothing
 * is public until a person confirms it (`finishDraft`). The reference level is the first in natural order
 * and not the most frequent one, and cut points are never proposed, since both would carry the data into
 * the codebook. The outcome proposed is the last column that reads like an event and its absence.
 */
export function proposeCodebook(
  profiles: readonly ColumnProfile[],
  options: ProposeOptions = {},
): CodebookDraft {
  const outcomeName = profiles.findLast(
    (profile) => profile.name !== options.siteColumn && eventPair(profile) !== null,
  )?.name;
  let variableCount = 0;
  const columns = profiles.map((profile) => {
    let role: ColumnRole = 'ignored';
    if (profile.name === outcomeName) role = 'outcome';
    else if (profile.name !== options.siteColumn && isUsable(profile) && variableCount < MAX_VARIABLES) {
      role = 'variable';
      variableCount++;
    }
    return draftColumn(profile, role);
  });
  return { title: options.title ?? 'Codebook', columns };
}

/** The draft of one column; also what an editor asks for when a person brings an ignored column back. */
export function draftColumn(profile: ColumnProfile, role: ColumnRole): DraftColumn {
  const pair = eventPair(profile);
  const missingCodes = profile.likelyMissingCodes;
  const missing = new Set(missingCodes);
  const values = profile.values
    .map(({ value }) => value)
    .filter((value) => !missing.has(value) && value.length <= MAX_TEXT_LENGTH && value === value.trim());
  const numeric = profile.kind === 'numeric' || profile.kind === 'identifier';
  const listed = !numeric && profile.distinctCount <= VALUES_SHOWN;
  return {
    name: profile.name,
    label: profile.name,
    role,
    kind: numeric ? 'numeric' : profile.kind === 'binary' ? 'binary' : 'categorical',
    levels: listed ? values.map((value) => ({ value, label: value })) : [],
    reference: listed ? (values[0] ?? null) : null,
    missingCodes,
    missing: { kind: 'exclude' },
    cutPoints: [],
    event: pair?.event ?? null,
    noEvent: pair?.noEvent ?? null,
    maximum: null,
    levelsFromFile: listed,
  };
}

function isUsable(profile: ColumnProfile): boolean {
  if (profile.kind === 'numeric') return true;
  return (
    (profile.kind === 'binary' || profile.kind === 'categorical') && profile.distinctCount <= MANY_LEVELS
  );
}

/** The two values, likely missing codes aside, where they read as an event and its absence. */
function eventPair(profile: ColumnProfile): { readonly event: string; readonly noEvent: string } | null {
  const missing = new Set(profile.likelyMissingCodes);
  const values = profile.values
    .map(({ value }) => value)
    .filter((value) => !missing.has(value) && value === value.trim());
  if (values.length !== 2) return null;
  for (const [noEvent, event] of EVENT_PAIRS) {
    const absent = values.find((value) => value.toLowerCase() === noEvent);
    const present = values.find((value) => value.toLowerCase() === event);
    if (absent !== undefined && present !== undefined) return { event: present, noEvent: absent };
  }
  return null;
}
