import type { SessionRow } from '@fieldwarden/admin-contract';
import { useState, type ReactElement } from 'react';
import { endSession, sessionsResource } from '../../api/user-requests.js';
import { Confirmation } from '../../fleet/confirmation.js';
import { counted } from '../../format/numbers.js';
import { ActionsHeader } from '../../parts/actions-header.js';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { toast } from '../../parts/toasts.js';
import { useResource } from '../../state/resources.js';

const everyMs = 5_000;

/** Who is at the console now. */
export function SessionsTab(): ReactElement {
  const state = useResource(sessionsResource, everyMs);
  const [ending, setEnding] = useState<SessionRow>();
  return (
    <>
      <div className="body toolbar">
        <span className="soft">{state.data && counted(state.data.length, 'session')} of the console</span>
      </div>
      <Loaded state={state} what="the sessions">
        {(sessions) =>
          sessions.length === 0 ? (
            <EmptyState title="Nobody is at the console" />
          ) : (
            <SessionTable sessions={sessions} onEnd={setEnding} />
          )
        }
      </Loaded>
      {ending && <EndDialog session={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

interface SessionTableProps {
  readonly sessions: readonly SessionRow[];
  readonly onEnd: (session: SessionRow) => void;
}

function SessionTable({ sessions, onEnd }: SessionTableProps): ReactElement {
  return (
    <div className="table-scroll">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">From</th>
            <th scope="col">Opened</th>
            <th scope="col">Last used</th>
            <th scope="col">Ends unless used</th>
            <ActionsHeader />
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <td>
                {session.user} {session.own && <Badge tone="busy" icon="person" word="this one" />}
              </td>
              <td className="mono">{session.from ?? <span className="soft">not known</span>}</td>
              <td>
                <Time at={session.openedAt} />
              </td>
              <td>
                <Time at={session.usedAt} />
              </td>
              <td>
                <Time at={session.expiresAt} />
              </td>
              <td>
                {!session.own && (
                  <div className="row-actions">
                    <Button small aria-label={`End … the session of ${session.user}`} onClick={() => onEnd(session)}>
                      End …
                    </Button>
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EndDialog({ session, onClose }: { readonly session: SessionRow; readonly onClose: () => void }): ReactElement {
  const { id, user, from } = session;
  return (
    <Confirmation
      title={`End the session of ${user}`}
      consequences={[
        `Whoever sits at ${from ?? 'that console'} has to sign in again; what is typed and not saved there is lost.`,
        'It keeps nobody out: to do that, disable the account or revoke the token.',
      ]}
      label="End it"
      doing="Ending"
      interrupts
      notDone="The session was not ended"
      carryOut={async () => {
        await endSession(id);
        toast('good', `The session of ${user} ended`);
      }}
      onClose={onClose}
    />
  );
}
