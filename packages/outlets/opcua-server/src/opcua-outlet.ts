import {
  judgeCertificate,
  LastSeen,
  machineNames,
  ownNames,
  storeFolders,
  type CertificateVerdict,
} from '@fieldwarden/certificates';
import { delay, GatewayError, isGatewayError, messageOf, type Clock, type Logger } from '@fieldwarden/core';
import type { AccessDesk, GatewayActs, HistoryDesk, ServiceEvents, TagSource, TagWriter } from '@fieldwarden/service';
import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:net';
import { announceShutdown, tellServerFacts } from './claims/server-object.js';
import { ServiceLevel } from './claims/service-level.js';
import { replacedText, unnamedText } from './identity/certificate-care.js';
import { Door, type DoorDependencies } from './door/door.js';
import { closeCertificates, openCertificates } from './identity/certificates.js';
import { GatewayServer } from './server/gateway-server.js';
import { captureLibraryLog } from './server/library-log.js';
import { tellHistoryCapabilities } from './history/history-capabilities.js';
import { HistoryPresence } from './history/history-presence.js';
import { ensureOwnCertificate, type CertificateOwner, type OwnCertificate } from './identity/own-certificate.js';
import {
  newApplicationUri,
  defaultHandshakeTimeoutMs,
  serverOptions,
  type CertificateManagers,
  type OpcuaOutletOptions,
} from './server/outlet-options.js';
import { Notices } from './server/notices.js';
import { SessionConnections } from './server/session-connections.js';
import { SessionWatch } from './server/session-watch.js';
import { admitsNobody } from './settings.js';
import { mountSpace, type OutletAlarms } from './space/space-mount.js';
import type { TagSpace } from './space/tag-space.js';
import { ChannelRefusals } from './trust/channel-refusals.js';
import { ClientCertificates, factsOf } from './trust/client-certificates.js';
import { TrustWatch } from './trust/trust-watch.js';

export interface OpcuaOutletDependencies {
  readonly store: TagSource;
  readonly writer: TagWriter;
  /** What is kept of tags. */
  readonly history: HistoryDesk;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Who knows the users. */
  readonly access: AccessDesk;
  /** Who does what methods ask for. */
  readonly acts: GatewayActs;
  /** What is shown as conditions, and who acts on it; without it there are none. */
  readonly alarms?: OutletAlarms | undefined;
  /** Where people are told of clients that were refused; without it the log alone is. */
  readonly events?: ServiceEvents;
}

export interface OpcuaStatistics {
  readonly sessions: number;
  /** Sessions whose client has gone: they give way to others. */
  readonly sessionsWithoutChannel: number;
  readonly subscriptions: number;
  readonly monitoredItems: number;
  readonly connections: number;
  /** The following count from the start of the server. Sessions, and connections without one, that gave way to newcomers. */
  readonly evictedSessions: number;
  readonly evictedConnections: number;
  /** Clients that got no session as all were in use. */
  readonly refusedSessions: number;
  /** Connections that were ended for what they did. */
  readonly refusedConnections: number;
  /** Clients whose certificate was not accepted. */
  readonly refusedClients: number;
}

/** How long clients that watch the server can see that it goes: what publishes once a second hears of it. */
const shutdownMs = 1_500;

interface Parts {
  /** What the own certificate has to say, as of now. */
  readonly owner: () => CertificateOwner;
  readonly endsAtMs: number;
  readonly server: GatewayServer;
  readonly certificates: CertificateManagers;
  readonly space: TagSpace;
  readonly watch: SessionWatch;
  readonly door: Door;
  readonly refusals: ChannelRefusals;
  readonly trust: TrustWatch;
  readonly lastSeen: LastSeen;
  readonly serviceLevel: ServiceLevel;
  readonly historyPresence: HistoryPresence;
  readonly clock: Clock;
}

/** The gateway's OPC UA server: every tag of the store, readable, writable where the tag is, delivered on change. */
export class OpcuaOutlet {
  readonly endpointUrl: string;
  readonly port: number;
  /** Of the own certificate in use; ms since 1970 UTC. */
  readonly certificateEndsAtMs: number;
  readonly #parts: Parts;
  #stopping: Promise<void> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.endpointUrl = parts.server.getEndpointUrl();
    this.certificateEndsAtMs = parts.endsAtMs;
    this.port = parts.server.endpoints[0].port;
  }

  /**
   * Listens when it resolves. Throws kind `config`: PORT_TAKEN, OPCUA_SECURITY_POLICY, or OPCUA_START for an address that
   * can't be bound and a `pkiDir` that can't be written.
   */
  static async start(options: OpcuaOutletOptions, dependencies: OpcuaOutletDependencies): Promise<OpcuaOutlet> {
    const { logger } = dependencies;
    captureLibraryLog(logger);
    const nobody = admitsNobody(options);
    if (nobody !== undefined) logger.warn(nobody);
    const outlet = new OpcuaOutlet(await startParts(options, dependencies));
    logger.info(`OPC UA server listens on ${outlet.endpointUrl}`);
    return outlet;
  }

  statistics(): OpcuaStatistics {
    const { server, watch, door, refusals } = this.#parts;
    const { evicted: evictedSessions, refused: refusedSessions, withoutChannel } = server.places.counts;
    const { connections, evicted: evictedConnections, refused: refusedConnections } = door.counts();
    return {
      sessions: server.currentSessionCount,
      sessionsWithoutChannel: withoutChannel,
      subscriptions: server.currentSubscriptionCount,
      monitoredItems: watch.monitoredItems,
      connections,
      evictedSessions,
      evictedConnections,
      refusedSessions,
      refusedConnections,
      refusedClients: refusals.refusedClients,
    };
  }

  /** Of the own certificate in use, as of now. */
  judgeCertificate(): CertificateVerdict {
    const { server, owner } = this.#parts;
    return judgeCertificate(new X509Certificate(server.getCertificate()), owner());
  }

  /** Certificates were moved between the stores: takes that over at once, and ends the channels of clients that are not trusted any more. */
  async rereadCertificates(thumbprint: string | undefined): Promise<void> {
    await this.#parts.trust.reread(thumbprint);
  }

  /** Disconnects every client and frees the port. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { server, space, certificates, watch, door, trust, lastSeen, serviceLevel, historyPresence, clock } =
      this.#parts;
    if (server.currentSubscriptionCount > 0) {
      announceShutdown(server, shutdownMs, clock.wallMs());
      await delay(clock, shutdownMs);
    }
    serviceLevel[Symbol.dispose]();
    historyPresence[Symbol.dispose]();
    trust[Symbol.dispose]();
    server.users[Symbol.dispose]();
    watch[Symbol.dispose]();
    space[Symbol.dispose]();
    door[Symbol.dispose]();
    await server.shutdown(0);
    await closeCertificates(certificates);
    await lastSeen[Symbol.asyncDispose]();
  }
}

async function startParts(options: OpcuaOutletOptions, dependencies: OpcuaOutletDependencies): Promise<Parts> {
  await using undo = new AsyncDisposableStack();
  try {
    const { logger, clock, events, access } = dependencies;
    const certificates = await openCertificates(options.pkiDir);
    undo.defer(() => closeCertificates(certificates));
    const owner = (): CertificateOwner => certificateOwner(options, clock.wallMs());
    const ownCertificate = await ensureOwnCertificate(certificates.server, options.pkiDir, owner());
    tellOwnCertificate(ownCertificate, dependencies);
    const notices = new Notices({ logger, clock, events });
    const handshakeTimeoutMs = options.handshakeTimeoutMs ?? defaultHandshakeTimeoutMs;
    const door = undo.use(new Door({ clock, handshakeTimeoutMs, onRefused: tellRefused(notices) }));
    const server = new GatewayServer(serverOptions(options, certificates, ownCertificate.applicationUri), {
      logger,
      clock,
      notices,
      door,
      desk: access,
    });
    undo.use(server.users);
    const watch = undo.use(new SessionWatch(server, dependencies));
    new SessionConnections(server, door, handshakeTimeoutMs);
    await server.initialize();
    server.offerTokens();
    const clientCertificates = new ClientCertificates(certificates.server, options.pkiDir);
    const lastSeen = undo.use(await LastSeen.open(storeFolders(options.pkiDir).lastSeen, clock));
    const trust = undo.use(
      new TrustWatch({
        certificates: clientCertificates,
        pkiDir: options.pkiDir,
        door,
        server,
        notices,
        clock,
        logger,
      }),
    );
    const refusals = new ChannelRefusals({
      door,
      notices,
      certificates: clientCertificates,
      pkiDir: options.pkiDir,
      onVerdict: (channel, certificate, isGood) => {
        lastSeen.note(factsOf(certificate).thumbprint, channel.remoteAddress);
        if (isGood) trust.follow(channel, certificate);
      },
    });
    refusals.watch(server);
    const serviceLevel = undo.use(new ServiceLevel(dependencies.store, clock));
    tellServerFacts(server.engine.addressSpace!, { serviceLevel: () => serviceLevel.level, clock });
    tellHistoryCapabilities(server.engine);
    const historyPresence = undo.use(new HistoryPresence(dependencies.history, clock));
    await historyPresence.start();
    const space = undo.use(mountSpace(server, options, dependencies, { ...dependencies, historyPresence }));
    for (const { _server: listener } of server.endpoints as unknown as ListeningEndpoint[]) door.standBefore(listener);
    await server.start();
    undo.move();
    const { endsAtMs } = ownCertificate.verdict;
    return {
      server,
      certificates,
      space,
      watch,
      door,
      refusals,
      trust,
      lastSeen,
      serviceLevel,
      historyPresence,
      clock,
      owner,
      endsAtMs,
    };
  } catch (error) {
    throw startError(error, options);
  }
}

function certificateOwner({ host, hostNames = [], site }: OpcuaOutletOptions, nowMs: number): CertificateOwner {
  const machine = machineNames();
  const names = ownNames({ bind: host, hostNames, ...machine });
  return {
    newApplicationUri: newApplicationUri(),
    names,
    nowMs,
    needsApplicationUri: true,
    site,
    machineName: machine.machineName,
  };
}

function tellOwnCertificate(
  { verdict, replaced }: OwnCertificate,
  { logger, events }: Pick<OpcuaOutletDependencies, 'logger' | 'events'>,
): void {
  const told = [
    ...(replaced ? [replacedText(replaced, verdict.endsAtMs)] : []),
    ...(verdict.flaws.length > 0 ? [`the OPC UA server's own certificate ${verdict.flaws.join(', and ')}`] : []),
    ...(verdict.unnamedAddresses.length > 0 ? [unnamedText(verdict.unnamedAddresses)] : []),
  ];
  for (const message of told) {
    logger.warn(message);
    events?.append({ message });
  }
}

/** A member of the library's endpoint that its types call private. */
interface ListeningEndpoint {
  readonly _server: Server;
}

function tellRefused(notices: Notices): DoorDependencies['onRefused'] {
  return ({ address, port }, { status, message }) =>
    notices.tell(`connection ${address} ${status.name}`, `OPC UA connection of ${address} ${port} closed: ${message}`, {
      address,
      port,
      status: status.name,
    });
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
