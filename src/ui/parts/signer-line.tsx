import { Text } from '@mantine/core';
import { fingerprintWords } from '../../core/bundle/signature.ts';
import type { SignatureNote } from '../../session/signature-note.ts';

/** Under the name of a bundle's party: whose key signed it, in words, and whether that is a surprise. */
export function SignerLine({ note, unsigned = 'Not signed' }: { note: SignatureNote; unsigned?: string }) {
  const { signer, change } = note;
  return (
    <>
      <Text size="xs" c="dimmed" fw={400}>
        {signer === null
          ? unsigned
          : `${signer.checked ? 'Signed by' : 'Signature not checked:'} ${fingerprintWords(signer.publicKey)}`}
      </Text>
      {change !== null && (
        <Text size="xs" fw={600}>
          {change === 'other-key' ? 'Another key than their other bundle' : 'Their other bundle is signed'}
        </Text>
      )}
    </>
  );
}
