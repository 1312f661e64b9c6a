import { transfer } from 'comlink';
import type { RawTable } from '../../core/table/coded-table.ts';
import { profileTable } from '../../core/table/column-profile.ts';
import { buffersOf, packTable } from '../../core/table/packed-texts.ts';
import type { PackedRows } from './contract.ts';

/** The table profiled and packed, its buffers handed over: nothing of it is copied or made text on the page's thread. */
export function packedRows<T extends RawTable>(raw: T): { readonly ok: true; readonly value: PackedRows<T> } {
  const profiles = profileTable(raw);
  const table = packTable(raw);
  const numbers = profiles.flatMap(({ numbers: { values, counts } }) => [values.buffer, counts.buffer]);
  return transfer({ ok: true, value: { table, profiles } }, [...buffersOf(table), ...numbers]);
}
