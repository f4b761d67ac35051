import { useState } from 'react';
import { ApiError } from '../../api/api-error.js';
import { browserClock } from '../../platform/browser-clock.js';
import { signIn } from '../session-requests.js';

export interface SignInAttempt {
  readonly busy: boolean;
  readonly error: ApiError | undefined;
  /** Until when the gateway wants no other attempt, ms since 1970 UTC. */
  readonly waitUntilMs: number | undefined;
  readonly attempt: (proof: Parameters<typeof signIn>[0]) => void;
}

/** One attempt at a time, and what became of the last one. `onRefused` looks at why before it is shown; true: it says so itself. */
export function useSignIn(onRefused: (error: ApiError) => boolean = () => false): SignInAttempt {
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const [waitUntilMs, setWaitUntilMs] = useState<number>();
  const attempt = async (proof: Parameters<typeof signIn>[0]): Promise<void> => {
    setBusy(true);
    setError(undefined);
    setWaitUntilMs(undefined);
    try {
      await signIn(proof);
    } catch (thrown) {
      const refusal = ApiError.of(thrown);
      if (refusal.retryAfterS !== undefined) setWaitUntilMs(browserClock.now() + refusal.retryAfterS * 1_000);
      if (!onRefused(refusal)) setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, waitUntilMs, attempt: (proof) => void attempt(proof) };
}
