import { expose } from 'comlink';
import { analysePooled, type PartySets } from '../../core/analysis/pooled-analysis.ts';
import { readBundle } from '../../core/bundle/read-bundle.ts';
import { certify } from '../../core/privacy/certify.ts';
import type { AnalysingContract } from './contract.ts';

const contract: AnalysingContract = {
  async analyse({ codebook, local, parties, errors }, report) {
    const sets: PartySets[] = [];
    for (const { id, bytes } of parties) {
      const read = readBundle(bytes, { certify });
      if (!read.ok) return read;
      sets.push({ id, label: read.value.bundle.partyName, sets: read.value.bundle.sets });
    }
    const choice = { predictors: codebook.variables.map(({ name }) => name) };
    return analysePooled({ codebook, choice, family: 'poisson-log', errors, local, parties: sets }, report);
  },
};

expose(contract);
