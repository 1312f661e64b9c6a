import type { PickedFile } from '../../session/importing.ts';

/** Files that a person chose or dropped; read only when their turn comes. */
export function pickedFiles(files: Iterable<File>): PickedFile[] {
  return Array.from(files, (file) => ({
    name: file.name,
    bytes: async () => new Uint8Array(await file.arrayBuffer()),
  }));
}
