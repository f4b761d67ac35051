import { GatewayError } from '@fieldwarden/core';
import {
  defineService,
  type Service,
  type ServiceAddress,
  type ServiceContext,
  type ServiceHealth,
  type ServiceMetric,
} from '@fieldwarden/service';
import { CertificateCare } from './identity/certificate-care.js';
import type { OpcuaOutlet, OpcuaStatistics } from './opcua-outlet.js';
import { ownFiles } from './identity/own-identity.js';
import { admitsNobody, checkOpcua, opcuaSettings, type OpcuaSettings } from './settings.js';

const rereadRequest = 'reread-certificates';

/** Port of OPC UA over TCP, as registered. */
const defaultPort = 4840;

/**
 * The OPC UA server. In a Host by default: a stranger's Browse may ask for more memory than there is, and a client that does not read
 * may hold up whoever writes to it (SPEC §16.4).
 */
export default defineService<OpcuaSettings>({
  name: 'opcua',
  title: 'OPC UA server',
  version: '1.0.0',
  section: 'opcua',
  entry: import.meta.url,
  isolation: 'host',
  withoutSection: 'defaults',
  port: {
    option: 'opcua-port',
    variable: 'FIELDWARDEN_OPCUA_PORT',
    runFileField: 'opcuaPort',
    defaultPort,
  },
  statusField: 'opcua',
  disturbance: { restart: 'its clients have to connect again', stop: 'its clients lose their sessions' },
  schema: opcuaSettings,
  check: checkOpcua,
  preload: async () => {
    await import('./opcua-outlet.js');
  },
  create: (context) => new OpcuaService(context),
});

class OpcuaService implements Service<OpcuaSettings> {
  readonly #context: ServiceContext<OpcuaSettings>;
  #outlet: OpcuaOutlet | undefined;
  #care: CertificateCare | undefined;
  /** While the server is started anew with another certificate. */
  #renewing: Promise<void> | undefined;
  #isStopping = false;

  constructor(context: ServiceContext<OpcuaSettings>) {
    this.#context = context;
  }

  async start(): Promise<ServiceAddress> {
    const { gateway, settings } = this.#context;
    const outlet = await this.#open(gateway.port ?? settings.port ?? defaultPort);
    return { port: outlet.port, url: outlet.endpointUrl };
  }

  async #open(port: number): Promise<OpcuaOutlet> {
    const {
      serviceId,
      gateway,
      settings,
      pkiDirectory,
      tags,
      writer,
      logger,
      clock,
      events,
      alarms,
      alarmFeed,
      access,
      desks,
    } = this.#context;
    const { OpcuaOutlet } = await import('./opcua-outlet.js');
    const outlet = await OpcuaOutlet.start(
      {
        host: gateway.bind,
        port,
        site: gateway.site,
        pkiDir: pkiDirectory,
        securityPolicies: settings.securityPolicies,
        anonymous: settings.anonymous,
        hostNames: settings.hostNames,
        methods: settings.methods,
        alarms: settings.alarms,
        version: gateway.version,
      },
      {
        store: tags,
        writer,
        logger,
        clock,
        events,
        access,
        acts: desks.acts,
        history: desks.history,
        alarms: { feed: alarmFeed, desk: desks.alarms },
      },
    );
    this.#outlet = outlet;
    this.#care = new CertificateCare({
      clock,
      alarms,
      serviceId,
      certificateFile: ownFiles(pkiDirectory).certificateFile,
      judge: () => outlet.judgeCertificate(),
      renew: () => void (this.#renewing = this.#renew(outlet)),
    });
    return outlet;
  }

  /** Clients connect again, as after a restart: they have to see the new certificate. */
  async #renew(outlet: OpcuaOutlet): Promise<void> {
    this.#care?.[Symbol.dispose]();
    this.#outlet = undefined;
    await outlet.stop();
    if (this.#isStopping) return;
    try {
      await this.#open(outlet.port);
    } catch (error) {
      this.#context.fail(error);
    }
  }

  status(): Readonly<Record<string, unknown>> {
    const outlet = this.#outlet;
    if (!outlet) return {};
    const nobody = admitsNobody(this.#context.settings);
    return {
      ...(nobody !== undefined && { admitsNobody: nobody }),
      endpointUrl: outlet.endpointUrl,
      ...outlet.statistics(),
      certificateEndsAt: new Date(outlet.certificateEndsAtMs).toISOString(),
    };
  }

  /** Also where it admits nobody: then it does what the plant says, and `status` tells it. */
  health(): ServiceHealth {
    return { state: 'Healthy' };
  }

  metrics(): readonly ServiceMetric[] {
    const statistics = this.#outlet?.statistics();
    return metrics.map(({ field, ...metric }) => ({ ...metric, value: statistics?.[field] ?? 0 }));
  }

  /**
   * `reread-certificates` `{thumbprint?}`: somebody moved that certificate between the folders, or any. Nothing is decided by the request: the
   * folders say who is trusted.
   */
  async request(name: string, body: unknown): Promise<unknown> {
    if (name !== rereadRequest) {
      const message = `the OPC UA server knows no request ${JSON.stringify(name)}, only ${rereadRequest}`;
      throw new GatewayError({ code: 'SERVICE_REQUEST_UNKNOWN', kind: 'unsupported', message });
    }
    const { thumbprint } = (body ?? {}) as { readonly thumbprint?: unknown };
    await this.#outlet?.rereadCertificates(typeof thumbprint === 'string' ? thumbprint : undefined);
    return {};
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#renewing;
    this.#care?.[Symbol.dispose]();
    const outlet = this.#outlet;
    this.#outlet = undefined;
    await outlet?.stop();
  }
}

const metrics: readonly (Omit<ServiceMetric, 'value'> & { readonly field: keyof OpcuaStatistics })[] = [
  { field: 'sessions', name: 'opcua_sessions', help: 'Sessions of OPC UA clients.', type: 'gauge' },
  {
    field: 'sessionsWithoutChannel',
    name: 'opcua_sessions_without_channel',
    help: 'Sessions of OPC UA clients that have no connection; they give way to others.',
    type: 'gauge',
  },
  { field: 'monitoredItems', name: 'opcua_monitored_items', help: 'Monitored items of OPC UA clients.', type: 'gauge' },
  { field: 'connections', name: 'opcua_connections', help: 'Connections to the OPC UA port.', type: 'gauge' },
  {
    field: 'evictedSessions',
    name: 'opcua_evicted_sessions_total',
    help: 'Sessions without a connection, or never activated, that gave way to others.',
    type: 'counter',
  },
  {
    field: 'evictedConnections',
    name: 'opcua_evicted_connections_total',
    help: 'Idle connections without a session that gave way to others.',
    type: 'counter',
  },
  {
    field: 'refusedSessions',
    name: 'opcua_refused_sessions_total',
    help: 'OPC UA clients that got no session as all were in use.',
    type: 'counter',
  },
  {
    field: 'refusedConnections',
    name: 'opcua_refused_connections_total',
    help: 'Connections that were closed for what they sent, or did not take.',
    type: 'counter',
  },
  {
    field: 'refusedClients',
    name: 'opcua_refused_clients_total',
    help: 'OPC UA clients whose certificate was not accepted.',
    type: 'counter',
  },
];
