import { expose } from 'comlink';
import { compareTwins } from '../../core/analysis/twin-comparison.ts';
import { chacha20Source, KEY_BYTES } from '../../core/random/chacha20.ts';
import { drawSyntheticSets } from '../../core/synthesis/draw-sets.ts';
import type { CheckingContract } from './contract.ts';

const contract: CheckingContract = {
  async check({ release, real, family, errors, setCount }) {
    const { codebook, plan, posterior } = release;
    const random = chacha20Source(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), 'synthesis');
    const most = codebook.outcome.kind === 'count' ? codebook.outcome.maximum : 1;
    const draw = plan.settings.outcomeDraw;
    const twins = [...drawSyntheticSets(posterior, setCount, plan.rowCount, draw, random, most)];
    random.forget();
    return compareTwins({ codebook, real, twins, family, errors });
  },
};

expose(contract);
