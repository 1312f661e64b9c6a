import type { CodebookFileFailure } from '../../core/codebook/codebook-formats.ts';
import type { CodebookDifference } from '../../core/codebook/compare-codebooks.ts';
import type { DraftFailure } from '../../core/codebook/finish-draft.ts';
import type { CodebookProblem, CodebookReason } from '../../core/codebook/parse-codebook.ts';
import { formatBytes, formatCount, listWords } from '../parts/format.ts';

/** What is still to do at one place of a codebook. */
export function codebookReasonMessage(reason: CodebookReason): string {
  switch (reason) {
    case 'empty':
      return 'is empty; type a text';
    case 'too-long':
      return 'is longer than 200 characters; shorten it';
    case 'not-trimmed':
      return 'begins or ends with a space; remove it';
    case 'unsafe-character':
      return 'holds an invisible or control character; type it anew';
    case 'lacking':
      return 'is missing';
    case 'unknown-key':
      return 'is not something a codebook has; remove it';
    case 'wrong-type':
      return 'has the wrong type';
    case 'not-one-of-the-allowed':
      return 'is none of the allowed choices';
    case 'duplicate':
      return 'occurs twice; make the two different';
    case 'too-few':
      return 'has too few entries; a variable needs at least two levels';
    case 'too-many':
      return 'has too many entries';
    case 'not-finite':
      return 'is not a finite number';
    case 'not-ascending':
      return 'is not larger than the cut point before it; sort them';
    case 'out-of-range':
      return 'is out of range';
    case 'levels-do-not-match-cut-points':
      return 'does not match the cut points; there is one level more than there are cut points';
    case 'reference-not-a-level':
      return 'is none of the levels; choose one';
    case 'is-a-missing-code':
      return 'is also declared a missing code; remove it from one of the two';
    case 'event-equals-no-event':
      return 'is the same for event and no event; they must differ';
    case 'not-declared-public':
      return 'is not declared public; tick the confirmation';
    default:
      return reason satisfies never;
  }
}

const PLACES: readonly (readonly [pattern: RegExp, words: (number: number) => string])[] = [
  [/^levels\.(\d+)\.value$/, (n) => `The text of level ${n}`],
  [/^levels\.(\d+)\.also/, (n) => `Another text of level ${n}`],
  [/^alsoEvent/, () => 'Another text for the event'],
  [/^alsoNoEvent/, () => 'Another text for no event'],
  [/^levels\.(\d+)\.label$/, (n) => `The label of level ${n}`],
  [/^levels\.(\d+)/, (n) => `Level ${n}`],
  [/^levels$/, () => 'The list of levels'],
  [/^missingCodes\.(\d+)$/, (n) => `Missing code ${n}`],
  [/^missingCodes/, () => 'The list of missing codes'],
  [/^missing/, () => 'The label of the “missing” level'],
  [/^cutPoints\.(\d+)$/, (n) => `Cut point ${n}`],
  [/^cutPoints/, () => 'The list of cut points'],
  [/^reference$/, () => 'The reference level'],
  [/^label$/, () => 'The label'],
  [/^name$/, () => 'The column name'],
  [/^event$/, () => 'The text that means event'],
  [/^noEvent$/, () => 'The text that means no event'],
  [/^maximum$/, () => 'The largest count'],
  [/^kind$/, () => 'The kind'],
  [/^declaredPublic$/, () => 'It'],
  [/^title$/, () => 'The title'],
  [/^variables$/, () => 'The list of variables'],
];

/** `levels.0.value` to "The text of level 1". */
export function placeInColumn(path: string): string {
  for (const [pattern, words] of PLACES) {
    const match = pattern.exec(path);
    if (match !== null) return words(Number(match[1] ?? 0) + 1);
  }
  return path === '' ? 'It' : `“${path}”`;
}

/** One thing to do before the draft is a codebook. The column's name is said beside it. */
export function draftFailureMessage(failure: DraftFailure): string {
  switch (failure.kind) {
    case 'not-declared-public':
      return 'Tick the confirmation that levels, bins and codes are public knowledge.';
    case 'no-outcome':
      return 'Choose the outcome: the column whose risk you study gets the role “Outcome”.';
    case 'several-outcomes':
      return `There are ${formatCount(failure.columns.length)} outcomes: ${listWords(failure.columns)}. Keep one and give the others another role.`;
    case 'no-variables':
      return 'Choose at least one variable besides the outcome.';
    case 'too-many-variables':
      return `${formatCount(failure.found)} variables are too many; a codebook holds at most 64. Ignore those you do not need.`;
    case 'title':
      return `The codebook’s title ${codebookReasonMessage(failure.reason)}.`;
    case 'no-cut-points':
      return 'Type the cut points that make bins of this number.';
    case 'no-reference':
      return 'Choose the reference level.';
    case 'outcome-kind':
      return 'An outcome is a 0/1 event or a count. Choose its kind.';
    case 'no-event':
      return 'Say which text means event and which means no event. If the column holds numbers of events, choose the kind “Count”.';
    case 'no-maximum':
      return 'Type the largest count that can occur, from public knowledge.';
    case 'variable-kind':
      return 'A count can only be the outcome. Choose “Number in bins” or “Categories” for a variable.';
    case 'column':
      return `${placeInColumn(failure.path)} ${codebookReasonMessage(failure.reason)}.`;
    default:
      return failure satisfies never;
  }
}

/** The column that a problem belongs to; null for the codebook as a whole. */
export function problemColumn(failure: DraftFailure): string | null {
  return 'column' in failure ? failure.column : null;
}

/** Why a codebook file was refused. */
export function codebookFailureMessage(failure: CodebookFileFailure): string {
  switch (failure.kind) {
    case 'unknown-format':
      return 'This file is neither a codebook of this page, nor a table schema, nor a REDCap data dictionary. Choose one of those.';
    case 'no-usable-fields':
      return 'This file describes no field that a codebook can hold: no categories, yes/no fields, numbers or counts. Choose another one.';
    case 'not-json':
      return 'This file is not JSON. Choose the codebook.json that a colleague saved from this page.';
    case 'too-large':
      return failure.what === 'length'
        ? `This file is too large to be a codebook (more than ${formatBytes(failure.limit)}). Choose the codebook.json that a colleague saved from this page.`
        : 'This file is nested too deeply or holds too many values to be a codebook. Ask for a fresh one.';
    case 'forbidden-key':
      return `This file holds the name “${failure.key}”, which no codebook has and which could do harm. Ask for a fresh one.`;
    case 'not-a-codebook':
      return 'This is JSON, but not a codebook of this page. Choose a file that was saved with “Save codebook”.';
    case 'unknown-version':
      return `This codebook has version ${failure.found}; this page reads version ${failure.supported.join(', ')}. Ask for one in that version or use a newer page.`;
    case 'invalid':
      return `This codebook breaks its own rules: ${invalidPlaces(failure.problems)}. Ask whoever made it to save it again from this page.`;
    default:
      return failure satisfies never;
  }
}

function invalidPlaces(problems: readonly CodebookProblem[]): string {
  const words = problems.map(({ path, column, reason }) => {
    const inside = column === null ? path : path.replace(/^(variables\.\d+|outcome)\.?/, '');
    const where = column === null ? '' : ` (column “${column}”)`;
    return `${placeInColumn(inside)}${where} ${codebookReasonMessage(reason)}`;
  });
  return listWords(words, 3);
}

/** One thing in which two codebooks differ; "yours" is the codebook of this page. */
export function codebookDifferenceMessage(difference: CodebookDifference): string {
  const values = (texts: readonly (string | number)[]) => listWords(texts.map((text) => `“${text}”`));
  switch (difference.kind) {
    case 'title':
      return `The title: yours is “${difference.own}”, theirs “${difference.other}”.`;
    case 'variable-only-in-own':
      return `Only yours has the variable “${difference.variable}”.`;
    case 'variable-only-in-other':
      return `Only theirs has the variable “${difference.variable}”.`;
    case 'variable-order':
      return `The order of the variables: yours is ${values(difference.own)}, theirs ${values(difference.other)}.`;
    case 'variable-kind':
      return `The kind of “${difference.variable}”: yours is ${difference.own}, theirs ${difference.other}.`;
    case 'levels':
      return `The levels of “${difference.variable}”: only yours has ${values(difference.onlyInOwn) || 'none'}; only theirs has ${values(difference.onlyInOther) || 'none'}.`;
    case 'level-order':
      return `The order of the levels of “${difference.variable}”: yours is ${values(difference.own)}, theirs ${values(difference.other)}.`;
    case 'cut-points':
      return `The cut points of “${difference.variable}”: yours are ${values(difference.own)}, theirs ${values(difference.other)}.`;
    case 'reference':
      return `The reference level of “${difference.variable}”: yours is “${difference.own}”, theirs “${difference.other}”.`;
    case 'missing-policy':
      return `What happens to missing values of “${difference.variable}”: yours says ${difference.own}, theirs ${difference.other}.`;
    case 'missing-codes':
      return `The missing codes of “${difference.column}”: yours are ${values(difference.own) || 'none'}, theirs ${values(difference.other) || 'none'}.`;
    case 'labels':
      return `The labels of “${difference.column}”.`;
    case 'recodes':
      return `Which other texts of “${difference.column}” mean a level.`;
    case 'outcome':
      return `The outcome: yours is “${difference.own}”, theirs “${difference.other}”.`;
    case 'outcome-kind':
      return `The kind of the outcome: yours is ${difference.own}, theirs ${difference.other}.`;
    case 'outcome-values':
      return `The values of the outcome: yours are ${difference.own}, theirs ${difference.other}.`;
    default:
      return difference satisfies never;
  }
}
