import { createStore } from '../state/store.js';

export interface ConsoleSession {
  /** `asking`: not known yet. `away`: the gateway did not answer the question. */
  readonly phase: 'asking' | 'away' | 'signed-in' | 'signed-out';
  /** Name of the token that opened the session. */
  readonly name: string | null;
  readonly csrfToken: string | null;
}

export const sessionStore = createStore<ConsoleSession>({ phase: 'asking', name: null, csrfToken: null });
