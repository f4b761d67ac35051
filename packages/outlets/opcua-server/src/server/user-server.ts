import type { AccessDesk } from '@fieldwarden/service';
import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import {
  AnonymousIdentityToken,
  OPCUAServer,
  StatusCodes,
  UserNameIdentityToken,
  UserTokenType,
  X509IdentityToken,
  type ActivateSessionRequest,
  type EndpointDescription,
  type OPCUAServerOptions,
  type ServerSecureChannelLayer,
  type ServerSession,
  type SignatureData,
  type StatusCode as UaStatusCode,
  type UserIdentityToken,
} from 'node-opcua';
import type { AnonymousAccess } from '../users/anonymous.js';
import { judgeToken, MovedCertificates, tokenThumbprint } from '../users/certificate-tokens.js';
import { offerTokens } from '../users/offered-tokens.js';
import { SessionUsers } from '../users/session-users.js';
import type { Notices } from './notices.js';

export type Message = Parameters<OPCUAServer['_apply_on_SessionObject']>[1];
type IdentityVerdict = (error: Error | null, statusCode?: UaStatusCode) => void;
type AccessVerdict = (error: Error | null, isAuthorized?: boolean, statusCode?: UaStatusCode) => void;

export interface UserServerOptions extends OPCUAServerOptions {
  readonly anonymous: AnonymousAccess;
}

export interface UserServerDependencies {
  readonly desk: AccessDesk;
  readonly logger: Logger;
  readonly notices: Notices;
  readonly clock: Clock;
}

/** Members of the library's engine that its types do not show. */
interface SessionEngine {
  getSessions(): ServerSession[];
  closeSession(token: ServerSession['authenticationToken'], deleteSubscriptions: boolean, reason: string): void;
}

/** The library's server, whose users are the gateway's accounts (SPEC §13.1). Answers alike for a name that is unknown and a wrong password. */
export abstract class UserServer extends OPCUAServer {
  readonly users: SessionUsers;
  readonly #deps: UserServerDependencies;
  readonly #moved = new MovedCertificates();

  constructor(options: UserServerOptions, dependencies: UserServerDependencies) {
    super({ ...options, allowAnonymous: options.anonymous !== false });
    this.#deps = dependencies;
    const engine = (): SessionEngine => this.engine;
    this.users = new SessionUsers({
      ...dependencies,
      anonymous: options.anonymous,
      sessions: () => engine().getSessions(),
      end: (session) => engine().closeSession(session.authenticationToken, true, 'Terminated'),
    });
    this.roleResolvers.push(this.users);
    this.userManager = {
      getUserRoles: () => [],
      isValidUser: (session, user, password) => this.users.signIn(session, user, password),
      getIdentitiesForRole: () => [],
      bind: () => undefined,
    };
  }

  /** Once the server is initialised: there are no endpoints before. */
  offerTokens(): void {
    const endpoints = this.endpoints.flatMap((endpoint) => endpoint.endpointDescriptions());
    offerTokens(endpoints, this.users.anonymous);
  }

  /** Answers a request that failed. */
  protected abstract fault(message: Message, channel: ServerSecureChannelLayer, cause: unknown): void;

  protected override _on_ActivateSessionRequest(message: Message, channel: ServerSecureChannelLayer): void {
    try {
      const request = message.request as ActivateSessionRequest;
      // A client that says nothing is anonymous, and is told so where that is off; the library throws.
      request.userIdentityToken ??= new AnonymousIdentityToken({ policyId: this.#anonymousPolicyOf(message) });
      const session = this.getSession(request.requestHeader.authenticationToken);
      this.#moved.during(request, session, channel, () => super._on_ActivateSessionRequest(message, channel));
    } catch (error) {
      this.fault(message, channel, error);
    }
  }

  protected override isValidUserIdentityToken(
    channel: ServerSecureChannelLayer,
    session: ServerSession,
    shownToken: UserIdentityToken,
    signature: SignatureData,
    endpoint: EndpointDescription,
    callback: IdentityVerdict,
  ): void {
    const token = this.#moved.realOf(shownToken);
    const refusal = this.#refusalOf(token, endpoint);
    if (refusal) {
      this.users.tellRefused(shownName(token), channel.remoteAddress, refusal.why);
      return callback(null, refusal.status);
    }
    this.users.belongs(token, session);
    if (!(token instanceof X509IdentityToken)) {
      return super.isValidUserIdentityToken(channel, session, token, signature, endpoint, callback);
    }
    const status = judgeToken(token, signature, {
      serverCertificate: this.getCertificate(),
      nonce: session.nonce,
      securityPolicy: channel.securityPolicy,
      nowMs: this.#deps.clock.wallMs(),
    });
    if (status.isNotGood()) this.users.tellRefused('a certificate', channel.remoteAddress, status.description);
    callback(null, status);
  }

  /** The answer may come long after the client has gone. */
  protected override isUserAuthorized(
    channel: ServerSecureChannelLayer,
    session: ServerSession,
    shownToken: UserIdentityToken,
    callback: AccessVerdict,
  ): void {
    const token = this.#moved.realOf(shownToken);
    const answer: AccessVerdict = (...verdict) => {
      try {
        callback(...verdict);
      } catch (error) {
        this.#deps.logger.debug(`OPC UA session can't be activated: ${messageOf(error)}`, { error });
      }
    };
    if (token instanceof X509IdentityToken) {
      const thumbprint = tokenThumbprint(token) ?? '';
      void this.users.signInByCertificate(session, thumbprint).then((isAuthorized) => answer(null, isAuthorized));
    } else {
      if (token instanceof AnonymousIdentityToken) this.users.enterAnonymously(session);
      super.isUserAuthorized(channel, session, token, answer);
    }
  }

  /** What can be told of a token without asking who it is. */
  #refusalOf(
    token: UserIdentityToken,
    { userIdentityTokens, securityPolicyUri }: EndpointDescription,
  ): { readonly status: UaStatusCode; readonly why: string } | undefined {
    const offered = (type: UserTokenType): boolean =>
      (userIdentityTokens ?? []).some(({ tokenType }) => tokenType === type);
    if (token instanceof AnonymousIdentityToken) {
      return offered(UserTokenType.Anonymous)
        ? undefined
        : { status: StatusCodes.BadIdentityTokenRejected, why: noName };
    }
    const type = token instanceof X509IdentityToken ? UserTokenType.Certificate : UserTokenType.UserName;
    const isKnown = token instanceof X509IdentityToken || token instanceof UserNameIdentityToken;
    if (!isKnown)
      return { status: StatusCodes.BadIdentityTokenInvalid, why: 'this kind of identity is not known here' };
    if (offered(type)) return undefined;
    const policy = securityPolicyUri?.split('#')[1] ?? 'none';
    return {
      status: StatusCodes.BadIdentityTokenRejected,
      why: `${notEncrypted}, and this one came over policy ${policy}`,
    };
  }

  #anonymousPolicyOf(message: Message): string | null {
    const session = this.getSession((message.request as ActivateSessionRequest).requestHeader.authenticationToken);
    const policies = session?.endpoint?.userIdentityTokens ?? [];
    return policies.find(({ tokenType }) => tokenType === UserTokenType.Anonymous)?.policyId ?? null;
  }
}

const noName =
  'clients without a name are not let in here. Sign in with the name and password of an account (fieldwarden users add), ' +
  'or write opcua: { anonymous: viewer } to let them read';

const notEncrypted = 'names, passwords and certificates of users are taken over encrypted policies only';

function shownName(token: UserIdentityToken): string {
  if (token instanceof UserNameIdentityToken) return token.userName ?? 'a client';
  return token instanceof X509IdentityToken ? 'a certificate' : 'a client without a name';
}
