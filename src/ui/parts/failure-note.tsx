import { Alert } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** A failure in one sentence with what to do; read out when it appears. */
export function FailureNote({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<CircleAlert size={18} aria-hidden />}
      styles={{ message: { color: 'var(--mantine-color-text)' } }}
      {...(title === undefined ? {} : { title })}
    >
      {children}
    </Alert>
  );
}
