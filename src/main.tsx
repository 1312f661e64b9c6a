import './app/close-side-doors.ts';
import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { keepOfflineCopy } from './app/offline-copy.ts';
import { createServices } from './app/services.ts';

/** What this browser kept is there sooner, as a rule. Where it is not, the page is drawn without and says that it looks. */
const LONGEST_WAIT_MS = 400;

// The composition root: real ports, one session, the page around it.
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const { session } = createServices();
const newVersion = keepOfflineCopy();
const wait = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS));
// Drawn once and not anew with every thing that is found.
await Promise.race([session.start(), wait]);
// In small portions: what is read until then stays, and the browser answers meanwhile.
startTransition(() => createRoot(root).render(<App session={session} newVersion={newVersion} />));
