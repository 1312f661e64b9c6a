import './app/close-side-doors.ts';

// In a chunk of its own, so that the opening words of index.html wait for no script and no styles.
void import('./app/start.tsx');
