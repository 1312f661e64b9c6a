import { expose } from 'comlink';
import { DEFAULT_CSV_LIMITS } from '../../core/table/read-csv.ts';
import { readXlsx } from '../../core/table/read-xlsx.ts';
import type { SpreadsheetContract } from './contract.ts';
import { packedRows } from './packed-rows.ts';

const contract: SpreadsheetContract = {
  async readSpreadsheet(bytes) {
    const read = await readXlsx(bytes, DEFAULT_CSV_LIMITS);
    return read.ok ? packedRows(read.value) : read;
  },
};

expose(contract);
