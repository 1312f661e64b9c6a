import { expose } from 'comlink';
import { readBundle } from '../../core/bundle/read-bundle.ts';
import { certify } from '../../core/privacy/certify.ts';
import { succeed } from '../../core/result.ts';
import type { ImportingContract } from './contract.ts';

const contract: ImportingContract = {
  readBundle(bytes) {
    const read = readBundle(bytes, { certify });
    if (!read.ok) return read;
    const { bundle, contentHash, codebookId } = read.value;
    return succeed({
      id: contentHash,
      origin: 'peer' as const,
      fileName: '',
      byteLength: bytes.length,
      partyName: bundle.partyName,
      createdOn: bundle.createdOn,
      codebookId,
      codebook: bundle.codebook,
      rowCount: bundle.rowCount,
      setCount: bundle.sets.length,
      epsilon: bundle.mechanism.cost.epsilonUpper,
      delta: bundle.mechanism.cost.delta,
      simulated: bundle.simulated,
      included: true,
    });
  },
};

expose(contract);
