import { useEffect, type ReactElement } from 'react';
import { connection } from '../live/live.js';
import { Note } from '../parts/problem-note.js';
import { browserClock } from '../platform/browser-clock.js';
import { refreshSession, resumeSession } from '../session/session-requests.js';
import { doubts, sessionStore } from '../session/session-store.js';
import { SetUpPage } from '../session/set-up/set-up-page.js';
import { settingUp } from '../session/set-up/setting-up.js';
import { SignInPage } from '../session/sign-in/sign-in-page.js';
import { useStore } from '../state/store.js';
import { Shell } from './shell.js';
import { pauseWhileHidden } from './pause-while-hidden.js';

/** How long to wait before the gateway is asked again who we are. */
const askAgainMs = 2_000;

export function App(): ReactElement {
  const { phase, setup } = useStore(sessionStore);
  const welcome = useStore(settingUp);
  const works = phase === 'signed-in' && !setup;
  useEffect(() => doubts.subscribe(() => void refreshSession()), []);
  useEffect(() => connection.state.subscribe(askWhyLost), []);
  useEffect(() => {
    if (phase === 'asking') void resumeSession();
    if (phase === 'away') return askAgain();
    if (phase === 'signed-out') connection.stop();
    if (!works) return undefined;
    connection.start();
    return pauseWhileHidden();
  }, [phase, works]);
  if (phase === 'signed-out') return <SignInPage />;
  if (phase === 'signed-in') return setup || welcome ? <SetUpPage /> : <Shell />;
  return <Waiting away={phase === 'away'} />;
}

/** A stream does not say why it ended: the gateway may be away, or the session gone. */
function askWhyLost(): void {
  const { phase, nextAttemptAt } = connection.state.get();
  if (phase === 'lost' && nextAttemptAt !== null) void refreshSession();
}

function Waiting({ away }: { readonly away: boolean }): ReactElement {
  return (
    <main className="login">
      {away && (
        <Note tone="warning" icon="offline" title="The gateway does not answer" role="status">
          <p className="detail">It may be starting, or stopped. This page asks again every two seconds.</p>
        </Note>
      )}
    </main>
  );
}

/** Until it answers: each silence leaves the phase as it is. */
function askAgain(): () => void {
  let cancel = browserClock.after(askAgainMs, again);
  function again(): void {
    void resumeSession();
    cancel = browserClock.after(askAgainMs, again);
  }
  return () => cancel();
}
