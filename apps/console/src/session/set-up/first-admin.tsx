import { useState, type ReactElement, type SubmitEvent } from 'react';
import { isComplete, NewPasswordFields, noPassword } from '../../access/new-password-fields.js';
import { ApiError } from '../../api/api-error.js';
import { addUser } from '../../api/user-requests.js';
import { Button } from '../../parts/button.js';
import { ProblemNote } from '../../parts/problem-note.js';
import { resumeSession, signIn, signOut } from '../session-requests.js';
import { settingUp } from './setting-up.js';

/** The first account, of an admin: it replaces the set-up token, and the person goes on as that admin. */
export function FirstAdmin(): ReactElement {
  const [name, setName] = useState('');
  const [value, setValue] = useState(noPassword);
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const user = name.trim();
  const make = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await addUser({ name: user, password: value.password, role: 'admin', areas: ['**'] });
      settingUp.set(true);
      await signIn({ user, password: value.password });
    } catch (thrown) {
      setError(ApiError.of(thrown));
      // The account may be there already, and the set-up session over: the sign-in page then knows what to ask for.
      await resumeSession();
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void make();
  };
  return (
    <form onSubmit={onSubmit}>
      <p>Make the first account. It is an admin, who adds everybody else. There is no default password.</p>
      <label className="field">
        Name
        <input
          className="input wide"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="Yours rather than admin: the audit says who it was"
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          autoFocus
        />
      </label>
      <NewPasswordFields value={value} name={user} onChange={setValue} />
      {error && <ProblemNote error={error} title="The account was not made" />}
      <div className="buttons">
        <Button disabled={busy} onClick={() => void signOut()}>
          Not now
        </Button>
        <Button type="submit" look="primary" disabled={busy || user === '' || !isComplete(value, user)}>
          {busy ? 'Making the account …' : 'Make the account'}
        </Button>
      </div>
    </form>
  );
}
