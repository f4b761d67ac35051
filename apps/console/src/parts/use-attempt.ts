import { useState } from 'react';
import { ApiError } from '../api/api-error.js';

export interface Attempt {
  readonly busy: boolean;
  /** Why the last one failed; undefined while another is under way. */
  readonly error: ApiError | undefined;
  /** Does it; a rejection is shown by `error`. Never rejects. */
  readonly run: (work: () => Promise<unknown>) => Promise<void>;
}

/** Something that takes a while and may fail. */
export function useAttempt(): Attempt {
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(ApiError.of(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
