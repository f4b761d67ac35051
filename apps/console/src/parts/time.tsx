import type { ReactElement } from 'react';
import { formatAbsolute, formatRelative } from '../format/times.js';
import { useNow } from './now.js';

interface TimeProps {
  /** ISO-8601, or ms since 1970 UTC; null shows `otherwise`. */
  readonly at: string | number | null | undefined;
  readonly otherwise?: string;
}

/** How long ago, with the time itself on hover. */
export function Time({ at, otherwise = '–' }: TimeProps): ReactElement {
  const now = useNow();
  if (at === null || at === undefined) return <span className="soft">{otherwise}</span>;
  const atMs = typeof at === 'number' ? at : Date.parse(at);
  return (
    <time className="nowrap" dateTime={new Date(atMs).toISOString()} title={formatAbsolute(atMs)}>
      {formatRelative(atMs, now)}
    </time>
  );
}
