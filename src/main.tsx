import './app/close-side-doors.ts';
import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
// In small portions: what is read until then stays, and the browser answers meanwhile.
startTransition(() => createRoot(root).render(<App />));
