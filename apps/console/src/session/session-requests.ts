import type { SessionAnswer } from '@fieldwarden/admin-contract';
import { answered, api } from '../api/api-client.js';
import { ApiError } from '../api/api-error.js';
import { forgetPerson, leave, sessionStore, staysOut, turnAway, wasEnded } from './session-store.js';
import { takeSignInRefusal } from './sign-in/sign-in-refusal.js';

function take(answer: SessionAnswer): void {
  const { authenticated, permissions, schema: _, expiresAt: _until, ...known } = answer;
  const before = sessionStore.get();
  const isOpen = known.proof === 'anonymous';
  const isIn = authenticated && !(isOpen && staysOut(before));
  sessionStore.set({
    ...known,
    phase: isIn ? 'signed-in' : 'signed-out',
    permissions: new Set(permissions),
    ended: !isIn && !before.atDoor && wasEnded(before),
    atDoor: !isIn && before.atDoor,
    isOpen,
    refused: isIn ? undefined : before.refused,
  });
}

/** Asks the gateway who we are: the cookie may still be good, or a bearer proxy may speak for us. */
export async function resumeSession(): Promise<void> {
  const refused = takeSignInRefusal();
  if (refused !== undefined) turnAway(refused);
  try {
    take(await answered(api.GET('/session')));
  } catch (error) {
    forgetPerson(ApiError.of(error).status === 401 ? 'signed-out' : 'away');
  }
}

/** Who we are by now, where that may have changed; without an answer everything stays as it is. */
export async function refreshSession(): Promise<void> {
  try {
    take(await answered(api.GET('/session')));
  } catch {
    // Whatever is asked next says the same.
  }
}

export interface PasswordSignIn {
  readonly user: string;
  readonly password: string;
  /** Six digits, where the account has a second factor. */
  readonly totp?: string;
}

export async function signIn(proof: { readonly token: string } | PasswordSignIn): Promise<void> {
  take(await answered(api.POST('/session', { body: proof })));
}

export async function signOut(): Promise<void> {
  await answered(api.DELETE('/session'));
  leave();
}
