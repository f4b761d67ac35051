import { useEffect, useState, type ReactElement } from 'react';
import { Button } from '../../parts/button.js';
import { Note } from '../../parts/problem-note.js';
import { useStore } from '../../state/store.js';
import { refreshSession } from '../session-requests.js';
import { lookOnly, sessionStore } from '../session-store.js';
import { PasswordForm } from './password-form.js';
import { takeSetUpToken } from './set-up-link.js';
import { refusalWords } from './sign-in-refusal.js';
import { TokenForm } from './token-form.js';

type Way = 'password' | 'token';

/** Two ways in: what a person knows, or a token. Before there is any account, the set-up token comes first. */
export function SignInPage(): ReactElement {
  const { needsAdmin, ended, refused, isOpen } = useStore(sessionStore);
  const [given, setGiven] = useState(takeSetUpToken);
  const [chosen, setChosen] = useState<Way>();
  const way = chosen ?? (needsAdmin || given !== '' ? 'token' : 'password');
  // Meanwhile the first account may have been made elsewhere, or a directory configured.
  useEffect(() => void refreshSession(), []);
  // The printed address, put into a tab that shows this page: the browser does not load it anew.
  useEffect(() => {
    const look = (): void => setGiven((before) => takeSetUpToken() || before);
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  return (
    <main className="login">
      <div className="card">
        <header>
          <h1>
            <img src="/favicon.svg" alt="" width="30" height="30" />
            Fieldwarden
          </h1>
        </header>
        {ended && (
          <Note tone="warning" icon="hourglass" title="Your session has ended" role="status">
            <p className="detail">
              It was not used for a while or has reached its longest time, or an admin ended it or changed the account,
              the password or the token behind it.
            </p>
          </Note>
        )}
        {refused !== undefined && (
          <Note tone="fault" icon="fault" title="Not signed in" role="alert">
            <p className="detail">{refusalWords(refused)}</p>
          </Note>
        )}
        {way === 'password' ? <PasswordForm /> : <TokenForm key={given} isFirst={needsAdmin} given={given} />}
        <footer>
          {way === 'password' ? (
            <Button look="plain" small onClick={() => setChosen('token')}>
              Use a token instead
            </Button>
          ) : (
            <Button look="plain" small onClick={() => setChosen('password')}>
              Use user and password instead
            </Button>
          )}
          {isOpen && (
            <Button look="plain" small onClick={lookOnly}>
              Look without signing in
            </Button>
          )}
        </footer>
      </div>
    </main>
  );
}
