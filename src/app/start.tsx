import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { keepOfflineCopy } from './offline-copy.ts';
import { createServices } from './services.ts';

/** What this browser kept is there sooner, as a rule. Where it is not, the page is drawn without and says that it looks. */
const LONGEST_WAIT_MS = 400;

/** The composition root: real ports, one session, the page around it. A function: other chunks must not wait for it. */
export async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  const newVersion = keepOfflineCopy();
  const { session } = await createServices();
  const wait = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS));
  // Drawn once and not anew with every thing that is found.
  await Promise.race([session.start(), wait]);
  // In small portions: what is read until then stays, and the browser answers meanwhile.
  startTransition(() => createRoot(root).render(<App session={session} newVersion={newVersion} />));
}
