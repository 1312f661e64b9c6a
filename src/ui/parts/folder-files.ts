import type { PickedFile } from '../../session/ports.ts';
import type { FolderHandle, KeptFolder } from '../../session/records.ts';
import { pickedFiles } from './picked-files.ts';

/** Marks that are remembered; the oldest go. */
const MOST_MARKS = 5_000;

export function canOpenFolder(): boolean {
  return 'showDirectoryPicker' in window;
}

/** The folder that the person chose; null where the dialogue was closed. */
export async function openFolder(): Promise<FolderHandle | null> {
  const { showDirectoryPicker } = window as unknown as { showDirectoryPicker(): Promise<FolderHandle> };
  try {
    return await showDirectoryPicker();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

/** What is new in a folder: its files, and what to remember once each of them was read. */
export interface NewFiles {
  readonly files: readonly PickedFile[];
  /** The folder with the first so many of the files remembered. */
  readonly afterReading: (count: number) => KeptFolder;
}

/**
 * Files of this ending that were not there, or were others, when the folder was last read. Called from a click: a
 * folder of an earlier visit is asked for again. Null where the browser or the person does not let the page read it.
 */
export async function newFilesOf({ handle, seen }: KeptFolder, ending: string): Promise<NewFiles | null> {
  if (!(await mayRead(handle))) return null;
  const known = new Set(seen);
  const found: { readonly file: File; readonly mark: string }[] = [];
  for await (const entry of handle.values()) {
    if (entry.kind !== 'file' || !entry.name.toLowerCase().endsWith(ending)) continue;
    const file = await entry.getFile();
    const mark = `${file.name}/${file.size}/${file.lastModified}`;
    if (!known.has(mark)) found.push({ file, mark });
  }
  found.sort((a, b) => a.file.name.localeCompare(b.file.name));
  return {
    files: pickedFiles(found.map(({ file }) => file)),
    afterReading: (count) => ({
      handle,
      seen: [...seen, ...found.slice(0, count).map(({ mark }) => mark)].slice(-MOST_MARKS),
    }),
  };
}

async function mayRead(handle: FolderHandle): Promise<boolean> {
  const mode = { mode: 'read' } as const;
  if ((await handle.queryPermission?.(mode)) === 'granted') return true;
  return ((await handle.requestPermission?.(mode)) ?? 'granted') === 'granted';
}
