import { Loader } from '@mantine/core';
import { Suspense } from 'react';
import { isOpen } from '../../session/journey.ts';
import { HEADING_ID } from '../parts/focus-heading.ts';
import { PageFrame } from '../parts/page-frame.tsx';
import { useSessionState } from '../session-context.tsx';
import { BlockedStep } from './blocked-step.tsx';
import { Header } from './header.tsx';
import { type NewVersionAtHand, Notices } from './notices.tsx';
import { PAGE_BODIES } from './page-bodies.ts';
import { PageBoundary } from './page-boundary.tsx';
import { PAGE_LABELS } from './pages.ts';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';
import { useHashRoute } from './use-hash-route.ts';
import { useLookAround } from './use-look-around.ts';
import { useNoStrayDrop } from './use-no-stray-drop.ts';
import { usePageFocus } from './use-page-focus.ts';

/** The frame of every page: header, rail, and the page of the moment. */
export function Shell({ newVersion }: { newVersion: NewVersionAtHand }) {
  const state = useSessionState();
  useHashRoute();
  useLookAround();
  useNoStrayDrop();
  usePageFocus(state.page, PAGE_LABELS[state.page]);
  const Body = PAGE_BODIES[state.page];
  return (
    <>
      <a
        className={styles.skip}
        href={`#${HEADING_ID}`}
        onClick={(event) => {
          // The address names the page, so the jump is made by hand.
          event.preventDefault();
          document.getElementById(HEADING_ID)?.focus();
        }}
      >
        Skip to the step
      </a>
      <Header />
      <div className={styles.frame}>
        <Rail />
        <main className={styles.main}>
          <Notices newVersion={newVersion} />
          {!state.loaded ? (
            <PageFrame title={PAGE_LABELS[state.page]} purpose="Looking up what this browser kept.">
              <Loader role="status" aria-label="Loading" />
            </PageFrame>
          ) : isOpen(state, state.page) ? (
            // By its key the page that was left goes at once, and its heading is not taken for the new one.
            <Suspense
              key={state.page}
              fallback={
                <PageFrame title={PAGE_LABELS[state.page]} purpose="">
                  <Loader role="status" aria-label="Loading" />
                </PageFrame>
              }
            >
              <PageBoundary title={PAGE_LABELS[state.page]}>
                <Body />
              </PageBoundary>
            </Suspense>
          ) : (
            <BlockedStep />
          )}
        </main>
      </div>
    </>
  );
}
