import { join } from 'node:path';
import type { Clock, GatewayError, Logger } from '@fieldwarden/core';
import type { AuditTrail, Principal } from '@fieldwarden/gateway-contract';
import { PasswordHasher } from './passwords/password-hasher.js';
import { TotpOffers } from './passwords/totp-offers.js';
import type { Argon2Cost } from './passwords/argon2-hash.js';
import { SessionStore, type Session, type SessionHolder, type SessionLimits } from './sessions/session-store.js';
import type { PasswordSource, PrincipalSource } from './sign-in/password-source.js';
import type { SignInProvider } from './sign-in/sign-in-provider.js';
import { principalOf, SignInDesk } from './sign-in/sign-in-desk.js';
import { AccountStore } from './store/account-store.js';
import { TokenStore } from './tokens/token-store.js';

export interface AccessDependencies {
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Runs what writes a file; a reserve of the disk may help it. Default: just runs it. */
  readonly keeping?: (write: () => Promise<void>) => Promise<void>;
  /** Called when a file turns out to be damaged, and when it is sound again. */
  readonly onTrouble?: (file: 'accounts' | 'tokens', trouble: GatewayError | undefined) => void;
}

export interface AccessOptions {
  readonly sessions?: Partial<SessionLimits>;
  /** Of password hashes. */
  readonly cost?: Argon2Cost;
  /** Of tokens. Default: of the system. */
  readonly random?: (size: number) => Buffer;
}

/** Who opened a session: a local account, or an API token. Others are the ids of directories. */
export const accountSource = 'account';
export const tokenSource = 'token';

/** Everything by which somebody comes in, of one home: accounts, tokens, sessions, and the desk where people sign in. */
export class Access {
  readonly accounts: AccountStore;
  readonly tokens: TokenStore;
  readonly sessions: SessionStore;
  readonly desk: SignInDesk;
  readonly hasher: PasswordHasher;
  readonly totpOffers: TotpOffers;
  /** What the sign-in page offers beside name and password. */
  oidc: SignInProvider | null = null;
  /** Whether who does not sign in may look at everything. */
  isOpenToViewers = false;
  readonly #listeners = new Set<() => void>();
  readonly #sources = new Map<string, PrincipalSource>();

  private constructor(
    accounts: AccountStore,
    tokens: TokenStore,
    sessions: SessionStore,
    deps: AccessDependencies,
    cost?: Argon2Cost,
  ) {
    this.accounts = accounts;
    this.tokens = tokens;
    this.sessions = sessions;
    this.hasher = new PasswordHasher(cost);
    this.totpOffers = new TotpOffers(deps.clock);
    this.desk = new SignInDesk({ ...deps, accounts, hasher: this.hasher });
    accounts.follow((name, account) => {
      if (!account?.enabled) void sessions.endOf({ source: accountSource, name });
      this.changed();
    });
  }

  /** Files that are damaged let nobody in by them: see `trouble` of each store. */
  static async open(home: string, deps: AccessDependencies, options: AccessOptions = {}): Promise<Access> {
    const { clock, logger, keeping, onTrouble } = deps;
    const common = { clock, ...(keeping && { keeping }) };
    const accounts = await AccountStore.open(join(home, 'accounts.json'), {
      ...common,
      onTrouble: (trouble) => onTrouble?.('accounts', trouble),
    });
    const tokens = await TokenStore.open(join(home, 'tokens.json'), {
      ...common,
      ...(options.random && { random: options.random }),
      onTrouble: (trouble) => onTrouble?.('tokens', trouble),
    });
    const { sessions: limits } = options;
    const sessions = SessionStore.open(join(home, 'sessions.json'), { logger, clock, ...(limits && { limits }) });
    return new Access(accounts, tokens, sessions, deps, options.cost);
  }

  /** Who holds this session, with what he may do now; undefined if nothing any more. */
  holderOf(session: Session): Principal | undefined {
    const { source, name, principal } = session;
    if (source === tokenSource) return this.tokens.principalOf(name);
    if (source === accountSource) return this.#accountHolder(session);
    const people = this.#sources.get(source);
    if (!principal || !people?.grantsNow) return people && principal;
    const grants = people.grantsNow(name, { grants: principal.grants, atMs: session.openedAtMs });
    return grants && { ...principal, grants };
  }

  /** The set-up token in clear, at the first start on this home; undefined later. */
  async createSetupToken(): Promise<string | undefined> {
    return this.accounts.hasAdmin ? undefined : await this.tokens.createSetupToken();
  }

  /** From now on sessions of its people stand, and names that are no local account are looked up there if it knows passwords. Until disposed. */
  use(source: PrincipalSource | PasswordSource): Disposable {
    const asked = 'signIn' in source ? this.desk.use(source) : undefined;
    this.#sources.set(source.id, source);
    return {
      [Symbol.dispose]: () => {
        asked?.[Symbol.dispose]();
        if (this.#sources.get(source.id) === source) this.#sources.delete(source.id);
        this.changed();
      },
    };
  }

  /** Told when somebody may have lost what he had: what stays open is looked at again. */
  follow(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** After a change of tokens or sessions; accounts tell by themselves. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Writes what could not be kept before. Rejects with what the disk says. */
  async keep(): Promise<void> {
    await this.accounts.keep();
    await this.tokens.keep();
  }

  /** Who opens a session as this local account. */
  accountHolder(name: string): SessionHolder {
    return { source: accountSource, name, accountMadeAt: this.accounts.find(name)?.createdAt };
  }

  /** An account that was made anew under the same name is somebody else. */
  #accountHolder({ name, accountMadeAt }: Session): Principal | undefined {
    const account = this.accounts.find(name);
    if (!account?.enabled || account.createdAt !== accountMadeAt) return undefined;
    return principalOf(account);
  }
}
