import type { ReactElement, ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** Exactly what to type, one command per line. */
  readonly command?: string;
}

/** Nothing here yet, and what to do first. */
export function EmptyState({ title, children, command }: EmptyStateProps): ReactElement {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
      {command && <code className="command">{command}</code>}
    </div>
  );
}
