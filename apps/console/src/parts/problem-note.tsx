import type { ReactElement, ReactNode } from 'react';
import type { ApiError } from '../api/api-error.js';
import { Icon, type IconName } from './icon.js';
import type { Tone } from '../fleet/state-words.js';
import { sentence } from '../format/sentence.js';

interface NoteProps {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
  readonly role?: 'alert' | 'status';
}

export function Note({ tone, icon, title, children, role }: NoteProps): ReactElement {
  return (
    <div className={`note tone-${tone}`} role={role}>
      <Icon name={icon} />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}

/** What went wrong, what to do about it, and under which number the gateway's log knows it. */
export function ProblemNote({ error, title }: { readonly error: ApiError; readonly title: string }): ReactElement {
  const { problem } = error;
  return (
    <Note tone="fault" icon="fault" title={title} role="alert">
      <p className="detail">{sentence(error.message)}</p>
      {problem?.remedy && <p className="detail">{problem.remedy}</p>}
      {problem && (
        <p className="small">
          {problem.code} · correlation id <code>{problem.correlationId}</code>
        </p>
      )}
    </Note>
  );
}
