import { expose } from 'comlink';
import { readBundle } from '../../core/bundle/read-bundle.ts';
import { certify } from '../../core/privacy/certify.ts';
import { succeed } from '../../core/result.ts';
import { summaryOf } from '../../session/bundle-summary.ts';
import type { ImportingContract } from './contract.ts';

const contract: ImportingContract = {
  readBundle(bytes) {
    const read = readBundle(bytes, { certify });
    if (!read.ok) return read;
    const place = { origin: 'peer', fileName: '', byteLength: bytes.length, included: true } as const;
    return succeed(summaryOf(read.value, place));
  },
};

expose(contract);
