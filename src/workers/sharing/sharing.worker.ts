import { expose } from 'comlink';
import { contentHashOf, writeSignedBundle } from '../../core/bundle/write-bundle.ts';
import type { FitDiagnostics } from '../../core/marginals/fit-tables.ts';
import { chacha20Source, KEY_BYTES } from '../../core/random/chacha20.ts';
import { succeed } from '../../core/result.ts';
import { drawSets, isMarginalsPlan, isNoisyTables, releasedRows } from '../../core/synthesis/synthesizer.ts';
import type { SyntheticSet } from '../../core/synthesis/synthetic-set.ts';
import { sampleSets } from '../../kernels/wasm/sample-sets.ts';
import { rowNoiseOf } from '../../session/bundle-summary.ts';
import { signerWith } from '../../session/party-key.ts';
import type { SharingContract } from './contract.ts';

const LICENCE = 'CC-BY-4.0';

const contract: SharingContract = {
  async makeBundle({ release, partyName, createdOn, setCount, partyKey }, softwareVersion, report) {
    const { codebook, plan, posterior, source } = release;
    const { outcome } = codebook;
    let fit: FitDiagnostics | undefined;
    const sets = await openSets({ plan, posterior, outcome }, setCount, (diagnostics) => {
      fit = diagnostics;
    });
    const simulated = source.kind === 'simulated';
    const rowCount = releasedRows(plan, posterior);
    const { bytes, signature } = await writeSignedBundle(
      {
        partyName,
        createdOn,
        softwareVersion,
        licence: LICENCE,
        codebook,
        rowCount,
        settings: plan.settings,
        mechanism: plan.mechanism,
        simulated,
        posterior,
        sets,
      },
      signerWith(partyKey),
      { onSet: (written) => report(written, setCount) },
    );
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
        rowCount,
        ...rowNoiseOf(posterior),
        setCount,
        epsilon: plan.mechanism.cost.epsilonUpper,
        delta: plan.mechanism.cost.delta,
        simulated,
        ...(signature === null ? {} : { signer: { publicKey: signature.publicKey, checked: true } }),
        ...(fit === undefined ? {} : { fit }),
        included: false,
      },
    });
  },
};

/** The sets, drawn as they are written: those of a training in WebAssembly, or where it does not start by the plain sampler. */
async function openSets(
  release: Parameters<typeof drawSets>[0],
  setCount: number,
  onFit: (diagnostics: FitDiagnostics) => void,
): Promise<Iterable<SyntheticSet>> {
  const { plan, posterior, outcome } = release;
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  try {
    if (!isMarginalsPlan(plan) && !isNoisyTables(posterior)) {
      const maximumCount = outcome.kind === 'count' ? outcome.maximum : 1;
      const { outcomeDraw } = plan.settings;
      const request = { posterior, setCount, rowCount: plan.rowCount, outcomeDraw, maximumCount };
      const quick = await sampleSets(request, key).catch(() => null);
      if (quick !== null) return quick;
    }
    return drawSets(release, setCount, chacha20Source(key, 'synthesis'), onFit);
  } finally {
    key.fill(0);
  }
}

/** Letters and digits of any script, the rest as hyphens: a name that every file system takes. */
function fileNamePart(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'centre';
}

expose(contract);
