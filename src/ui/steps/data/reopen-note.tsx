import { Alert } from '@mantine/core';
import { FolderOpen } from 'lucide-react';

export function ReopenNote({ title, text }: { title: string; text: string }) {
  return (
    <Alert
      role="note"
      color="pooled"
      variant="light"
      icon={<FolderOpen size={18} aria-hidden />}
      title={title}
    >
      {text}
    </Alert>
  );
}
