import { expose } from 'comlink';
import { contentHashOf, writeBundle } from '../../core/bundle/write-bundle.ts';
import { chacha20Source, KEY_BYTES } from '../../core/random/chacha20.ts';
import { succeed } from '../../core/result.ts';
import { drawSets } from '../../core/synthesis/synthesizer.ts';
import type { SharingContract } from './contract.ts';

const LICENCE = 'CC-BY-4.0';

const contract: SharingContract = {
  async makeBundle({ release, partyName, createdOn, setCount }, softwareVersion, report) {
    const { codebook, plan, posterior, source } = release;
    const { outcome } = codebook;
    const random = chacha20Source(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), 'synthesis');
    const sets = drawSets({ plan, posterior, outcome }, setCount, random);
    const simulated = source.kind === 'simulated';
    const bytes = writeBundle(
      {
        partyName,
        createdOn,
        softwareVersion,
        licence: LICENCE,
        codebook,
        rowCount: plan.rowCount,
        settings: plan.settings,
        mechanism: plan.mechanism,
        simulated,
        posterior,
        sets,
      },
      { onSet: (written) => report(written, setCount) },
    );
    random.forget();
    return succeed({
      bytes,
      summary: {
        id: contentHashOf(bytes),
        origin: 'own' as const,
        fileName: `twins-${fileNamePart(partyName)}-${createdOn}.zip`,
        byteLength: bytes.length,
        partyName,
        createdOn,
        codebookId: release.codebookId,
        codebook,
        rowCount: plan.rowCount,
        setCount,
        epsilon: plan.mechanism.cost.epsilonUpper,
        delta: plan.mechanism.cost.delta,
        simulated,
        included: false,
      },
    });
  },
};

/** Letters and digits of any script, the rest as hyphens: a name that every file system takes. */
function fileNamePart(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'centre';
}

expose(contract);
