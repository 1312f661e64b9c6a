import { MantineProvider } from '@mantine/core';
import { useEffect, useSyncExternalStore } from 'react';
import { SessionProvider } from '../ui/session-context.tsx';
import { Shell } from '../ui/shell/shell.tsx';
import '../ui/styles.ts';
import { cssVariablesResolver, theme } from '../ui/theme.ts';
import { keepOfflineCopy } from './offline-copy.ts';
import { createServices } from './services.ts';

// Once, and not while drawing: a drawing that is interrupted begins anew.
const { session } = createServices();
const newVersion = keepOfflineCopy();

/** The composition root: real ports, one session, the page around it. */
export function App() {
  const newer = useSyncExternalStore(newVersion.subscribe, newVersion.where);
  useEffect(() => {
    void session.start();
  }, []);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <SessionProvider session={session}>
        <Shell newVersion={{ where: newer, take: newVersion.take }} />
      </SessionProvider>
    </MantineProvider>
  );
}
