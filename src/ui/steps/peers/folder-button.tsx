import { Button, Text } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { PickedFile } from '../../../session/ports.ts';
import type { KeptFolder } from '../../../session/records.ts';
import { canOpenFolder, newFilesOf, openFolder } from '../../parts/folder-files.ts';
import { pickedFiles } from '../../parts/picked-files.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { FOLDER_GONE, FOLDER_REFUSED, NOTHING_NEW } from './peers-text.ts';

/**
 * All bundles of a folder. Where the browser can, the folder is looked into again for what is new, also after a reload.
 */
export function FolderButton(props: {
  disabled: boolean;
  /** Ends when the files have been read, or the person cancelled: how many were. */
  onFiles: (files: readonly PickedFile[]) => Promise<number>;
}) {
  const { disabled, onFiles } = props;
  const session = useSession();
  const { project } = useSessionState();
  const [folder, setFolder] = useState<KeptFolder | null>(null);
  const [note, setNote] = useState('');
  const input = useRef<HTMLInputElement>(null);

  // The folder of an earlier visit; nothing of it is read before somebody clicks.
  useEffect(() => {
    let isCurrent = true;
    setNote('');
    void session.keptFolder(project.id).then((kept) => isCurrent && setFolder(canOpenFolder() ? kept : null));
    return () => {
      isCurrent = false;
    };
  }, [session, project.id]);

  const look = async (chosen: KeptFolder) => {
    setFolder(chosen);
    try {
      const found = await newFilesOf(chosen, '.zip');
      setNote(found === null ? FOLDER_REFUSED : found.files.length === 0 ? NOTHING_NEW : '');
      if (found === null) return;
      const read = found.files.length === 0 ? 0 : await onFiles(found.files);
      const kept = found.afterReading(read);
      setFolder(kept);
      await session.keepFolder(project.id, kept);
    } catch {
      setNote(FOLDER_GONE);
    }
  };
  const choose = async () => {
    if (!canOpenFolder()) {
      input.current?.click();
      return;
    }
    const handle = await openFolder();
    if (handle !== null) await look({ handle, seen: [] });
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
          Look for new bundles in “{folder.handle.name}”
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
          if (files.length > 0) void onFiles(pickedFiles(files));
        }}
      />
    </>
  );
}
