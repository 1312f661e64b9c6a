import type { BundleSigner } from '../core/bundle/signature.ts';
import type { BundleSummary } from './records.ts';

/** Who signed a bundle, and whether that differs from the party's other bundles at hand. */
export interface SignatureNote {
  readonly signer: BundleSigner | null;
  /**
   * `other-key`: they were signed, with other keys only. `not-signed-now`: one of them was signed, this one is not.
   * Null: nothing to wonder about.
   */
  readonly change: 'other-key' | 'not-signed-now' | null;
}

/** What is to be said of a bundle's signature beside the other bundles of the same party. */
export function signatureNote(
  bundle: Pick<BundleSummary, 'id' | 'partyName' | 'signer'>,
  bundles: readonly BundleSummary[],
): SignatureNote {
  const signer = bundle.signer ?? null;
  const others = bundles.filter(
    ({ origin, id, partyName }) =>
      origin === 'peer' && id !== bundle.id && sameName(partyName, bundle.partyName),
  );
  const keys = others.flatMap((other) => (other.signer === undefined ? [] : [other.signer.publicKey]));
  if (keys.length === 0) return { signer, change: null };
  if (signer === null) return { signer, change: 'not-signed-now' };
  return { signer, change: keys.includes(signer.publicKey) ? null : 'other-key' };
}

/** Whether two names are of one party: blanks around and case aside. */
export function sameName(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
