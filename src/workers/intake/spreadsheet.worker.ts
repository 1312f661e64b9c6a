import { expose, transfer } from 'comlink';
import { DEFAULT_CSV_LIMITS } from '../../core/table/read-csv.ts';
import { readXlsx } from '../../core/table/read-xlsx.ts';
import type { SpreadsheetContract } from './contract.ts';

const contract: SpreadsheetContract = {
  async readSpreadsheet(bytes) {
    const read = await readXlsx(bytes, DEFAULT_CSV_LIMITS);
    return read.ok
      ? transfer(
          read,
          read.value.columns.map(({ codes }) => codes.buffer),
        )
      : read;
  },
};

expose(contract);
