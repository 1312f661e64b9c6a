import { expose } from 'comlink';
import type { PartySets } from '../../core/analysis/pooled-analysis.ts';
import { readBundle } from '../../core/bundle/read-bundle.ts';
import type { NoisyTables } from '../../core/marginals/noisy-tables.ts';
import { certify } from '../../core/privacy/certify.ts';
import { isNoisyTables } from '../../core/synthesis/synthesizer.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { setsUnder } from '../../session/mapped-sets.ts';
import type { ReportProgress } from '../boundary/progress.ts';
import { answerAnalysis } from './answer-analysis.ts';
import type { AnalysingContract } from './contract.ts';

const contract: AnalysingContract = {
  async analyse(request, report) {
    const parties: PartySets[] = [];
    const releases: { id: string; release: NoisyTables | null }[] = [];
    for (const { id, label, bytes, mapping } of request.parties) {
      const read = readBundle(bytes, { certify });
      if (!read.ok) return read;
      const { posterior } = read.value.bundle;
      releases.push({ id, release: mapping === null && isNoisyTables(posterior) ? posterior : null });
      parties.push({ id, label, sets: setsUnder(request, read.value.bundle, mapping) });
    }
    // Which rows are held out and what is drawn releases nothing; the platform's generator needs no seed.
    const source = { uint32: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0 };
    const answer = (ownTwins: readonly CodedTable[] | undefined) =>
      answerAnalysis(request, { parties, releases, ownTwins }, everyPercent(report), source);
    if (request.ownBundle === null || request.question === 'held-out') return answer(undefined);
    const own = readBundle(request.ownBundle, { certify });
    if (!own.ok) return own;
    return answer(own.value.bundle.sets);
  },
};

/** Thousands of regressions take a second: the page hears of every hundredth part. */
function everyPercent(report: ReportProgress): ReportProgress {
  let before = -1;
  return (done, total) => {
    const percent = Math.floor((100 * done) / total);
    if (percent === before) return;
    before = percent;
    report(done, total);
  };
}

expose(contract);
