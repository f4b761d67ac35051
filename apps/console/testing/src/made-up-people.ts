import { permissionsOf, type Role } from '@fieldwarden/gateway-contract';
import { randomBytes } from 'node:crypto';

/** Accounts, tokens and sessions of the made-up plant. Everybody's password is the same, the code of a second factor is 123456. */
export const everybodysPassword = 'correct horse battery';
export const everybodysCode = '123456';
export const setUpToken = 'setup';

export interface Account {
  readonly name: string;
  role: Role;
  areas: readonly string[];
  enabled: boolean;
  readonly createdAt: string;
  lastSignInAt: string | null;
  totp: boolean;
  password: string;
}

export interface Session {
  readonly id: string;
  readonly user: string;
  readonly openedAt: string;
  readonly proof: 'password' | 'token' | 'setup';
}

export interface Token {
  readonly name: string;
  readonly token: string;
  readonly role: Role;
  readonly areas: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

const everywhere: readonly string[] = ['**'];
const createdAt = '2026-03-02T08:00:00.000Z';

function account(name: string, role: Role, more: Partial<Account> = {}): Account {
  return {
    name,
    role,
    areas: everywhere,
    enabled: true,
    createdAt,
    lastSignInAt: null,
    totp: false,
    password: everybodysPassword,
    ...more,
  };
}

export class MadeUpPeople {
  readonly accounts = new Map<string, Account>();
  readonly tokens = new Map<string, Token>();
  readonly sessions = new Map<string, Session>();
  /** Wrong tries since the last right one. */
  wrongTries = 0;

  constructor() {
    const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
    for (const each of [
      account('anna', 'admin', { lastSignInAt: ago(3) }),
      account('erik', 'engineer', { totp: true, lastSignInAt: ago(1_500) }),
      account('oskar', 'operator', { areas: ['packaging/**'], lastSignInAt: ago(42) }),
      account('vera', 'viewer'),
      account('former-colleague', 'engineer', { enabled: false, lastSignInAt: ago(400_000) }),
    ])
      this.accounts.set(each.name, each);
    const token = { createdAt, areas: everywhere, expiresAt: null };
    this.tokens.set('demo', { ...token, name: 'demo', token: 'demo', role: 'admin' });
    this.tokens.set('reports', {
      ...token,
      name: 'reports',
      token: 'reports',
      role: 'viewer',
      expiresAt: ago(-40_000),
    });
  }

  open(user: string, proof: Session['proof']): Session {
    const session = { id: randomBytes(8).toString('hex'), user, proof, openedAt: new Date().toISOString() };
    this.sessions.set(session.id, session);
    return session;
  }

  endSessionsOf(user: string): number {
    const theirs = [...this.sessions.values()].filter((session) => session.user === user);
    for (const { id } of theirs) this.sessions.delete(id);
    return theirs.length;
  }

  /** Role and areas of whoever has the session; undefined if it is over. */
  grantOf({ user, proof }: Session): { readonly role: Role; readonly areas: readonly string[] } | undefined {
    if (proof === 'setup') return { role: 'viewer', areas: [] };
    if (proof === 'token') return this.tokens.get(user);
    const found = this.accounts.get(user);
    return found?.enabled === true ? found : undefined;
  }

  /** `GET /session`. */
  answer(session: Session | undefined, csrfToken: string) {
    const grant = session && this.grantOf(session);
    return {
      schema: 'fieldwarden/session@1',
      authenticated: grant !== undefined,
      name: grant ? session.user : null,
      csrfToken: grant ? csrfToken : null,
      expiresAt: null,
      roles: grant ? [grant.role] : [],
      permissions: grant ? [...permissionsOf[grant.role]] : [],
      areas: grant?.areas ?? [],
      proof: grant ? session.proof : null,
      setup: session?.proof === 'setup',
      needsAdmin: ![...this.accounts.values()].some(({ role }) => role === 'admin'),
      oidc: null,
    };
  }

  userRow({ password: _, ...account }: Account) {
    const sessions = [...this.sessions.values()].filter(({ user }) => user === account.name).length;
    return { ...account, source: 'local', certificates: [], sessions, notKept: null };
  }
}
