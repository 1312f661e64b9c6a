/** Longest label, level or name, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 200;

/**
 * Characters that no name, level or label may hold:
 * controls (C0, C1, line and paragraph separators), which break lines and terminals; bidirectional marks,
 * embeddings, overrides and isolates, which make a text read as another one; zero-width and other
 * invisible characters, which make two texts look the same; noncharacters; and halves of surrogate pairs,
 * which have no canonical JSON.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

export type TextProblem = 'empty' | 'too-long' | 'not-trimmed' | 'unsafe-character';

/** What is wrong with a short text that people will read, or null. HTML and formulas are harmless here: texts are only ever shown as text. */
export function textProblem(text: string): TextProblem | null {
  if (text.length === 0) return 'empty';
  if (text.length > MAX_TEXT_LENGTH) return 'too-long';
  if (text !== text.trim()) return 'not-trimmed';
  return UNSAFE.test(text) ? 'unsafe-character' : null;
}
