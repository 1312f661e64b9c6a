import type { Grade, TwinVerdict } from '../../../core/analysis/twin-verdict.ts';
import {
  EFFECTS_LIMITS,
  LINKS_LIMITS,
  OUTCOME_LIMITS,
  SHARES_LIMITS,
} from '../../../core/analysis/twin-verdict.ts';
import { formatDigits } from '../../parts/format.ts';

export const CHECK_PURPOSE =
  'See your twins beside your rows, and what they are good for, before you share them.';

export const CHECK_STAYS =
  'Everything on this step is counted in your rows. It stays on this screen: it is not stored, not exported, and gone when you close the tab.';

export const TABLES_CHECKED =
  'You share noisy tables. What your peers’ recommended analysis uses is the tables themselves; the twins below are drawn from them, for looking at and for colleagues with other software. They carry how each variable goes with the outcome, and how the variables of a pair go together that you had counted; all other links between variables are lost in them. Where your rows hold few such links, the verdict is good all the same.';

export const CHECK_NEED =
  'Twenty sets are drawn from the trained model, which costs nothing, and compared with your rows.';

export const CHECK_DETAILS: readonly string[] = [
  'Twins are meant to differ from the rows a little: that is what protects people. What matters is whether they differ in what your peers will ask of them.',
  'Do not train again and again until this step pleases you. Every training counts in the ledger, and choosing among several by a look at your rows is a choice that no ε covers.',
  'A poor verdict is not a reason to keep the twins back: in the pooled analysis many centres’ twins are added up. It is a reason to say so, and to read the pooled intervals with care.',
  `The limits are rules of thumb of this page. Shares: the furthest variable differs by at most ${limit(SHARES_LIMITS[0])} of the people (fair: ${limit(SHARES_LIMITS[1])}). Outcome: within ${limit(OUTCOME_LIMITS[0])} of the real rate (fair: ${limit(OUTCOME_LIMITS[1])}). Links: Cramér’s V differs by ${LINKS_LIMITS[0]} on average (fair: ${LINKS_LIMITS[1]}). Effects: ${limit(EFFECTS_LIMITS[0])} of them lie in the 95\u00a0% interval of the rows (fair: ${limit(EFFECTS_LIMITS[1])}).`,
];

export const GRADE_WORDS: Readonly<Record<Grade, string>> = { good: 'Good', fair: 'Fair', poor: 'Poor' };

/** With as many decimals as its neighbours in a column. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

function limit(share: number): string {
  return `${formatDigits(100 * share, 2)}\u00a0%`;
}

/** What the twins are good for, in one or two sentences. */
export function verdictSentence({ shares, outcome, links, effects }: TwinVerdict): string {
  const describing = worse(shares.grade, outcome.grade);
  const relating = worse(links.grade, effects.grade);
  const first =
    describing === 'good'
      ? 'These twins tell well how common things are'
      : describing === 'fair'
        ? 'These twins tell roughly how common things are'
        : 'These twins do not tell how common things are: do not use them alone for rates';
  const second =
    relating === 'good'
      ? 'and how they hang together.'
      : relating === 'fair'
        ? 'and how they hang together only in outline; weak effects come out weaker or not at all.'
        : 'and they have lost much of how things hang together: of use in a pool of many centres, not alone.';
  return describing === 'poor' ? `${first}; ${second.replace(/^and /, '')}` : `${first}, ${second}`;
}

export function verdictRows({ shares, outcome, links, effects }: TwinVerdict) {
  return [
    {
      what: 'Shares of groups',
      grade: shares.grade,
      why:
        shares.distance === 0
          ? 'No share differs.'
          : `The furthest is ${shares.worst}: ${percent(shares.distance)} of the people would have to change group.`,
    },
    {
      what: 'How common the outcome is',
      grade: outcome.grade,
      why: Number.isFinite(outcome.relative)
        ? `The twins differ by ${percent(outcome.relative)} of the real rate.`
        : 'There is no event among your rows.',
    },
    {
      what: 'Links between variables',
      grade: links.grade,
      why: `Cramér’s V differs by ${links.difference.toFixed(2)} on average.`,
    },
    {
      what: 'Effects in the regression',
      grade: effects.grade,
      why:
        effects.of === 0
          ? 'No effect can be estimated from both.'
          : `${effects.inside} of ${effects.of} lie in the 95\u00a0% interval of your rows.`,
    },
  ];
}

function worse(a: Grade, b: Grade): Grade {
  const order: readonly Grade[] = ['good', 'fair', 'poor'];
  return order[Math.max(order.indexOf(a), order.indexOf(b))] ?? 'poor';
}
