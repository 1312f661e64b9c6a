import { describe, expect, it } from 'vitest';
import type { FolderHandle } from '../../session/records.ts';
import { newFilesOf } from './folder-files.ts';

/** A folder as the browser gives it: files by name with their text and time, and what it says when asked. */
function folder(
  files: Record<string, readonly [text: string, time: number]>,
  says: PermissionState[] = ['granted'],
) {
  const asked: string[] = [];
  const handle: FolderHandle = {
    name: 'shared',
    async *values() {
      yield { kind: 'directory' as const };
      for (const [name, [text, lastModified]] of Object.entries(files))
        yield { kind: 'file' as const, name, getFile: async () => new File([text], name, { lastModified }) };
    },
    queryPermission: async () => {
      asked.push('query');
      return says[0]!;
    },
    requestPermission: async () => {
      asked.push('request');
      return says.at(-1)!;
    },
  };
  return { handle, asked };
}
const names = (found: Awaited<ReturnType<typeof newFilesOf>>) => found?.files.map(({ name }) => name);

describe('what is new in a folder', () => {
  it('is every bundle at first, then what came or changed since, read ones only', async () => {
    const { handle } = folder({ 'b.zip': ['x', 1], 'a.ZIP': ['x', 1], 'notes.txt': ['x', 1] });
    const first = await newFilesOf({ handle, seen: [] }, '.zip');
    expect(names(first)).toEqual(['a.ZIP', 'b.zip']);
    // The import was cancelled after one of two.
    const kept = first!.afterReading(1);
    expect(names(await newFilesOf(kept, '.zip'))).toEqual(['b.zip']);
    const later = folder({ 'b.zip': ['x', 1], 'a.ZIP': ['newer', 2], 'c.zip': ['x', 3] });
    const all = first!.afterReading(2);
    expect(names(await newFilesOf({ ...all, handle: later.handle }, '.zip'))).toEqual(['a.ZIP', 'c.zip']);
  });

  it('is looked for without a question where the browser still allows it, with one where it does not', async () => {
    const allowed = folder({ 'a.zip': ['x', 1] });
    expect(names(await newFilesOf({ handle: allowed.handle, seen: [] }, '.zip'))).toEqual(['a.zip']);
    expect(allowed.asked).toEqual(['query']);
    const asks = folder({ 'a.zip': ['x', 1] }, ['prompt', 'granted']);
    expect(names(await newFilesOf({ handle: asks.handle, seen: [] }, '.zip'))).toEqual(['a.zip']);
    expect(asks.asked).toEqual(['query', 'request']);
    const refuses = folder({ 'a.zip': ['x', 1] }, ['prompt', 'denied']);
    expect(await newFilesOf({ handle: refuses.handle, seen: [] }, '.zip')).toBeNull();
  });
});
