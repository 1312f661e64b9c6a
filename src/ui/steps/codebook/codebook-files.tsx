import { Button, Group } from '@mantine/core';
import { FileButton } from '../../parts/file-drop.tsx';
import { useSession } from '../../session-context.tsx';
import { SaveMenu } from './save-menu.tsx';

/** Load a published codebook; save this one for the others. */
export function CodebookFiles(props: {
  declaredPublic: boolean;
  onLoaded: () => void;
  onSave: () => void;
  /** Takes back the last change; null where there is none. */
  onUndo: (() => void) | null;
}) {
  const { declaredPublic, onLoaded, onSave, onUndo } = props;
  const session = useSession();
  return (
    <Group gap="xs">
      <Button variant="default" disabled={onUndo === null} onClick={() => onUndo?.()}>
        Undo the last change
      </Button>
      <FileButton
        label="Load codebook"
        accept=".json,.csv,application/json,text/csv"
        testId="codebook-file"
        variant="default"
        onFiles={async ([file]) => {
          if (file === undefined) return;
          await session.loadCodebook(await file.bytes());
          onLoaded();
        }}
      />
      <SaveMenu
        onSave={(format) => {
          void session.saveCodebook(declaredPublic, format);
          onSave();
        }}
      />
    </Group>
  );
}
