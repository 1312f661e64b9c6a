import { expose } from 'comlink';
import { readBundle } from '../../core/bundle/read-bundle.ts';
import { verifySigner } from '../../core/bundle/signature.ts';
import { certify } from '../../core/privacy/certify.ts';
import { succeed } from '../../core/result.ts';
import { summaryOf } from '../../session/bundle-summary.ts';
import { verifyEd25519 } from '../../session/party-key.ts';
import type { ImportingContract } from './contract.ts';

const contract: ImportingContract = {
  async readBundle(bytes) {
    const read = readBundle(bytes, { certify });
    if (!read.ok) return read;
    const signer = await verifySigner(read.value.claimedSignature, verifyEd25519);
    if (!signer.ok) return signer;
    const place = { origin: 'peer', fileName: '', byteLength: bytes.length, included: true } as const;
    return succeed(summaryOf(read.value, place, signer.value));
  },
};

expose(contract);
