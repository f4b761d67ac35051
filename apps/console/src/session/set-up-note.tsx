import type { ReactElement } from 'react';
import { Note } from '../parts/problem-note.js';
import { useStore } from '../state/store.js';
import { sessionStore } from './session-store.js';

/** Name under which the gateway keeps the token of its first start. */
const setUpToken = 'set-up';

/** The set-up token opens this one session: who relies on it stands before a closed door next time. */
export function SetUpNote(): ReactElement | null {
  const { name } = useStore(sessionStore);
  if (name !== setUpToken) return null;
  return (
    <Note tone="busy" icon="about" title="Make a token of your own" role="status">
      <p className="detail">
        You are signed in with the set-up token, which opens no other session. On the machine of the gateway, as the
        user who started it:
      </p>
      <code className="command">fieldwarden tokens create NAME</code>
    </Note>
  );
}
