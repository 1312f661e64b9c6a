import type { FindableFile, PickedFile } from '../../session/ports.ts';
import { pickedFiles } from './picked-files.ts';

/** Media types with their endings, as the browser's dialogue wants them. */
export type FileTypes = Readonly<Record<string, readonly string[]>>;

interface PickerWindow {
  showOpenFilePicker?(options: {
    types: readonly { readonly accept: FileTypes }[];
  }): Promise<readonly FindableFile[]>;
}

/** One file by the dialogue whose answer can be remembered; null where it was closed, 'none' where there is none. */
export async function pickFindableFile(accept: FileTypes): Promise<PickedFile | null | 'none'> {
  const { showOpenFilePicker } = window as PickerWindow;
  if (showOpenFilePicker === undefined) return 'none';
  try {
    const [handle] = await showOpenFilePicker.call(window, { types: [{ accept }] });
    return handle === undefined ? null : await withHandle(await handle.getFile(), handle);
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? null : 'none';
  }
}

/** The file of a drop, with its handle where the browser gives one. To be called while the drop is being told. */
export function droppedFile({ files, items }: DataTransfer): Promise<PickedFile | null> {
  const [file] = files;
  if (file === undefined) return Promise.resolve(null);
  const item = items[0] as (DataTransferItem & HandleItem) | undefined;
  const asked = item?.getAsFileSystemHandle?.() ?? Promise.resolve(null);
  return asked.then(
    (handle) => withHandle(file, handle?.kind === 'file' ? handle : null),
    () => withHandle(file, null),
  );
}

interface HandleItem {
  getAsFileSystemHandle?(): Promise<(FindableFile & { readonly kind: 'file' | 'directory' }) | null>;
}

function withHandle(file: File, handle: FindableFile | null): PickedFile {
  const [picked] = pickedFiles([file]) as [PickedFile];
  return handle === null ? picked : { ...picked, handle };
}
