import type { ReactElement, ReactNode } from 'react';
import type { ResourceState } from '../state/resource.js';
import { EmptyState } from './empty-state.js';
import { ProblemNote } from './problem-note.js';
import { Time } from './time.js';

interface LoadedProps<T> {
  readonly state: ResourceState<T>;
  /** What is loaded, as in "The read plan could not be loaded". */
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

/** What was loaded; or that it is on its way; or why it is not there, and how old what is shown is. */
export function Loaded<T>({ state, what, children }: LoadedProps<T>): ReactElement {
  const { data, problem, loadedAt } = state;
  if (data === undefined && !problem) return <EmptyState title={`Loading ${what} …`} />;
  return (
    <>
      {problem && !(problem.unreachable && data !== undefined) && (
        <ProblemNote error={problem} title={`Loading ${what} failed`} />
      )}
      {problem && data !== undefined && loadedAt !== undefined && (
        <p className="soft">
          Shown as it was <Time at={loadedAt} />.
        </p>
      )}
      {data !== undefined && children(data)}
    </>
  );
}
