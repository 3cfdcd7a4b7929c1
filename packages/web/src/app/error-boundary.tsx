import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

interface Props {
  readonly children: ReactNode;
  /** Replaces the error page. The caller has to remove the failed component. */
  readonly onCaught?: () => void;
}

interface State {
  readonly failed: boolean;
}

/** Catches errors of components: bugs, and files of the page that could not be loaded. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override componentDidCatch(): void {
    this.props.onCaught?.();
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    if (this.props.onCaught !== undefined) return null;
    return (
      <Notice
        title="Something broke"
        action={
          <Button variant="primary" onClick={() => location.reload()}>
            Reload
          </Button>
        }
      >
        Reloading usually helps. What you were sending is kept and goes out afterwards.
      </Notice>
    );
  }
}
