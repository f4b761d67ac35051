import { X509Certificate } from 'node:crypto';
import { thumbprintOf } from '@fieldwarden/certificates';
import {
  AnonymousIdentityToken,
  StatusCodes,
  verifySignature,
  X509IdentityToken,
  type ActivateSessionRequest,
  type ServerSecureChannelLayer,
  type ServerSession,
  type SignatureData,
  type StatusCode as UaStatusCode,
  type UserIdentityToken,
} from 'node-opcua';

/** As `CertificateAttempt` has it; undefined for what is no certificate. */
export function tokenThumbprint({ certificateData }: X509IdentityToken): string | undefined {
  const certificate = parse(certificateData);
  return certificate && thumbprintOf(certificate);
}

/**
 * Whether the client has the key of the certificate that it shows, and the certificate is one to go by: in its time, and with a key as long
 * as the policies want. Whose it is, the accounts say; there are no folders for it.
 */
export function judgeToken(
  { certificateData }: X509IdentityToken,
  signature: SignatureData | null | undefined,
  { serverCertificate, nonce, securityPolicy, nowMs }: TokenScene,
): UaStatusCode {
  const certificate = parse(certificateData);
  if (!certificate) return StatusCodes.BadIdentityTokenInvalid;
  if (!nonce?.length) return StatusCodes.BadNonceInvalid;
  if (!signature?.signature) return StatusCodes.BadUserSignatureInvalid;
  if (!isSigned(serverCertificate, nonce, signature, certificateData, securityPolicy)) {
    return StatusCodes.BadUserSignatureInvalid;
  }
  const isInTime = Date.parse(certificate.validFrom) <= nowMs && nowMs < Date.parse(certificate.validTo);
  const keyBits = certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  return isInTime && keyBits >= minKeyBits ? StatusCodes.Good : StatusCodes.BadIdentityTokenRejected;
}

export interface TokenScene {
  readonly serverCertificate: Buffer;
  readonly nonce: Buffer | undefined;
  readonly securityPolicy: Parameters<typeof verifySignature>[4];
  readonly nowMs: number;
}

/** Of every policy that we offer. */
const minKeyBits = 2_048;

function isSigned(...args: Parameters<typeof verifySignature>): boolean {
  try {
    return verifySignature(...args);
  } catch {
    return false; // a signature of another length than the key's
  }
}

/**
 * A session that moves to another connection must bring the same user (OPC 10000-4, 5.6.3). The library can't compare certificates: it
 * throws. While it compares, tokens that it can take stand in for them.
 */
export class MovedCertificates {
  readonly #real = new WeakMap<UserIdentityToken, UserIdentityToken>();

  /** The token that the client sent, whatever stands in for it. */
  realOf(token: UserIdentityToken): UserIdentityToken {
    return this.#real.get(token) ?? token;
  }

  /** Runs `activate`, which compares at once, and takes the tokens again later. */
  during(
    request: ActivateSessionRequest,
    session: ServerSession | null,
    channel: ServerSecureChannelLayer,
    activate: () => void,
  ): void {
    const own = session?.userIdentityToken;
    const moves = session?.status === 'active' && session.channel?.channelId !== channel.channelId;
    if (!session || !moves || !(own instanceof X509IdentityToken)) return activate();
    const asked = request.userIdentityToken as UserIdentityToken | null;
    const standIn = new AnonymousIdentityToken({ policyId: 'same certificate' });
    session.userIdentityToken = standIn;
    if (asked instanceof X509IdentityToken && tokenThumbprint(asked) === tokenThumbprint(own)) {
      this.#real.set(standIn, asked);
      request.userIdentityToken = standIn;
    }
    try {
      activate();
    } finally {
      request.userIdentityToken = asked;
      if (session.userIdentityToken === standIn) session.userIdentityToken = own;
    }
  }
}

function parse(certificate: Buffer | undefined): X509Certificate | undefined {
  try {
    return certificate?.length ? new X509Certificate(certificate) : undefined;
  } catch {
    return undefined;
  }
}
