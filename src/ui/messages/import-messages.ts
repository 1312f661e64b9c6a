import { fingerprintWords } from '../../core/bundle/signature.ts';
import type { SignatureNote } from '../../session/signature-note.ts';
import type { ImportFailure, ImportOutcome } from '../../session/state.ts';
import { formatDay, plural } from '../parts/format.ts';
import { bundleFailureMessage } from './bundle-messages.ts';
import { jobEndMessage } from './job-messages.ts';

const OTHER_CODEBOOK = {
  'outcome-kind-differs': 'has another kind of outcome than yours',
  'counts-exceed-ours': 'allows larger counts than yours',
  'no-variable-in-common': 'has no variable in common with yours',
} as const;

/** What became of one file, in one sentence or two. */
export function importOutcomeMessage(outcome: ImportOutcome): string {
  switch (outcome.kind) {
    case 'imported':
      return `The bundle of ${outcome.partyName} is in. ${signatureMessage(outcome.signature)}`;
    case 'imported-newer':
      return `The bundle of ${outcome.partyName} is in. Their earlier one (${formatDay(outcome.setAside.createdOn)}) is set aside, since both speak of the same people. ${signatureMessage(outcome.signature)}`;
    case 'imported-to-map':
      return `The bundle of ${outcome.partyName} was made under another codebook. It is kept, and not used until you say how its levels are to be read. ${signatureMessage(outcome.signature)}`;
    case 'refused':
      return importFailureMessage(outcome.failure);
    default:
      return outcome satisfies never;
  }
}

/** Who signed a bundle, and what to wonder about. */
export function signatureMessage({ signer, change }: SignatureNote): string {
  if (signer === null) {
    return change === null
      ? 'It is not signed.'
      : 'It is not signed, though another bundle of theirs is: ask them whether they sent it.';
  }
  const words = fingerprintWords(signer.publicKey);
  const signed = signer.checked
    ? `It is signed by ${words}.`
    : `It says that it is signed by ${words}, which this browser cannot check.`;
  return change === null
    ? signed
    : `${signed} It is signed with another key than before: ask them whether they sent it.`;
}

/** Why a file was not imported; nothing was changed by it. */
export function importFailureMessage(failure: ImportFailure): string {
  switch (failure.kind) {
    case 'already-imported':
      return `You already have this bundle of ${failure.partyName}. Nothing was changed.`;
    case 'own-bundle':
      return 'This is your own bundle. Your own rows are in the analysis already; nothing was changed.';
    case 'same-name-as-yours':
      return `This bundle bears your own centre’s name (${failure.partyName}). If it is a peer’s, agree on different names; nothing was changed.`;
    case 'other-codebook':
      return `The bundle of ${failure.partyName} was made under another codebook and ${OTHER_CODEBOOK[failure.reason]}. Agree on one codebook file; nothing was changed.`;
    case 'no-codebook-yet':
      return 'Confirm your codebook first: a bundle is checked against it.';
    case 'not-stored':
      return 'This browser refuses to store the bundle. Leave the private window or free some space, and import it again.';
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    default:
      return bundleFailureMessage(failure);
  }
}

/** How many of many files are new, known and refused. */
export function importSummary(outcomes: readonly ImportOutcome[]): string {
  const known = outcomes.filter(
    (outcome) => outcome.kind === 'refused' && outcome.failure.kind === 'already-imported',
  ).length;
  const refused = outcomes.filter(({ kind }) => kind === 'refused').length - known;
  const taken = outcomes.length - known - refused;
  return `${plural(taken, 'new bundle')}, ${known} already here, ${refused} refused.`;
}
