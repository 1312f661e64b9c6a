import { expose } from 'comlink';
import { compareTwins } from '../../core/analysis/twin-comparison.ts';
import { chacha20Source, KEY_BYTES } from '../../core/random/chacha20.ts';
import { drawSets } from '../../core/synthesis/synthesizer.ts';
import type { CheckingContract } from './contract.ts';

const contract: CheckingContract = {
  async check({ release, real, family, errors, setCount }) {
    const { codebook, plan, posterior } = release;
    const random = chacha20Source(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), 'synthesis');
    const twins = [...drawSets({ plan, posterior, outcome: codebook.outcome }, setCount, random)];
    random.forget();
    return compareTwins({ codebook, real, twins, family, errors });
  },
};

expose(contract);
