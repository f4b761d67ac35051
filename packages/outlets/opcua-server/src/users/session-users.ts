import { GatewayError, messageOf, newCorrelationId, toGatewayError, type Logger } from '@fieldwarden/core';
import { mayDo, notAllowed, type Principal } from '@fieldwarden/gateway-contract';
import type { AccessDesk } from '@fieldwarden/service';
import type { ISessionContext, NodeId, ServerSession, UserIdentityToken } from 'node-opcua';
import type { Notices } from '../server/notices.js';
import { anonymousPrincipal, nobody, type AnonymousAccess } from './anonymous.js';
import { uaRolesOf } from './ua-roles.js';

export interface SessionUsersDependencies {
  readonly desk: AccessDesk;
  readonly anonymous: AnonymousAccess;
  readonly notices: Notices;
  readonly logger: Logger;
  readonly sessions: () => readonly ServerSession[];
  readonly end: (session: ServerSession) => void;
}

/** What was changed at the desk while a sign-in waits for its answer. */
type Changes = Map<string, Principal | undefined>;

/** Characters of a name in log and events: a stranger may make one up. */
const maxShown = 64;

/** Who is behind each session (SPEC §13.1). An account that is changed changes its sessions at once, or ends them. */
export class SessionUsers implements Disposable {
  readonly anonymous: AnonymousAccess;
  readonly #deps: SessionUsersDependencies;
  readonly #principals = new WeakMap<ServerSession, Principal>();
  readonly #sessionOf = new WeakMap<UserIdentityToken, ServerSession>();
  /** One at a time for each. */
  readonly #signingIn = new Map<ServerSession, Changes>();
  readonly #following: Disposable;

  constructor(dependencies: SessionUsersDependencies) {
    this.#deps = dependencies;
    this.anonymous = dependencies.anonymous;
    this.#following = dependencies.desk.follow((name, principal) => this.#changed(name, principal));
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  /** Who asks; without a session, or before it is activated, nobody. */
  principalOf(context: ISessionContext | null): Principal {
    const session = (context as { readonly session?: ServerSession } | null)?.session;
    return (session && this.#principals.get(session)) ?? nobody;
  }

  /** The library asks by the token that a session has; see `belongs`. */
  resolveRoles(token: UserIdentityToken): NodeId[] {
    const session = this.#sessionOf.get(token);
    return uaRolesOf((session && this.#principals.get(session)) ?? nobody);
  }

  belongs(token: UserIdentityToken, session: ServerSession): void {
    this.#sessionOf.set(token, session);
  }

  enterAnonymously(session: ServerSession): void {
    if (this.anonymous !== false) this.#principals.set(session, anonymousPrincipal(this.anonymous));
  }

  /** True: the session is this user's from now on. Never rejects; whatever the reason, the client is told the same. */
  signIn(session: ServerSession, user: string, password: string): Promise<boolean> {
    return this.#enter(session, user, (attempt) => this.#deps.desk.signIn({ ...attempt, user, password }));
  }

  /** `thumbprint`: of the certificate, as in `CertificateAttempt`; that the client has its key has been seen. */
  signInByCertificate(session: ServerSession, thumbprint: string): Promise<boolean> {
    return this.#enter(session, `certificate ${thumbprint}`, (attempt) =>
      this.#deps.desk.signInByCertificate({ ...attempt, thumbprint }),
    );
  }

  async #enter(
    session: ServerSession,
    who: string,
    ask: (attempt: { from: string; via: 'opcua'; correlationId: string }) => Promise<Principal>,
  ): Promise<boolean> {
    const from = session.channel?.remoteAddress ?? '';
    // A client that asks again before it was answered does not wait for its own answer.
    if (this.#signingIn.has(session)) return false;
    const changes: Changes = new Map();
    this.#signingIn.set(session, changes);
    try {
      const answer = await ask({ from, via: 'opcua', correlationId: newCorrelationId() });
      const principal = changes.has(answer.name) ? changes.get(answer.name) : answer;
      if (!principal) throw changedMeanwhile();
      if (!mayDo(principal, 'view')) throw notAllowed(principal, 'view');
      if (session.status !== 'new' && session.status !== 'active') return false;
      this.#principals.set(session, principal);
      return true;
    } catch (thrown) {
      this.tellRefused(who, from, toGatewayError(thrown).message);
      return false;
    } finally {
      this.#signingIn.delete(session);
    }
  }

  /** People are told why; the client is not. */
  tellRefused(who: string, from: string, why: string): void {
    const shown = who.slice(0, maxShown);
    const message = `OPC UA: ${shown} at ${from || 'an unknown address'} was not let in: ${why}`;
    this.#deps.notices.tell(`sign-in ${from} ${shown}`, message, { user: shown, address: from });
  }

  #changed(name: string, principal: Principal | undefined): void {
    for (const changes of this.#signingIn.values()) changes.set(name, principal);
    const mayStay = principal && mayDo(principal, 'view') ? principal : undefined;
    for (const session of this.#deps.sessions()) {
      const present = this.#principals.get(session);
      if (present?.name !== name || present.proof === 'anonymous') continue;
      if (mayStay) this.#principals.set(session, { ...mayStay, proof: present.proof });
      else this.#end(session, name);
    }
  }

  #end(session: ServerSession, name: string): void {
    this.#principals.delete(session);
    const { sessionName } = session;
    try {
      this.#deps.end(session);
      this.#deps.logger.info(`OPC UA: session ${sessionName} of ${name} ended: the account was changed`);
    } catch (error) {
      this.#deps.logger.error(`OPC UA: session ${sessionName} of ${name} did not end: ${messageOf(error)}`, { error });
    }
  }
}

function changedMeanwhile(): GatewayError {
  const message = 'the account was changed meanwhile';
  return new GatewayError({ code: 'SIGN_IN_REFUSED', kind: 'forbidden', message });
}
