import {
  OPCUAServer,
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

/** The library's server, without a way in for users that nobody has defined. */
export class GatewayServer extends OPCUAServer {
  readonly #anonymous: boolean;

  constructor(options: OPCUAServerOptions & { readonly allowAnonymous: boolean }) {
    super(options);
    this.#anonymous = options.allowAnonymous;
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
}
