import { Button, Text } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useRef, useState } from 'react';
import type { PickedFile } from '../../../session/ports.ts';
import { canOpenFolder, type Folder, openFolder } from '../../parts/folder-files.ts';
import { pickedFiles } from '../../parts/picked-files.ts';
import { NOTHING_NEW } from './peers-text.ts';

/** All bundles of a folder; where the browser can, the folder is looked into again for what is new. */
export function FolderButton(props: { disabled: boolean; onFiles: (files: readonly PickedFile[]) => void }) {
  const { disabled, onFiles } = props;
  const [folder, setFolder] = useState<Folder | null>(null);
  const [note, setNote] = useState('');
  const input = useRef<HTMLInputElement>(null);

  const look = async (chosen: Folder | null) => {
    if (chosen === null) return;
    setFolder(chosen);
    const files = await chosen.newFiles('.zip');
    setNote(files.length === 0 ? NOTHING_NEW : '');
    if (files.length > 0) onFiles(files);
  };
  const choose = async () => {
    if (canOpenFolder()) await look(await openFolder());
    else input.current?.click();
  };
  return (
    <>
      <Button
        variant="default"
        disabled={disabled}
        leftSection={<FolderOpen size={16} aria-hidden />}
        onClick={() => void choose()}
      >
        Choose a folder
      </Button>
      {folder !== null && (
        <Button variant="default" disabled={disabled} onClick={() => void look(folder)}>
          Look for new bundles in “{folder.name}”
        </Button>
      )}
      {note !== '' && (
        <Text size="sm" c="dimmed" role="status">
          {note}
        </Text>
      )}
      <input
        ref={(element) => {
          input.current = element;
          // React has no property for it; every current browser has.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        aria-hidden="true"
        tabIndex={-1}
        data-testid="bundle-folder"
        onChange={(event) => {
          const files = Array.from(event.currentTarget.files ?? []).filter(
            ({ name, webkitRelativePath }) =>
              name.toLowerCase().endsWith('.zip') && webkitRelativePath.split('/').length <= 2,
          );
          event.currentTarget.value = '';
          setNote(files.length === 0 ? NOTHING_NEW : '');
          files.sort((a, b) => a.name.localeCompare(b.name));
          if (files.length > 0) onFiles(pickedFiles(files));
        }}
      />
    </>
  );
}
