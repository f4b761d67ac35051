import { systemClock, type Clock, type GatewayError } from '@fieldwarden/core';
import type { Role } from '@fieldwarden/gateway-contract';
import { readAccounts, writeAccounts } from './account-file.js';
import { badAccount, checkAreas, checkName, isThumbprint, type Account, type AccountTotp } from './account.js';
import { KeptList, type Kept } from './kept-list.js';

const maxAccounts = 500;
const maxCertificates = 10;

export interface AccountStoreOptions {
  readonly clock?: Clock;
  /** Runs what writes the file; a reserve of the disk may help it. Default: just runs it. */
  readonly keeping?: (write: () => Promise<void>) => Promise<void>;
  /** Called when the file turns out to be damaged, and when it is sound again. */
  readonly onTrouble?: (trouble: GatewayError | undefined) => void;
}

export interface NewAccount {
  readonly name: string;
  readonly role: Role;
  readonly areas: readonly string[];
  /** PHC string. */
  readonly password: string;
}

/** What may be changed of an account; what is left out stays. */
export interface AccountChange {
  readonly role?: Role | undefined;
  readonly areas?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
  /** PHC string. */
  readonly password?: string | undefined;
  readonly totp?: AccountTotp | null | undefined;
  readonly certificates?: readonly string[] | undefined;
}

/** Told when an account was changed; undefined when it is gone. `isProofGone`: its password is another, or a certificate is its own no more. */
export type AccountListener = (name: string, account: Account | undefined, isProofGone: boolean) => void;

/** The accounts of this gateway: `<home>/accounts.json`, mode 0600. Passwords are made and compared elsewhere: here are their hashes. */
export class AccountStore {
  readonly #list: KeptList<Account>;
  readonly #clock: Clock;
  readonly #listeners = new Set<AccountListener>();

  private constructor(file: string, { clock = systemClock, keeping, onTrouble }: AccountStoreOptions) {
    this.#clock = clock;
    this.#list = new KeptList<Account>({
      read: () => readAccounts(file),
      write: (accounts) => writeAccounts(file, accounts),
      keeping,
      onTrouble,
    });
  }

  /** A file that does not exist holds no accounts; one that cannot be understood lets nobody in: see `trouble`. */
  static async open(file: string, options: AccountStoreOptions = {}): Promise<AccountStore> {
    const store = new AccountStore(file, options);
    await store.#list.read();
    return store;
  }

  get trouble(): GatewayError | undefined {
    return this.#list.trouble;
  }

  /** False until the first admin was made; true while the file is damaged, since nobody knows. */
  get hasAdmin(): boolean {
    return this.trouble !== undefined || this.#list.entries.some(isAdmin);
  }

  /** Names that differ by case are one. */
  find(name: string): Account | undefined {
    return this.#list.entries.find((account) => isSame(account.name, name));
  }

  findByCertificate(thumbprint: string): Account | undefined {
    return this.#list.entries.find(({ certificates }) => certificates.includes(thumbprint));
  }

  /** In order of creation. Throws `ACCOUNTS_DAMAGED`. */
  async list(): Promise<readonly Account[]> {
    await this.#list.readable();
    return this.#list.entries;
  }

  /**
   * Throws kind `config`: `ACCOUNT_NAME`, `BAD_AREA`, `ACCOUNT_EXISTS`, `TOO_MANY_ACCOUNTS`, `ACCOUNTS_DAMAGED`; `ADMIN_EXISTS` where it was to be the
   * first admin and another was quicker.
   */
  async create(account: NewAccount, { asFirstAdmin = false } = {}): Promise<Account> {
    await this.#list.readable();
    const { name, role, areas, password } = account;
    checkName(name);
    checkAreas(areas);
    if (asFirstAdmin && this.hasAdmin) throw badAccount('ADMIN_EXISTS', 'the first admin was made already');
    if (this.find(name)) throw badAccount('ACCOUNT_EXISTS', `there is an account ${name} already`);
    const { entries } = this.#list;
    if (entries.length >= maxAccounts)
      throw badAccount('TOO_MANY_ACCOUNTS', `there are ${maxAccounts} accounts already`);
    const kept: Account = {
      name,
      role,
      areas,
      enabled: true,
      createdAt: this.#now(),
      lastSignInAt: null,
      password,
      totp: null,
      certificates: [],
    };
    await this.#list.give([...entries, kept]);
    return kept;
  }

  /** At once, whether it can be kept or not. Undefined if there is none of this name. Throws `BAD_AREA`, `BAD_CERTIFICATE`, `LAST_ADMIN`, `ACCOUNTS_DAMAGED`. */
  async change(name: string, change: AccountChange): Promise<Kept | undefined> {
    await this.#list.readable();
    const before = this.find(name);
    if (!before) return undefined;
    if (change.areas) checkAreas(change.areas);
    if (change.certificates) this.#checkCertificates(before.name, change.certificates);
    const after: Account = { ...before, ...withoutUndefined(change) };
    this.#keepAdmin(before, after);
    const kept = this.#list.take(this.#with(before, after));
    const lost = before.certificates.some((thumbprint) => !after.certificates.includes(thumbprint));
    this.#tell(before.name, after, lost || change.password !== undefined);
    return await kept;
  }

  /** As `change`. */
  async remove(name: string): Promise<Kept | undefined> {
    await this.#list.readable();
    const account = this.find(name);
    if (!account) return undefined;
    this.#keepAdmin(account, undefined);
    const kept = this.#list.take(this.#list.entries.filter((entry) => entry !== account));
    this.#tell(account.name, undefined, false);
    return await kept;
  }

  /** Somebody came in; with a dearer hash, and the step of the code. Resolves when it is on disk, or failed to get there. Never rejects. */
  async noteSignIn(
    name: string,
    {
      password,
      lastStep,
      of,
    }: { readonly password?: string; readonly lastStep?: number; /** The hash that matched. */ readonly of: string },
  ): Promise<void> {
    const before = this.find(name);
    if (before?.password !== of) return; // another one was given meanwhile
    const totp = before.totp && lastStep !== undefined ? { ...before.totp, lastStep } : before.totp;
    const after = { ...before, lastSignInAt: this.#now(), totp, ...(password !== undefined && { password }) };
    this.#list.note(this.#with(before, after));
    await this.keep().catch(() => undefined); // a full disk keeps nobody from signing in
  }

  /** Writes what could not be kept before. Rejects with what the disk says. */
  async keep(): Promise<void> {
    await this.#list.keep();
  }

  follow(listener: AccountListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #with(before: Account, after: Account): readonly Account[] {
    return this.#list.entries.map((entry) => (entry === before ? after : entry));
  }

  #tell(name: string, account: Account | undefined, isProofGone: boolean): void {
    for (const listener of this.#listeners) listener(name, account, isProofGone);
  }

  /** Somebody must be able to come in when the directory is away. */
  #keepAdmin(before: Account, after: Account | undefined): void {
    if (!isAdmin(before) || (after && isAdmin(after))) return;
    if (this.#list.entries.some((entry) => entry !== before && isAdmin(entry))) return;
    throw badAccount('LAST_ADMIN', `nobody but ${before.name} is an admin who may sign in`);
  }

  #checkCertificates(name: string, thumbprints: readonly string[]): void {
    if (thumbprints.length > maxCertificates || !thumbprints.every(isThumbprint))
      throw badAccount(
        'BAD_CERTIFICATE',
        `there are at most ${maxCertificates} certificates, each a SHA-1 of 40 hex digits, upper case`,
      );
    for (const thumbprint of thumbprints) {
      const other = this.findByCertificate(thumbprint);
      if (other && other.name !== name)
        throw badAccount('BAD_CERTIFICATE', `the certificate ${thumbprint} stands for ${other.name} already`);
    }
  }

  #now(): string {
    return new Date(this.#clock.wallMs()).toISOString();
  }
}

function isAdmin({ role, enabled }: Account): boolean {
  return role === 'admin' && enabled;
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function withoutUndefined(change: AccountChange): Partial<Account> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
