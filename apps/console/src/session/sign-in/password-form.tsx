import { useState, type ReactElement, type SubmitEvent } from 'react';
import { PresentPasswordField } from '../../access/present-password-field.js';
import { useStore } from '../../state/store.js';
import { sessionStore } from '../session-store.js';
import { SignInEnd } from './sign-in-end.js';
import { useSignIn } from './use-sign-in.js';

/** User and password, and the code of the second factor once the gateway asks for it. */
export function PasswordForm(): ReactElement {
  const { oidc } = useStore(sessionStore);
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [codeWanted, setCodeWanted] = useState(false);
  const state = useSignIn(({ problem }) => {
    const wanted = problem?.code === 'TOTP_REQUIRED';
    if (wanted) setCodeWanted(true);
    return wanted && !codeWanted;
  });
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    state.attempt({ user: user.trim(), password, ...(codeWanted && { totp: code.replaceAll(' ', '') }) });
  };
  return (
    <form onSubmit={onSubmit}>
      <label className="field">
        User
        <input
          className="input wide"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={user}
          onChange={(event) => setUser(event.target.value)}
          required
          autoFocus
        />
      </label>
      <PresentPasswordField label="Password" value={password} onChange={setPassword} />
      {codeWanted && <CodeField code={code} onChange={setCode} />}
      <SignInEnd
        state={state}
        complete={user.trim() !== '' && password !== '' && (!codeWanted || code.trim() !== '')}
      />
      {oidc && (
        <a className="button" href="/api/v1/session/oidc/start">
          Sign in with {oidc.title}
        </a>
      )}
    </form>
  );
}

function CodeField({
  code,
  onChange,
}: {
  readonly code: string;
  readonly onChange: (code: string) => void;
}): ReactElement {
  return (
    <label className="field">
      Code of your second factor
      <input
        className="input wide mono"
        inputMode="numeric"
        autoComplete="one-time-code"
        placeholder="Six digits, from the app on your phone"
        maxLength={7}
        value={code}
        onChange={(event) => onChange(event.target.value)}
        required
        autoFocus
      />
    </label>
  );
}
