import type { PickedFile } from '../../session/ports.ts';

/** Files that a person chose or dropped; read only when their turn comes. */
export function pickedFiles(files: Iterable<File>): PickedFile[] {
  return Array.from(files, (file) => ({
    name: file.name,
    blob: file,
    bytes: async () => new Uint8Array(await file.arrayBuffer()),
  }));
}
