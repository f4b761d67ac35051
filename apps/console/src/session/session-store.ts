import type { Permission, PrincipalProof, Role } from '@fieldwarden/gateway-contract';
import { createStore } from '../state/store.js';

export interface ConsoleSession {
  /** `asking`: not known yet. `away`: the gateway did not answer the question. */
  readonly phase: 'asking' | 'away' | 'signed-in' | 'signed-out';
  /** Of the account, or of the token that opened the session. */
  readonly name: string | null;
  readonly csrfToken: string | null;
  readonly roles: readonly Role[];
  /** What may be done at least somewhere. */
  readonly permissions: ReadonlySet<Permission>;
  /** Globs over tag paths: where tags may be written and alarms acknowledged. */
  readonly areas: readonly string[];
  readonly proof: PrincipalProof | null;
  /** Came in by the set-up token: makes the first account. */
  readonly setup: boolean;
  /** The gateway has no admin yet. */
  readonly needsAdmin: boolean;
  /** Somebody was signed in here, and the gateway ended it: nobody asked for it on this page. */
  readonly ended: boolean;
  /** Somebody wants to sign in, though the gateway lets everybody look. */
  readonly atDoor: boolean;
  /** The gateway lets everybody look without signing in. */
  readonly isOpen: boolean;
  /** Code of why a sign-in over a provider did not lead in. */
  readonly refused: string | undefined;
  /** Where else people may sign in, if there is such a place. */
  readonly oidc: { readonly title: string } | null;
}

const nobody: ConsoleSession = {
  phase: 'asking',
  name: null,
  csrfToken: null,
  roles: [],
  permissions: new Set(),
  areas: [],
  proof: null,
  setup: false,
  needsAdmin: false,
  ended: false,
  atDoor: false,
  isOpen: false,
  refused: undefined,
  oidc: null,
};

export const sessionStore = createStore<ConsoleSession>(nobody);

/** Rises when the gateway refused what this page had taken for allowed: somebody's role was changed. */
export const doubts = createStore(0);

/** Nobody is known any more; what the sign-in page has to know of the gateway stays. */
export function forgetPerson(phase: 'away' | 'signed-out'): void {
  sessionStore.update((before) => {
    const { needsAdmin, oidc, atDoor, isOpen, refused } = before;
    return { ...nobody, phase, needsAdmin, oidc, atDoor, isOpen, refused, ended: wasEnded(before) };
  });
}

/** Whether whoever is not signed in now was thrown out. */
export function wasEnded({ phase, ended }: ConsoleSession): boolean {
  return ended || phase === 'signed-in';
}

/** Whether who may look without signing in is not who stands here: somebody who wants to sign in, or was thrown out and has to hear it. */
export function staysOut({ atDoor, ended, phase, proof }: ConsoleSession): boolean {
  return atDoor || ended || (phase === 'signed-in' && proof !== 'anonymous');
}

/** Out as asked: nothing to explain at the door. */
export function leave(): void {
  sessionStore.update(({ needsAdmin, oidc, isOpen }) => ({
    ...nobody,
    phase: 'signed-out',
    needsAdmin,
    oidc,
    isOpen,
    atDoor: true,
  }));
}

/** Whoever came back from a provider without being let in stands at the door, and is told why. */
export function turnAway(refused: string): void {
  sessionStore.update((session) => ({ ...session, atDoor: true, refused }));
}

/** As everybody may. */
export function lookOnly(): void {
  sessionStore.update((session) => ({ ...session, atDoor: false, ended: false, refused: undefined, phase: 'asking' }));
}
