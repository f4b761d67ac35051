import {
  defineService,
  type Service,
  type ServiceAddress,
  type ServiceContext,
  type ServiceMetric,
} from '@fieldwarden/service';
import type { OpcuaOutlet } from './opcua-outlet.js';
import { checkOpcua, opcuaSettings, type OpcuaSettings } from './settings.js';

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

  constructor(context: ServiceContext<OpcuaSettings>) {
    this.#context = context;
  }

  async start(): Promise<ServiceAddress> {
    const { gateway, settings, pkiDirectory, tags, writer, logger, clock } = this.#context;
    const server = await import('./opcua-outlet.js');
    this.#outlet = await server.OpcuaOutlet.start(
      {
        host: gateway.bind,
        port: gateway.port ?? settings.port ?? defaultPort,
        site: gateway.site,
        pkiDir: pkiDirectory,
        securityPolicies: settings.securityPolicies,
        anonymous: settings.anonymous,
        version: gateway.version,
      },
      { store: tags, writer, logger, clock },
    );
    return { port: this.#outlet.port, url: this.#outlet.endpointUrl };
  }

  status(): Readonly<Record<string, unknown>> {
    const outlet = this.#outlet;
    return outlet ? { endpointUrl: outlet.endpointUrl, ...outlet.statistics() } : {};
  }

  health() {
    return { state: 'Healthy' as const };
  }

  metrics(): readonly ServiceMetric[] {
    const { sessions, monitoredItems } = this.#outlet?.statistics() ?? { sessions: 0, monitoredItems: 0 };
    return [
      { name: 'opcua_sessions', help: 'Sessions of OPC UA clients.', type: 'gauge', value: sessions },
      {
        name: 'opcua_monitored_items',
        help: 'Monitored items of OPC UA clients.',
        type: 'gauge',
        value: monitoredItems,
      },
    ];
  }

  async stop(): Promise<void> {
    const outlet = this.#outlet;
    this.#outlet = undefined;
    await outlet?.stop();
  }
}
