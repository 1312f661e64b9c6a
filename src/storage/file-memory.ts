import { fail, succeed } from '../core/result.ts';
import type { FileMemory, FindableFile, PickedFile } from '../session/ports.ts';
import type { TwinpoolDatabase } from './database.ts';

/**
 * Remembers where a project's file is, in browsers whose file dialogue gives a handle that can be kept. Kept are the
 * handle (the browser's own note of the place), the time of the last change and the size; never a byte of what is in it. The
 * browser asks the person before the file is read again, unless they told it not to.
 */
export function openFileMemory({ files }: TwinpoolDatabase): FileMemory {
  return {
    async remember(projectId, file) {
      try {
        if (file.handle === undefined) await files.delete(projectId);
        else await files.put({ projectId, handle: file.handle, ...mark(await file.handle.getFile()) });
      } catch {
        // It cannot be kept (a page opened as a file, say): then it is chosen again by hand.
      }
    },
    async known(projectId) {
      try {
        return (await files.get(projectId))?.handle.name ?? null;
      } catch {
        return null;
      }
    },
    async reopen(projectId) {
      try {
        const row = await files.get(projectId);
        if (row === undefined) return fail({ kind: 'file-gone' });
        const { handle } = row;
        const allowed = (await handle.requestPermission?.({ mode: 'read' })) ?? 'granted';
        if (allowed !== 'granted') return fail({ kind: 'file-not-allowed' });
        const found = await handle.getFile();
        const now = mark(found);
        const isChanged = now.size !== row.size || now.lastModified !== row.lastModified;
        return succeed({ file: pickedFile(found, handle), isChanged });
      } catch {
        return fail({ kind: 'file-gone' });
      }
    },
  };
}

function mark({ size, lastModified }: File) {
  return { size, lastModified };
}

function pickedFile(file: File, handle: FindableFile): PickedFile {
  return { name: file.name, blob: file, handle, bytes: async () => new Uint8Array(await file.arrayBuffer()) };
}
