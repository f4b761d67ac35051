import { messageOf, type Logger } from '@fieldwarden/core';
import { addDiagnostics, requestScope, scopeOf } from './request-scope.js';
import {
  OPCUAServer,
  ServiceFault,
  StatusCodes,
  type EndpointDescription,
  type OPCUAServerOptions,
  type ServerSecureChannelLayer,
  type ServerSession,
  type SignatureData,
  type StatusCode as UaStatusCode,
  type UserIdentityToken,
} from 'node-opcua';

type IdentityVerdict = (error: Error | null, statusCode?: UaStatusCode) => void;
type Apply = OPCUAServer['_apply_on_SessionObject'];
type Message = Parameters<Apply>[1];

export interface GatewayServerOptions extends OPCUAServerOptions {
  readonly allowAnonymous: boolean;
}

/**
 * The library's server, without a way in for users that nobody has defined, and with an end for what its request handlers
 * throw: they are async and nobody takes their promises, so that one odd request would end the process.
 */
export class GatewayServer extends OPCUAServer {
  readonly #anonymous: boolean;
  readonly #logger: Logger;

  constructor(options: GatewayServerOptions, logger: Logger) {
    super(options);
    this.#anonymous = options.allowAnonymous;
    this.#logger = logger;
  }

  /** With anonymous sessions off there is no identity that could be accepted: the gateway has no user accounts yet. */
  protected override isValidUserIdentityToken(
    channel: ServerSecureChannelLayer,
    session: ServerSession,
    token: UserIdentityToken,
    signature: SignatureData,
    endpoint: EndpointDescription,
    callback: IdentityVerdict,
  ): void {
    if (this.#anonymous) super.isValidUserIdentityToken(channel, session, token, signature, endpoint, callback);
    else callback(null, StatusCodes.BadIdentityTokenRejected);
  }

  protected override async _on_CreateSessionRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): Promise<void> {
    try {
      await super._on_CreateSessionRequest(message, channel);
    } catch (error) {
      this.#fault(message, channel, error);
    }
  }

  /** Everything that needs a session goes through here. Answers are also sent from promises that nobody takes. */
  protected override async _apply_on_SessionObject(
    ...[responseClass, message, channel, action]: Parameters<Apply>
  ): Promise<void> {
    try {
      await super._apply_on_SessionObject(responseClass, message, channel, (session, send, sendError) => {
        const scope = scopeOf(session, message.request);
        const answer: typeof send = (response) =>
          this.#guard(message, channel, () => {
            if (scope) addDiagnostics(response, scope, message.request);
            send(response);
          });
        return scope ? requestScope.run(scope, action, session, answer, sendError) : action(session, answer, sendError);
      });
    } catch (error) {
      this.#fault(message, channel, error);
    }
  }

  #guard(message: Message, channel: ServerSecureChannelLayer, send: () => void): void {
    try {
      send();
    } catch (error) {
      this.#fault(message, channel, error);
    }
  }

  #fault(message: Message, channel: ServerSecureChannelLayer, cause: unknown): void {
    this.#logger.warn(`OPC UA ${message.request.schema.name} failed: ${messageOf(cause)}`, { error: cause });
    try {
      const fault = new ServiceFault({ responseHeader: { serviceResult: StatusCodes.BadInternalError } });
      channel.send_response('MSG', fault, message);
    } catch (error) {
      this.#logger.debug(`OPC UA channel can't answer: ${messageOf(error)}`, { error });
    }
  }
}
