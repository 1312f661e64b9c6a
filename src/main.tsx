import './app/close-side-doors.ts';

// In a chunk of its own, so that the opening words of index.html wait for no script and no styles.
import('./app/start.tsx')
  .then(({ start }) => start())
  .catch(() => {
    // Else the words that it is being opened would stay for ever.
    const last = document.querySelector('.opening p:last-child');
    if (last !== null) {
      last.setAttribute('role', 'alert');
      last.textContent =
        'A part of the page did not arrive, so it could not be opened. Reload it, with the network on. What you kept in this browser is untouched.';
    }
  });
