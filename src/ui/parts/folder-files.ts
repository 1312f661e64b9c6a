import type { PickedFile } from '../../session/ports.ts';
import { pickedFiles } from './picked-files.ts';

/** What this page uses of the File System Access API, which not every browser has. */
interface FolderHandle {
  readonly name: string;
  values(): AsyncIterable<
    | { readonly kind: 'directory' }
    | { readonly kind: 'file'; readonly name: string; getFile(): Promise<File> }
  >;
}

/** A folder that a person opened, looked into again without another dialogue as long as the tab lives. */
export interface Folder {
  readonly name: string;
  /** Files of this ending that were not there, or were others, when it was last looked into. */
  newFiles(ending: string): Promise<readonly PickedFile[]>;
}

export function canOpenFolder(): boolean {
  return 'showDirectoryPicker' in window;
}

/** The folder that the person chose; null where the dialogue was closed. */
export async function openFolder(): Promise<Folder | null> {
  const { showDirectoryPicker } = window as unknown as { showDirectoryPicker(): Promise<FolderHandle> };
  try {
    return folderOf(await showDirectoryPicker());
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

function folderOf(handle: FolderHandle): Folder {
  const seen = new Set<string>();
  return {
    name: handle.name,
    async newFiles(ending) {
      const files: File[] = [];
      for await (const entry of handle.values()) {
        if (entry.kind !== 'file' || !entry.name.toLowerCase().endsWith(ending)) continue;
        const file = await entry.getFile();
        const mark = `${file.name}/${file.size}/${file.lastModified}`;
        if (!seen.has(mark)) files.push(file);
        seen.add(mark);
      }
      return pickedFiles(files.sort((a, b) => a.name.localeCompare(b.name)));
    },
  };
}
