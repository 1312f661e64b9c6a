import type { BundleFailure } from '../../core/bundle/read-bundle.ts';
import type { BundleGone, MakingState } from '../../session/state.ts';
import { formatBytes, formatCount, formatDelta, formatEpsilon, listWords } from '../parts/format.ts';
import { codebookFailureMessage, codebookReasonMessage } from './codebook-messages.ts';
import { jobEndMessage } from './job-messages.ts';
import { fieldFailureMessage } from './privacy-messages.ts';

const ASK_AGAIN = 'Ask the sender to make and send it again.';

const UNSAFE_ZIP = {
  path: 'a file name that leads out of it',
  duplicate: 'two files of one name',
  overlap: 'parts that overlap',
  encrypted: 'a password',
  method: 'an unusual compression',
  zip64: 'a form for very large files',
  'directory-lies': 'a table of contents that does not match what is in it',
} as const;

/** Why a file is no bundle, or not one to trust. */
export function bundleFailureMessage(failure: BundleFailure): string {
  switch (failure.kind) {
    case 'too-large':
      return failure.what === 'fileBytes'
        ? `This file is larger than a bundle may be (${formatBytes(failure.limit)}). ${ASK_AGAIN}`
        : `This file would unpack to more than a bundle may hold. It was not unpacked. ${ASK_AGAIN}`;
    case 'not-a-zip':
      return 'This is not a bundle: it is no zip file, or it was cut off on the way. Choose the .zip that the sender saved.';
    case 'unsafe-zip':
      return `This zip file has ${UNSAFE_ZIP[failure.reason]}, which no bundle has. It was not unpacked. ${ASK_AGAIN}`;
    case 'damaged':
      return `This bundle is damaged: “${failure.entry}” is not as it was made. ${ASK_AGAIN}`;
    case 'not-a-bundle':
      return 'This zip file is not a bundle of this page. Choose the .zip that the sender saved on the Share step.';
    case 'unexpected-file':
      return `This bundle holds a file that does not belong in it (“${failure.entry}”). ${ASK_AGAIN}`;
    case 'missing-file':
      return `This bundle lacks a part (“${failure.entry}”). ${ASK_AGAIN}`;
    case 'unknown-version':
      return `This bundle has version ${failure.found}; this page reads version ${failure.supported.join(', ')}. Use a newer page if it is the bundle that is newer; if it is older, ask its sender for one that is made anew.`;
    case 'invalid-descriptor':
      return `This bundle’s description breaks the format (${listWords(failure.paths, 3)}). ${ASK_AGAIN}`;
    case 'invalid-codebook':
      return `The codebook inside this bundle cannot be used. ${codebookFailureMessage(failure.failure)}`;
    case 'codebook-id-mismatch':
      return `The codebook inside this bundle is not the one that it names: one of the two was changed. ${ASK_AGAIN}`;
    case 'invalid-posterior':
      return `The model inside this bundle cannot be used (${failure.problem}). ${ASK_AGAIN}`;
    case 'wrong-set-count':
      return `This bundle announces ${formatCount(failure.declared)} sets and holds ${formatCount(failure.found)}. ${ASK_AGAIN}`;
    case 'invalid-set':
      return `A synthetic set in this bundle is not as its codebook says (“${failure.entry}”, row ${formatCount(failure.row)}). ${ASK_AGAIN}`;
    case 'contradiction':
      return `Two parts of this bundle contradict each other (${failure.between[0]} and ${failure.between[1]}). ${ASK_AGAIN}`;
    case 'forged-epsilon':
      return `This bundle claims ε\u00a0=\u00a0${formatEpsilon(failure.claimed)}, but its own noise costs ε\u00a0=\u00a0${formatEpsilon(failure.certified)} at δ\u00a0=\u00a0${formatDelta(failure.delta)}. Do not use it, and tell the sender.`;
    case 'uncertifiable-mechanism':
      return 'This bundle names noise for which no ε can be certified. Do not use it, and tell the sender.';
    case 'signature-mismatch':
      return 'The signature of this bundle does not match what is in it: it was changed after it was signed, so it was not taken; ask the sender for it again.';
    default:
      return failure satisfies never;
  }
}

/** A bundle of the list that cannot be read any more. */
export function bundleGoneMessage({ partyName }: BundleGone): string {
  return `The file of the bundle of ${partyName} is not in this browser any more: another tab of this page removed it, or the browser made room. Reload the page to see which bundles are left, and bring that one in, or make it, again.`;
}

/** Why no bundle was made. */
export function makingFailureMessage(failure: Extract<MakingState, { kind: 'failed' }>['failure']): string {
  switch (failure.kind) {
    case 'field-not-a-number':
    case 'field-out-of-range':
      return fieldFailureMessage(failure);
    case 'party-name':
      return `The name of your centre ${codebookReasonMessage(failure.problem)}.`;
    case 'bundle-gone':
      return bundleGoneMessage(failure);
    case 'not-stored':
      return 'This browser refuses to store the bundle, so it was saved as a file at once. Look in your downloads.';
    case 'cancelled':
    case 'worker-crashed':
      return jobEndMessage(failure);
    default:
      return failure satisfies never;
  }
}
