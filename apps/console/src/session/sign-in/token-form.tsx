import { useState, type ReactElement, type SubmitEvent } from 'react';
import { SignInEnd } from './sign-in-end.js';
import { useSignIn } from './use-sign-in.js';

interface TokenFormProps {
  /** Nobody has an account yet: the set-up token is what is asked for. */
  readonly isFirst: boolean;
  /** As it came with the address of the page. */
  readonly given: string;
}

/** The second way in, and the first one at the very first start. */
export function TokenForm({ isFirst, given }: TokenFormProps): ReactElement {
  const [token, setToken] = useState(given);
  const state = useSignIn();
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    state.attempt({ token: token.trim() });
  };
  return (
    <form onSubmit={onSubmit}>
      {isFirst && (
        <p>This gateway has no admin yet. The set-up token that it printed at its first start makes the first one.</p>
      )}
      <label className="field">
        Token
        <input
          className="input wide mono"
          type="password"
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          required
          autoFocus
        />
      </label>
      <SignInEnd state={state} complete={token.trim() !== ''} />
      <WhereIsTheToken />
    </form>
  );
}

function WhereIsTheToken(): ReactElement {
  return (
    <details>
      <summary>Where do I find the token?</summary>
      <div className="empty">
        <p>
          The first time: the gateway prints a set-up token in its terminal at its very first start, as{' '}
          <code>Set-up token, shown only this once: fw_…</code> It makes the first account, and none after that.
        </p>
        <p>Lost it? On the machine of the gateway, as the user who started it, make the first account:</p>
        <code className="command">fieldwarden users add NAME --role admin</code>
        <p>
          or a token: <code>fieldwarden tokens create NAME --role ROLE</code>. With <code>npm start</code>, add{' '}
          <code>--home .fieldwarden</code>.
        </p>
      </div>
    </details>
  );
}
