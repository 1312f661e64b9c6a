import type { Admission, LedgerFileOutcome } from '../../session/ledger-state.ts';
import { formatDelta, formatEpsilonUpper, plural, roundedDown } from '../parts/format.ts';
import { jobEndMessage } from './job-messages.ts';

/** Why a plan may not run, and what could. */
export function overCapMessage({ cap, withPlan, fits }: Extract<Admission, { kind: 'over-cap' }>): string {
  const total =
    withPlan === null
      ? 'The total with this plan could not be certified.'
      : `With this plan, everything released from this table would come to ε\u00a0=\u00a0${formatEpsilonUpper(withPlan.epsilonUpper)} at δ\u00a0=\u00a0${formatDelta(cap.delta)}.`;
  const left =
    fits === null
      ? 'Nothing of this kind fits any more. Share what was released already, or set another cap in the Ledger if that is yours to decide.'
      : `A training of the same kind would still fit with ε up to ${roundedDown(fits.cost.epsilonUpper, 3)} at δ\u00a0=\u00a0${formatDelta(fits.cost.delta)}.`;
  return `${total} The cap that you set is ε\u00a0=\u00a0${cap.epsilon}. ${left}`;
}

/** What became of a ledger file. */
export function ledgerFileMessage(outcome: LedgerFileOutcome): string {
  if (outcome.kind === 'imported') {
    const { added, known, corrected, contradicting } = outcome;
    return [
      `${plural(added, 'entry', 'entries')} added, ${plural(known, 'entry', 'entries')} already here.`,
      corrected > 0
        ? `${plural(corrected, 'entry', 'entries')} claimed less than the noise costs; counted at the real cost.`
        : '',
      contradicting > 0
        ? `${plural(contradicting, 'entry', 'entries')} not taken: the same release is here with other numbers.`
        : '',
    ]
      .filter((part) => part !== '')
      .join(' ');
  }
  const { failure } = outcome;
  switch (failure.kind) {
    case 'not-a-ledger':
      return 'This is not a ledger that Twinpool saved. Nothing was added.';
    case 'unknown-version':
      return `This ledger has version ${failure.found}, which this page does not know. Nothing was added.`;
    case 'invalid-entry':
      return `One place of this file (${failure.path}) holds what no release could have. The whole file was refused.`;
    case 'twice-the-same-id':
      return 'This file lists a release twice. The whole file was refused.';
    case 'not-stored':
      return 'This browser refused to keep the entries. Nothing was added.';
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    default:
      return 'This file could not be read as a ledger. Nothing was added.';
  }
}
