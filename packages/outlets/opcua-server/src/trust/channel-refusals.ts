import {
  MessageSecurityMode,
  OpenSecureChannelRequest,
  OpenSecureChannelResponse,
  SecurityPolicy,
  SecurityTokenRequestType,
  ServiceFault,
  StatusCodes,
  type OPCUAServer,
  type ServerSecureChannelLayer,
  type StatusCode as UaStatusCode,
} from 'node-opcua';
import { join } from 'node:path';
import type { Door } from '../door/door.js';
import { Refusal } from '../door/frame-reader.js';
import type { Notices } from '../server/notices.js';
import { factsOf, type ClientCertificates } from './client-certificates.js';

export interface RefusalDependencies {
  readonly door: Door;
  readonly notices: Notices;
  readonly certificates: ClientCertificates;
  readonly pkiDir: string;
  /** A client has come with this certificate. */
  readonly onVerdict: (channel: ServerSecureChannelLayer, certificate: Buffer, isGood: boolean) => void;
}

/** A member of the library's channel that its types call protected. */
interface CheckingChannel {
  checkCertificate(certificate: Buffer | null): Promise<UaStatusCode>;
}

/**
 * Refused channels, told so that both sides understand: the peer gets an ERR message with the code and is closed (the library sends a fault
 * inside an OpenSecureChannel answer, which other stacks can't read), and the operator is told who, from where, and why.
 */
export class ChannelRefusals {
  readonly #deps: RefusalDependencies;
  readonly #verdicts = new WeakMap<ServerSecureChannelLayer, UaStatusCode>();
  #refusedClients = 0;

  constructor(dependencies: RefusalDependencies) {
    this.#deps = dependencies;
  }

  /** So far. */
  get refusedClients(): number {
    return this.#refusedClients;
  }

  /** Call when the server is initialised. */
  watch({ endpoints }: OPCUAServer): void {
    for (const endpoint of endpoints)
      endpoint.on('newChannel', (channel: ServerSecureChannelLayer) => this.#onChannel(channel));
  }

  #onChannel(channel: ServerSecureChannelLayer): void {
    const checking = channel as unknown as CheckingChannel;
    const check = checking.checkCertificate.bind(channel);
    checking.checkCertificate = async (certificate) => {
      if (!certificate || certificate.length === 0) return await check(certificate);
      const status = await this.#deps.certificates.verdict(certificate, () => check(certificate));
      this.#deps.onVerdict(channel, certificate, !status.isNotGood());
      if (status.isNotGood()) this.#onRefused(channel, certificate, status);
      return status;
    };
    const send = channel.send_response.bind(channel);
    let isOpen = false;
    channel.send_response = (type, response, message, callback) => {
      const connection = this.#deps.door.connectionOf(channel);
      if (type === 'MSG' || !connection) return send(type, response, message, callback);
      if (response instanceof OpenSecureChannelResponse) {
        const wanted = isOpen ? SecurityTokenRequestType.Renew : SecurityTokenRequestType.Issue;
        const { requestType } = message.request as OpenSecureChannelRequest;
        if (requestType === wanted) {
          isOpen = true;
          return send(type, response, message, callback);
        }
        connection.refuse(new Refusal(StatusCodes.BadRequestTypeInvalid, 'a channel is opened first, then renewed'));
      } else if (response instanceof ServiceFault) {
        const status = refusedRequest(message) ?? response.responseHeader.serviceResult;
        connection.refuse(this.#refusal(channel, status), this.#verdicts.has(channel));
      } else return send(type, response, message, callback);
      callback?.();
    };
  }

  #onRefused(channel: ServerSecureChannelLayer, certificate: Buffer, status: UaStatusCode): void {
    this.#verdicts.set(channel, status);
    this.#refusedClients += 1;
    const { subject, fingerprint, thumbprint, applicationUri } = factsOf(certificate);
    const { remoteAddress: address } = channel;
    const message = `OPC UA client ${subject} at ${address} refused: ${this.#reason(status, thumbprint)}`;
    this.#deps.notices.tell(`certificate ${fingerprint}`, message, {
      address,
      fingerprint,
      thumbprint,
      subject,
      applicationUri,
      status: status.name,
    });
  }

  #reason(status: UaStatusCode, thumbprint: string): string {
    const { pkiDir } = this.#deps;
    switch (status.name) {
      case 'BadCertificateUntrusted':
        return `its certificate is not trusted; to let it in: fieldwarden certs trust ${thumbprint.slice(0, 12)}, or the page Certificates of the console`;
      case 'BadCertificatePolicyCheckFailed':
        return 'its key has less than 2048 bits; it needs a new certificate';
      case 'BadCertificateRevocationUnknown':
      case 'BadCertificateIssuerRevocationUnknown':
        return `there is no revocation list of its issuer in ${join(pkiDir, 'issuers', 'crl')}`;
      default:
        return `its certificate is not acceptable (${status.name})`;
    }
  }

  /** A stranger is not told what the trust list holds (OPC 10000-4, 6.1.3). */
  #refusal(channel: ServerSecureChannelLayer, answered: UaStatusCode): Refusal {
    const verdict = this.#verdicts.get(channel);
    if (!verdict) return new Refusal(answered, 'this secure channel can not be opened');
    if (verdict.equals(StatusCodes.BadCertificatePolicyCheckFailed)) {
      return new Refusal(verdict, 'the key of the certificate has less than 2048 bits');
    }
    const isUntold = answered.equals(StatusCodes.BadSecurityChecksFailed);
    return new Refusal(
      answered,
      isUntold ? 'the server does not trust this certificate' : 'the certificate is not accepted',
    );
  }
}

type SentMessage = Parameters<ServerSecureChannelLayer['send_response']>[2];

/** What is wrong with the request itself, where the library has one code for all of it. */
function refusedRequest({ request, securityHeader }: SentMessage): UaStatusCode | undefined {
  if (!(request instanceof OpenSecureChannelRequest)) return StatusCodes.BadTcpMessageTypeInvalid;
  const { securityPolicyUri } = (securityHeader ?? {}) as { readonly securityPolicyUri?: string | null };
  const isSecured = securityPolicyUri !== SecurityPolicy.None;
  const { securityMode } = request;
  const fits = isSecured
    ? securityMode === MessageSecurityMode.Sign || securityMode === MessageSecurityMode.SignAndEncrypt
    : securityMode === MessageSecurityMode.None;
  return fits ? undefined : StatusCodes.BadSecurityModeRejected;
}
