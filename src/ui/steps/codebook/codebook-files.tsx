import { Button, Group } from '@mantine/core';
import { FileButton } from '../../parts/file-drop.tsx';
import { useSession } from '../../session-context.tsx';

/** Load a published codebook; save this one for the others. */
export function CodebookFiles({ onLoaded, onSave }: { onLoaded: () => void; onSave: () => void }) {
  const session = useSession();
  return (
    <Group gap="xs">
      <FileButton
        label="Load codebook"
        accept=".json,application/json"
        testId="codebook-file"
        variant="default"
        onFiles={async ([file]) => {
          if (file === undefined) return;
          session.loadCodebook(new TextDecoder().decode(await file.bytes()));
          onLoaded();
        }}
      />
      <Button variant="default" onClick={onSave}>
        Save codebook
      </Button>
    </Group>
  );
}
