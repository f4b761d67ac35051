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
  oidc: null,
};

export const sessionStore = createStore<ConsoleSession>(nobody);

/** Rises when the gateway refused what this page had taken for allowed: somebody's role was changed. */
export const doubts = createStore(0);

/** Nobody is known any more; what the sign-in page has to know of the gateway stays. */
export function forgetPerson(phase: 'away' | 'signed-out'): void {
  sessionStore.update((before) => {
    const { needsAdmin, oidc } = before;
    return { ...nobody, phase, needsAdmin, oidc, ended: wasEnded(before) };
  });
}

/** Whether whoever is not signed in now was thrown out. */
export function wasEnded({ phase, ended }: ConsoleSession): boolean {
  return ended || phase === 'signed-in';
}

/** Out as asked: nothing to explain at the door. */
export function leave(): void {
  sessionStore.update(({ needsAdmin, oidc }) => ({ ...nobody, phase: 'signed-out', needsAdmin, oidc }));
}
