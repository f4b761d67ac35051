import { isGatewayError, messageOf, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { AuditEntry, AuditTrail, Principal } from '@fieldwarden/gateway-contract';
import type { AccessDesk, CertificateAttempt, PasswordAttempt } from '@fieldwarden/service';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import { acceptedStep, fromBase32 } from '../passwords/totp.js';
import { grantsOf, type Account } from '../store/account.js';
import type { AccountStore } from '../store/account-store.js';
import type { PasswordSource } from './password-source.js';
import { signInRefused, totpNotHere, totpRequired, waitFirst } from './sign-in-errors.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { Turns } from './turns.js';

export interface SignInDeskDependencies {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface CodedAttempt extends PasswordAttempt {
  /** Six digits, where the account has a second factor. */
  readonly totp?: string | undefined;
}

/** Longer than any password. */
const maxSentLength = 1_024;

/** Of what was tried, in the audit. */
const maxNameLength = 64;

/** Where people sign in by name and password, over whatever road (SPEC §13.1): first the local accounts, then the directories. */
export class SignInDesk implements AccessDesk {
  readonly #deps: SignInDeskDependencies;
  readonly #throttle: SignInThrottle;
  /** One try of a name at a time. */
  readonly #elsewhere = new Turns();
  #sources: readonly PasswordSource[] = [];

  constructor(deps: SignInDeskDependencies) {
    this.#deps = deps;
    this.#throttle = new SignInThrottle(deps.clock);
  }

  /** From now on names that are no local account are looked up there, too. */
  use(source: PasswordSource): Disposable {
    this.#sources = [...this.#sources, source];
    return { [Symbol.dispose]: () => void (this.#sources = this.#sources.filter((other) => other !== source)) };
  }

  /**
   * Also rejects with `TOTP_REQUIRED`, kind `forbidden`: the password was right, a code is wanted; `TOTP_NOT_HERE` where this road has no place for
   * one. Each end is in the audit.
   */
  async signIn(attempt: CodedAttempt): Promise<Principal> {
    const user = attempt.user.slice(0, maxNameLength);
    try {
      const principal = await this.#whoIs(attempt);
      this.#throttle.right(attempt.user, attempt.from);
      this.#record(attempt, principal.name, 'done');
      return principal;
    } catch (error) {
      const isAsked = isGatewayError(error) && error.code === 'TOTP_REQUIRED';
      if (!isAsked) this.#record(attempt, user, 'refused', messageOf(error));
      throw error;
    }
  }

  signInByCertificate(attempt: CertificateAttempt): Promise<Principal> {
    const account = this.#deps.accounts.findByCertificate(attempt.thumbprint.toUpperCase());
    if (!account?.enabled) {
      this.#record(
        attempt,
        `certificate ${attempt.thumbprint}`,
        'refused',
        'it stands for no account that may come in',
      );
      return Promise.reject(signInRefused());
    }
    this.#record(attempt, account.name, 'done');
    return Promise.resolve({ ...principalOf(account), proof: 'certificate' });
  }

  follow(listener: (name: string, principal: Principal | undefined) => void): Disposable {
    // a new password ends what came in by the old one, a certificate that is taken away what came in by it
    return this.#deps.accounts.follow((name, account, isProofGone) => {
      listener(name, account?.enabled && !isProofGone ? principalOf(account) : undefined);
    });
  }

  /** Rejects with `SIGN_IN_REFUSED` unless this is the password of this local account: for what takes it once more. Counts as a try. */
  async confirm(attempt: PasswordAttempt): Promise<void> {
    const { accounts, hasher } = this.#deps;
    await this.#inTurn(attempt, async () => {
      const account = accounts.find(attempt.user);
      if (!(await hasher.matchesNow(account?.password, attempt.password))) throw signInRefused();
    });
  }

  async #whoIs(attempt: CodedAttempt): Promise<Principal> {
    if (attempt.password === '' || attempt.password.length > maxSentLength) throw signInRefused(attempt.totp);
    const isLocal = this.#deps.accounts.find(attempt.user) !== undefined;
    if (isLocal || this.#sources.length === 0) return await this.#inTurn(attempt, () => this.#local(attempt));
    return await this.#elsewhere.after(attempt.user, () => this.#tried(attempt, () => this.#askSources(attempt)));
  }

  /** One hash at a time: what the try before did to the throttle is seen by the next. */
  async #inTurn<Result>(attempt: PasswordAttempt, work: () => Promise<Result>): Promise<Result> {
    this.#refuseEarly(attempt);
    return await this.#deps.hasher.inTurn(attempt.from, () => this.#tried(attempt, work));
  }

  async #tried<Result>(attempt: PasswordAttempt, work: () => Promise<Result>): Promise<Result> {
    this.#refuseEarly(attempt);
    try {
      return await work();
    } catch (error) {
      if (isGatewayError(error) && error.code === 'SIGN_IN_REFUSED') this.#throttle.wrong(attempt.user, attempt.from);
      throw error;
    }
  }

  #refuseEarly({ user, from }: PasswordAttempt): void {
    const waitMs = this.#throttle.waitMs(user, from);
    if (waitMs > 0) throw waitFirst(waitMs);
  }

  /** Takes as long for a name that nobody has as for a wrong password. */
  async #local({ user, password, totp, via }: CodedAttempt): Promise<Principal> {
    const { accounts, hasher, clock } = this.#deps;
    const account = accounts.find(user);
    const matches = await hasher.matchesNow(account?.password, password);
    // what was changed meanwhile counts
    if (!matches || !account?.enabled || accounts.find(user) !== account) throw signInRefused(totp);
    if (account.totp && totp === undefined) throw via === 'opcua' ? totpNotHere() : totpRequired();
    const lastStep = account.totp
      ? acceptedStep(fromBase32(account.totp.secret), totp ?? '', clock.wallMs(), account.totp.lastStep)
      : undefined;
    if (account.totp && lastStep === undefined) throw signInRefused(totp);
    const dearer = hasher.isCheap(account.password) ? await hasher.hashNow(password) : undefined;
    await accounts.noteSignIn(user, {
      of: account.password,
      ...(dearer !== undefined && { password: dearer }),
      ...(lastStep !== undefined && { lastStep }),
    });
    return principalOf(account);
  }

  async #askSources({ user, password, totp, from }: CodedAttempt): Promise<Principal> {
    let away: unknown;
    for (const source of this.#sources) {
      try {
        const answer = await source.signIn({ user, password });
        if (answer !== 'unknown' && answer !== 'refused') return answer;
        if (answer === 'refused') break;
      } catch (error) {
        this.#deps.logger.warn(`${source.id} cannot say who ${user} is`, { error: messageOf(error) });
        away = error;
      }
    }
    if (away !== undefined) throw toGatewayError(away, 'DIRECTORY_FAILED');
    // takes as long as the wrong password of a local account: who is one is not to be found out by the clock
    const { hasher } = this.#deps;
    await hasher.inTurn(from, () => hasher.matchesNow(undefined, password));
    throw signInRefused(totp);
  }

  #record(
    { via, from, correlationId }: Pick<PasswordAttempt, 'via' | 'from' | 'correlationId'>,
    user: string,
    outcome: AuditEntry['outcome'],
    reason?: string,
  ): void {
    this.#deps.audit.record({
      user,
      via,
      action: 'sign-in',
      subject: user,
      after: { from },
      outcome,
      ...(reason !== undefined && { reason }),
      correlationId,
    });
  }
}

export function principalOf(account: Account): Principal {
  return { name: account.name, grants: grantsOf(account), proof: 'password' };
}
