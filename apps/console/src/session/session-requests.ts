import type { SessionAnswer } from '@fieldwarden/admin-contract';
import { answered, api } from '../api/api-client.js';
import { ApiError } from '../api/api-error.js';
import { sessionStore } from './session-store.js';

function take({ authenticated, name, csrfToken }: SessionAnswer): void {
  sessionStore.set({ phase: authenticated ? 'signed-in' : 'signed-out', name, csrfToken });
}

/** Asks the gateway who we are: the cookie may still be good, or a bearer proxy may speak for us. */
export async function resumeSession(): Promise<void> {
  try {
    take(await answered(api.GET('/session')));
  } catch (error) {
    const phase = ApiError.of(error).status === 401 ? 'signed-out' : 'away';
    sessionStore.set({ phase, name: null, csrfToken: null });
  }
}

export async function signIn(token: string): Promise<void> {
  take(await answered(api.POST('/session', { body: { token } })));
}

export async function signOut(): Promise<void> {
  await answered(api.DELETE('/session'));
  sessionStore.set({ phase: 'signed-out', name: null, csrfToken: null });
}
