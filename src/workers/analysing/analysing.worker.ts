import { expose } from 'comlink';
import type { PartySets } from '../../core/analysis/pooled-analysis.ts';
import { readBundle } from '../../core/bundle/read-bundle.ts';
import { certify } from '../../core/privacy/certify.ts';
import { setsUnder } from '../../session/mapped-sets.ts';
import { answerAnalysis } from './answer-analysis.ts';
import type { AnalysingContract } from './contract.ts';

const contract: AnalysingContract = {
  async analyse(request, report) {
    const parties: PartySets[] = [];
    for (const { id, label, bytes, mapping } of request.parties) {
      const read = readBundle(bytes, { certify });
      if (!read.ok) return read;
      parties.push({ id, label, sets: setsUnder(request, read.value.bundle, mapping) });
    }
    if (request.ownBundle === null) return answerAnalysis(request, { parties, ownTwins: undefined }, report);
    const own = readBundle(request.ownBundle, { certify });
    if (!own.ok) return own;
    return answerAnalysis(request, { parties, ownTwins: own.value.bundle.sets }, report);
  },
};

expose(contract);
