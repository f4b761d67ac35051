import type { PostMortemSummary } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { postMortemsResource } from '../../api/driver-requests.js';
import { causeSentence } from '../../fleet/causes.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Icon } from '../../parts/icon.js';
import { Loaded } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { useResource } from '../../state/resources.js';
import { PostMortemReport } from './post-mortem-report.js';

/** How the processes of this driver ended, newest first; each opens to everything that is known of it. */
export function PostMortems({ driverId }: { readonly driverId: string }): ReactElement {
  const state = useResource(postMortemsResource(driverId));
  const [open, setOpen] = useState<string>();
  return (
    <Loaded state={state} what="the post-mortems">
      {(postMortems) =>
        postMortems.length === 0 ? (
          <EmptyState title="No process of this driver has ended">
            <p>A driver inside the gateway has no process of its own, and no post-mortems.</p>
          </EmptyState>
        ) : (
          <ul className="post-mortems">
            {postMortems.map((summary) => (
              <Entry
                key={summary.id}
                summary={summary}
                open={open === summary.id}
                onToggle={() => setOpen(open === summary.id ? undefined : summary.id)}
              />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

interface EntryProps {
  readonly summary: PostMortemSummary;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function Entry({ summary, open, onToggle }: EntryProps): ReactElement {
  const { id, driverId, cause, spawn, exitCode, signal, at } = summary;
  const how = signal ? `signal ${signal}` : exitCode === null ? '' : `exit code ${exitCode}`;
  return (
    <li>
      <button type="button" className="entry" aria-expanded={open} onClick={onToggle}>
        <Icon name={open ? 'down' : 'right'} />
        <strong>{cause}</strong>
        <span>
          {causeSentence(cause)}{' '}
          <span className="soft">
            Process {spawn}
            {how && `, ${how}`}
          </span>
        </span>
        <Time at={at} />
      </button>
      {open && <PostMortemReport driverId={driverId} id={id} />}
    </li>
  );
}
