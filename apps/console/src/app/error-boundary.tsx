import { Component, type ReactNode } from 'react';
import { Button } from '../parts/button.js';
import { Note } from '../parts/problem-note.js';

interface ErrorBoundaryProps {
  /** Another key begins anew. */
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: Error | null;
}

/** A page that breaks does not take the frame, the navigation and the banner with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null };

  static getDerivedStateFromError(error: Error): ErrorBoundaryState {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="page">
        <Note tone="fault" icon="fault" title="This page met an error of its own" role="alert">
          <p className="detail">{error.message}</p>
          <p className="detail">The gateway is not affected. If a newer version was installed, a reload fetches it.</p>
          <Button small onClick={() => window.location.reload()}>
            Reload
          </Button>
        </Note>
      </div>
    );
  }
}
