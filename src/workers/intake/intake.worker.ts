import { expose, transfer } from 'comlink';
import { simulateCohort } from '../../core/cohort/simulated-cohort.ts';
import { chacha20Source, KEY_BYTES } from '../../core/random/chacha20.ts';
import { succeed } from '../../core/result.ts';
import { codeTable } from '../../core/table/code-table.ts';
import { unpackTable } from '../../core/table/packed-texts.ts';
import { readCsv, readCsvFile } from '../../core/table/read-csv.ts';
import { tableBytes } from '../../core/table/table-bytes.ts';
import type { IntakeContract } from './contract.ts';
import { packedRows } from './packed-rows.ts';

/** Published on purpose: the invented people are the same in every browser. No noise is ever drawn from it. */
const PUBLIC_COHORT_KEY = new Uint8Array(KEY_BYTES).fill(0x16);

const contract: IntakeContract = {
  async readTable(file, report) {
    const read =
      file instanceof Uint8Array
        ? readCsv(file)
        : await readCsvFile(
            {
              byteLength: file.size,
              pieces: () => pieces(file),
              whole: async () => new Uint8Array(await file.arrayBuffer()),
            },
            { onProgress: (fraction) => report(Math.round(fraction * file.size), file.size) },
          );
    return read.ok ? packedRows(read.value) : read;
  },
  simulateCohort: () => packedRows(simulateCohort(chacha20Source(PUBLIC_COHORT_KEY, 'synthesis'))),
  codeTable({ raw, codebook, site }, report) {
    const coded = codeTable(unpackTable(raw), codebook, site, report);
    if (!coded.ok) return coded;
    const { columns, outcome } = coded.value.table;
    return transfer(coded, [outcome.buffer, ...columns.map(({ buffer }) => buffer)]);
  },
  tableBytes(raw, filter) {
    const bytes = tableBytes(unpackTable(raw), filter);
    return transfer(succeed(bytes), bytes === null ? [] : [bytes.buffer]);
  },
};

/** Not every browser can iterate over a stream. */
async function* pieces(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

expose(contract);
