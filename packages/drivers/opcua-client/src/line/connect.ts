import { readFile } from 'node:fs/promises';
import { statusCodes, type Clock, type Logger } from '@fieldwarden/core';
import type { EndpointDescription, OPCUAClient, OPCUAClientOptions, UserIdentityInfo } from 'node-opcua-client';
import type { OpcUaIdentity, OpcUaOptions } from '../options.js';
import type { OwnIdentity } from '../trust/own-certificate.js';
import { type ServerTrust, thumbprintOf } from '../trust/server-trust.js';
import type { AttemptFacts } from './explain.js';
import { policyRefused, untrustedHere } from './explain.js';
import type { Library } from './library.js';
import { Link } from './link.js';

export interface ConnectDependencies {
  readonly library: Library;
  readonly own: OwnIdentity;
  readonly trust: ServerTrust;
  readonly options: OpcUaOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly driverId: string;
  /** The server shows a certificate that is not trusted. */
  readonly onUntrusted: (certificate: NonNullable<Awaited<ReturnType<ServerTrust['check']>>['certificate']>) => void;
}

/** Strongest first. */
const policies = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256'] as const;

/** One attempt: throws whatever goes wrong; nothing of it is left then. `signal` ends it. */
export class Attempt {
  readonly endpointUrl: string;
  readonly #deps: ConnectDependencies;
  /** Clients of the library that are to be thrown away if the attempt fails. */
  readonly #clients: OPCUAClient[] = [];
  #announcedUrls: readonly string[] = [];

  constructor(endpointUrl: string, dependencies: ConnectDependencies) {
    this.endpointUrl = endpointUrl;
    this.#deps = dependencies;
  }

  /** For whoever explains why it failed. */
  get facts(): AttemptFacts {
    const { own, options } = this.#deps;
    const isSecure = options.securityMode !== 'None';
    return {
      endpointUrl: this.endpointUrl,
      thumbprint: isSecure ? thumbprintOf(own.certificate) : undefined,
      certificateFile: isSecure ? own.certificateFile : undefined,
      user: options.identity.username ?? options.identity.certFile,
      announcedUrls: this.#announcedUrls,
    };
  }

  async run(): Promise<Link> {
    const { options, library, clock, logger } = this.#deps;
    const endpoint = options.securityMode === 'None' ? undefined : await this.#chooseEndpoint();
    const client = this.#client(
      endpoint && {
        securityMode: endpoint.securityMode,
        securityPolicy: endpoint.securityPolicyUri as OPCUAClientOptions['securityPolicy'] & string,
        serverCertificate: endpoint.serverCertificate,
      },
    );
    await client.connect(this.endpointUrl);
    const session = await client.createSession(await this.#identity(options.identity));
    const { profile, keepAliveMs } = options;
    const link = await Link.over({
      library,
      client,
      session,
      clock,
      logger,
      profile,
      keepAliveMs,
      endpointUrl: this.endpointUrl,
    });
    this.#clients.splice(0);
    return link;
  }

  /** Whatever it has begun ends, without waiting for anybody. */
  abandon(): void {
    for (const client of this.#clients.splice(0)) discard(client);
  }

  /** The certificate that the server shows is looked at before anything is sent to it that is meant for it alone. */
  async #chooseEndpoint(): Promise<EndpointDescription> {
    const { options, clock, trust, library } = this.#deps;
    const offered = await this.#offered();
    this.#announcedUrls = [...new Set(offered.map((one) => one.endpointUrl ?? ''))].filter((url) => url !== '');
    const mode = library.MessageSecurityMode[options.securityMode];
    const wanted = options.securityPolicy === 'auto' ? policies : [options.securityPolicy];
    const endpoint = wanted
      .map((policy) =>
        offered.find((one) => one.securityMode === mode && one.securityPolicyUri === library.SecurityPolicy[policy]),
      )
      .find((one) => one !== undefined);
    if (!endpoint) throw policyRefused({ endpointUrl: this.endpointUrl }, `it offers ${listed(offered, library)}`);
    const { status, certificate } = await trust.check(endpoint.serverCertificate, clock.wallMs());
    if (status !== statusCodes.Good) {
      if (certificate && status === statusCodes.BadCertificateUntrusted) this.#deps.onUntrusted(certificate);
      throw untrustedHere(certificate, status, this.endpointUrl);
    }
    return endpoint;
  }

  async #offered(): Promise<readonly EndpointDescription[]> {
    const client = this.#client(undefined);
    await client.connect(this.endpointUrl);
    const endpoints = await client.getEndpoints({ endpointUrl: this.endpointUrl });
    this.#clients.splice(this.#clients.indexOf(client), 1);
    await client.disconnect();
    return endpoints;
  }

  #client(
    security: Pick<OPCUAClientOptions, 'securityMode' | 'securityPolicy' | 'serverCertificate'> | undefined,
  ): OPCUAClient {
    const { library, own, options, driverId } = this.#deps;
    const certificate = own.certificate.raw;
    const client = library.OPCUAClient.create({
      applicationName: 'Fieldwarden',
      applicationUri: own.applicationUri,
      clientName: `fieldwarden-${driverId}`,
      connectionStrategy: { maxRetry: 0 },
      endpointMustExist: false,
      keepSessionAlive: false,
      requestedSessionTimeout: options.sessionTimeoutMs,
      transportTimeout: options.connectTimeoutMs,
      defaultTransactionTimeout: options.connectTimeoutMs,
      clientCertificateManager: judgedElsewhere(library),
      certificateKeyPairProvider: {
        getCertificate: () => certificate,
        getCertificateChain: () => [certificate],
        getPrivateKey: () => ({ hidden: own.key.export({ type: 'pkcs8', format: 'pem' }).toString() }),
      },
      ...security,
    });
    this.#clients.push(client);
    return client;
  }

  async #identity({ username, password, certFile, keyFile }: OpcUaIdentity): Promise<UserIdentityInfo> {
    const { UserTokenType } = this.#deps.library;
    if (username !== undefined) return { type: UserTokenType.UserName, userName: username, password: password ?? '' };
    if (certFile === undefined || keyFile === undefined) return { type: UserTokenType.Anonymous };
    const { X509Certificate } = await import('node:crypto');
    const certificateData = new X509Certificate(await readFile(certFile)).raw;
    return { type: UserTokenType.Certificate, certificateData, privateKey: await readFile(keyFile, 'utf8') };
  }
}

/** A client that failed may hang in its own attempts to say good-bye: its socket is closed under it. */
function discard(client: OPCUAClient): void {
  (
    client as unknown as { _secureChannel: { abortConnection(callback: () => void): void } | null }
  )._secureChannel?.abortConnection(() => undefined);
  client.disconnect().catch(() => undefined);
}

function listed(offered: readonly EndpointDescription[], { MessageSecurityMode }: Library): string {
  const words = offered.map(
    (one) => `${MessageSecurityMode[one.securityMode]} ${one.securityPolicyUri?.replace(/^.*#/, '') ?? ''}`,
  );
  return [...new Set(words)].join(', ') || 'none';
}

/** The library asks a store about certificates that have been judged before it gets them. */
function judgedElsewhere({ StatusCodes }: Library): NonNullable<OPCUAClientOptions['clientCertificateManager']> {
  const done = (): Promise<void> => Promise.resolve();
  return {
    referenceCounter: 0,
    initialize: done,
    dispose: done,
    checkCertificate: () => Promise.resolve(StatusCodes.Good),
    verifyCertificate: () => Promise.resolve('Good'),
    trustCertificate: done,
    rejectCertificate: done,
    getTrustStatus: () => Promise.resolve(StatusCodes.Good),
    addIssuer: done,
    addRevocationList: done,
  };
}
