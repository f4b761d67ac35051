import type { ReactElement } from 'react';
import { Button } from '../../parts/button.js';
import { Note, ProblemNote } from '../../parts/problem-note.js';
import { useNow } from '../../parts/now.js';
import { sentence } from '../../format/sentence.js';
import type { SignInAttempt } from './use-sign-in.js';

interface SignInEndProps {
  readonly state: SignInAttempt;
  /** Everything that is needed was typed. */
  readonly complete: boolean;
  readonly label?: string;
}

/** The button of a sign-in form, and below it why the last attempt failed. Counts down where the gateway wants a pause. */
export function SignInEnd({ state, complete, label = 'Sign in' }: SignInEndProps): ReactElement {
  const { busy, error, waitUntilMs } = state;
  const waitS = Math.ceil(((waitUntilMs ?? 0) - useNow()) / 1_000);
  const waiting = waitS > 0;
  return (
    <>
      <Button type="submit" look="primary" disabled={busy || waiting || !complete}>
        {busy ? 'Signing in …' : waiting ? `${label} (in ${waitS} s)` : label}
      </Button>
      {error && waitUntilMs === undefined && <ProblemNote error={error} title="Not signed in" />}
      {error && waitUntilMs !== undefined && (
        <Note tone="warning" icon="hourglass" title="Not signed in" role="alert">
          <p className="detail">
            {sentence(error.message)} {waiting ? `Try again in ${waitS} s.` : 'You can try again now.'}
          </p>
        </Note>
      )}
    </>
  );
}
