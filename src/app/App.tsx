import { MantineProvider } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { Session } from '../session/session.ts';
import { SessionProvider } from '../ui/session-context.tsx';
import { Shell } from '../ui/shell/shell.tsx';
import '../ui/styles.ts';
import { cssVariablesResolver, theme } from '../ui/theme.ts';
import type { NewVersion } from './offline-copy.ts';

/** The page around one session. */
export function App({ session, newVersion }: { session: Session; newVersion: NewVersion }) {
  const newer = useSyncExternalStore(newVersion.subscribe, newVersion.where);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <SessionProvider session={session}>
        <Shell newVersion={{ where: newer, take: newVersion.take }} />
      </SessionProvider>
    </MantineProvider>
  );
}
