import { VisuallyHidden } from '@mantine/core';

/** Read out by a screen reader when it changes; not seen. */
export function Announce({ children }: { children: string }) {
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {children}
    </VisuallyHidden>
  );
}
