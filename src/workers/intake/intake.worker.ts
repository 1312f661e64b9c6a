import { expose } from 'comlink';
import { simulateCohort } from '../../core/cohort/simulated-cohort.ts';
import { chacha20Source, KEY_BYTES } from '../../core/random/chacha20.ts';
import { succeed } from '../../core/result.ts';
import { readCsv } from '../../core/table/read-csv.ts';
import type { IntakeContract } from './contract.ts';

/** Published on purpose: the invented people are the same in every browser. No noise is ever drawn from it. */
const PUBLIC_COHORT_KEY = new Uint8Array(KEY_BYTES).fill(0x16);

const contract: IntakeContract = {
  readTable: (bytes) => readCsv(bytes),
  simulateCohort: () => succeed(simulateCohort(chacha20Source(PUBLIC_COHORT_KEY, 'synthesis'))),
};

expose(contract);
