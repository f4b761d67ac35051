import { useState, type SubmitEvent, type ReactElement } from 'react';
import { ApiError } from '../api/api-error.js';
import { Button } from '../parts/button.js';
import { ProblemNote } from '../parts/problem-note.js';
import { signIn } from './session-requests.js';

export function LoginPage(): ReactElement {
  const [token, setToken] = useState('');
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await signIn(token.trim());
    } catch (thrown) {
      setError(ApiError.of(thrown));
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void submit();
  };
  return (
    <main className="login">
      <div className="card">
        <form onSubmit={onSubmit}>
          <h1>
            <img src="/favicon.svg" alt="" width="30" height="30" />
            Fieldwarden
          </h1>
          <label className="field">
            Token
            <input
              className="input wide mono"
              type="password"
              autoComplete="current-password"
              value={token}
              onChange={(event) => setToken(event.target.value)}
              required
              autoFocus
            />
          </label>
          <Button type="submit" look="primary" disabled={busy || token.trim() === ''}>
            {busy ? 'Signing in …' : 'Sign in'}
          </Button>
          {error && <ProblemNote error={error} title="Not signed in" />}
          <WhereIsTheToken />
        </form>
      </div>
    </main>
  );
}

function WhereIsTheToken(): ReactElement {
  return (
    <details>
      <summary>Where do I find the token?</summary>
      <div className="empty">
        <p>
          The first time: the gateway prints a set-up token in its terminal at its very first start, as{' '}
          <code>Set-up token, shown only this once: fw_…</code> It opens one session, and none after that.
        </p>
        <p>Every other time, a token of your own. On the machine of the gateway, as the user who started it:</p>
        <code className="command">fieldwarden tokens create NAME</code>
        <p>
          If the set-up token was lost before anybody signed in, that command helps as well. With <code>npm start</code>
          , add <code>--home .fieldwarden</code>.
        </p>
      </div>
    </details>
  );
}
