import { Button, type ButtonProps } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
import type { PickedFile } from '../../session/ports.ts';
import styles from './file-drop.module.css';
import { droppedFile, type FileTypes, pickFindableFile } from './file-picker.ts';
import { pickedFiles } from './picked-files.ts';

interface FilePickProps {
  /** What the button says; also the name of the file field. */
  label: string;
  accept: string;
  multiple?: boolean;
  testId: string;
  /** Types for the dialogue whose answer the browser can remember; for one file. */
  findable?: FileTypes;
  onFiles: (files: readonly PickedFile[]) => void;
}

/** A button that opens the browser's file dialogue. */
export function FileButton({
  label,
  accept,
  multiple = false,
  testId,
  findable,
  onFiles,
  ...button
}: FilePickProps & ButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const choose = async () => {
    const file = findable === undefined ? 'none' : await pickFindableFile(findable);
    if (file === 'none') input.current?.click();
    else if (file !== null) onFiles([file]);
  };
  return (
    <>
      <Button {...button} onClick={() => void choose()}>
        {label}
      </Button>
      <input
        ref={input}
        className={styles.input}
        type="file"
        accept={accept}
        multiple={multiple}
        aria-hidden="true"
        tabIndex={-1}
        data-testid={testId}
        onChange={(event) => {
          const files = pickedFiles(event.currentTarget.files ?? []);
          // The same file chosen twice is a new choice.
          event.currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}

/** A place to drop files on, with a button for those who do not drag. */
export function FileDrop({
  children,
  label,
  accept,
  multiple = false,
  testId,
  findable,
  onFiles,
  ...button
}: FilePickProps & ButtonProps & { children: ReactNode }) {
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button does the same
    <div
      className={styles.zone}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (findable !== undefined) {
          void droppedFile(event.dataTransfer).then((file) => file !== null && onFiles([file]));
          return;
        }
        const files = pickedFiles(event.dataTransfer.files);
        const taken = multiple ? files : files.slice(0, 1);
        if (taken.length > 0) onFiles(taken);
      }}
    >
      {children}
      <FileButton
        {...button}
        label={label}
        accept={accept}
        multiple={multiple}
        testId={testId}
        {...(findable === undefined ? {} : { findable })}
        onFiles={onFiles}
      />
    </div>
  );
}
