import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { FailureNote } from '../parts/failure-note.tsx';
import { PageFrame } from '../parts/page-frame.tsx';

/** A page that cannot be drawn takes neither the rail nor the journey with it. */
export class PageBoundary extends Component<
  { readonly title: string; readonly children: ReactNode },
  { readonly failed: boolean }
> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <PageFrame
        title={this.props.title}
        purpose="This part of the page could not be shown."
        primary={<Button onClick={() => this.setState({ failed: false })}>Try again</Button>}
      >
        <FailureNote>
          What you entered is still here. Try again; if it happens twice, reload the page. Rows are not kept
          over a reload, everything else is.
        </FailureNote>
      </PageFrame>
    );
  }
}
