import { GatewayError, isGatewayError, messageOf, type Clock, type Logger } from '@fieldwarden/core';
import type { TagSource, TagWriter } from '@fieldwarden/service';
import { closeCertificates, openCertificates, reportRefusedCertificates } from './server/certificates.js';
import { ConnectionWatch } from './server/connection-watch.js';
import { GatewayServer } from './server/gateway-server.js';
import { captureLibraryLog } from './server/library-log.js';
import {
  defaultHandshakeTimeoutMs,
  serverOptions,
  type CertificateManagers,
  type OpcuaOutletOptions,
} from './server/outlet-options.js';
import { SessionWatch } from './server/session-watch.js';
import { mountSpace } from './space/space-mount.js';
import type { TagSpace } from './space/tag-space.js';

export interface OpcuaOutletDependencies {
  readonly store: TagSource;
  readonly writer: TagWriter;
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface OpcuaStatistics {
  readonly sessions: number;
  readonly subscriptions: number;
  readonly monitoredItems: number;
}

interface Parts {
  readonly server: GatewayServer;
  readonly certificates: CertificateManagers;
  readonly space: TagSpace;
  readonly watch: SessionWatch;
}

/** The gateway's OPC UA server: every tag of the store, readable, writable where the tag is, delivered on change. */
export class OpcuaOutlet {
  readonly endpointUrl: string;
  readonly port: number;
  readonly #parts: Parts;
  #stopping: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.endpointUrl = parts.server.getEndpointUrl();
    this.port = parts.server.endpoints[0].port;
  }

  /**
   * Listens when it resolves. Throws kind `config`: PORT_TAKEN, OPCUA_SECURITY_POLICY, or OPCUA_START for an address that
   * can't be bound and a `pkiDir` that can't be written.
   */
  static async start(options: OpcuaOutletOptions, dependencies: OpcuaOutletDependencies): Promise<OpcuaOutlet> {
    const { logger } = dependencies;
    captureLibraryLog(logger);
    if (!options.anonymous) logger.warn(nobodyCanLogOn);
    const outlet = new OpcuaOutlet(await startParts(options, dependencies));
    logger.info(`OPC UA server listens on ${outlet.endpointUrl}`);
    return outlet;
  }

  statistics(): OpcuaStatistics {
    const { server, watch } = this.#parts;
    const { currentSessionCount: sessions, currentSubscriptionCount: subscriptions } = server;
    return { sessions, subscriptions, monitoredItems: watch.monitoredItems };
  }

  /** Disconnects every client and frees the port. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { server, space, certificates, watch } = this.#parts;
    watch[Symbol.dispose]();
    space[Symbol.dispose]();
    await server.shutdown(0);
    await closeCertificates(certificates);
  }
}

const nobodyCanLogOn =
  'OPC UA: anonymous sessions are off and the gateway has no user accounts yet, so every session is refused; ' +
  'opcua.anonymous: true in the plant document lets clients in';

async function startParts(options: OpcuaOutletOptions, dependencies: OpcuaOutletDependencies): Promise<Parts> {
  await using undo = new AsyncDisposableStack();
  try {
    const certificates = await openCertificates(options.pkiDir);
    undo.defer(() => closeCertificates(certificates));
    const server = new GatewayServer(serverOptions(options, certificates), dependencies.logger);
    const watch = undo.use(new SessionWatch(server, dependencies));
    await server.initialize();
    reportRefusedCertificates(server, options.pkiDir, dependencies.logger);
    const space = undo.use(mountSpace(server, options.site, dependencies.writer, dependencies));
    const connections = new ConnectionWatch(
      server,
      options.handshakeTimeoutMs ?? defaultHandshakeTimeoutMs,
      dependencies.logger,
    );
    await server.start();
    connections.attach(server);
    undo.move();
    return { server, certificates, space, watch };
  } catch (error) {
    throw startError(error, options);
  }
}

function startError(error: unknown, { host, port }: OpcuaOutletOptions): GatewayError {
  if (isGatewayError(error)) return error;
  if (codeOf(error) === 'EADDRINUSE') {
    return new GatewayError({
      code: 'PORT_TAKEN',
      kind: 'config',
      message: `port ${port} on ${host} is taken by another program; choose another one for OPC UA with --opcua-port`,
      cause: error,
    });
  }
  return new GatewayError({
    code: 'OPCUA_START',
    kind: 'config',
    message: `the OPC UA server can't start on ${host}:${port}: ${messageOf(error)}`,
    cause: error,
  });
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
