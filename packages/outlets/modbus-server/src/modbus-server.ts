import type { GatewayError } from '@fieldwarden/core';
import type { Service, ServiceAddress, ServiceContext, ServiceHealth, ServiceMetric } from '@fieldwarden/service';
import { Counters } from './counters.js';
import { Listener } from './listener.js';
import type { DeviceIdentity } from './protocol/device-identification.js';
import { RtuServerFraming } from './protocol/rtu-framing.js';
import { TcpServerFraming } from './protocol/tcp-framing.js';
import { Requests } from './requests.js';
import { ServedUnits } from './served-units.js';
import type { ModbusServerSettings } from './settings.js';

/** The running server: a listener, the units that it serves, and what it tells of itself. */
export class ModbusServer implements Service<ModbusServerSettings> {
  readonly #context: ServiceContext<ModbusServerSettings>;
  readonly #counters = new Counters();
  #settings: ModbusServerSettings;
  #units: ServedUnits | undefined;
  #listener: Listener | undefined;
  #url: string | undefined;
  #hasFailed = false;

  constructor(context: ServiceContext<ModbusServerSettings>) {
    this.#context = context;
    this.#settings = context.settings;
  }

  async start(): Promise<ServiceAddress> {
    const { gateway, tags, logger } = this.#context;
    this.#units = new ServedUnits(this.#settings.units, tags);
    this.#listener = new Listener(this.#settings, this.#listenerDependencies());
    const port = await this.#listener.listen(gateway.bind, gateway.port ?? this.#settings.port);
    const host = gateway.bind.includes(':') ? `[${gateway.bind}]` : gateway.bind;
    this.#url = `modbus+tcp://${host}:${port}`;
    logger.info(`Modbus server listens on ${this.#url}`);
    if (this.#isOpenForWrites()) logger.warn(openForWrites);
    return { port, url: this.#url };
  }

  async apply(settings: ModbusServerSettings): Promise<void> {
    const units = new ServedUnits(settings.units, this.#context.tags);
    this.#units?.[Symbol.dispose]();
    this.#units = units;
    this.#settings = settings;
    this.#listener?.apply(settings);
    if (this.#isOpenForWrites()) this.#context.logger.warn(openForWrites);
    return Promise.resolve();
  }

  status(): Readonly<Record<string, unknown>> {
    const nowMs = this.#context.clock.monotonicMs();
    const connections = this.#listener?.connections ?? [];
    return {
      url: this.#url ?? null,
      connections: connections.length,
      clients: connections.map(({ peer, requests, lastRequestAtMs }) => ({
        peer,
        requests,
        idleMs: Math.round(nowMs - lastRequestAtMs),
      })),
      requests: this.#counters.requests,
      requestsPerSecond: Math.round(this.#counters.requestsPerSecond * 10) / 10,
      exceptions: this.#counters.exceptions(),
      connectionsEnded: { ...this.#counters.connectionsEnded },
    };
  }

  health(): ServiceHealth {
    const [first, ...others] = this.#units?.findings() ?? [];
    if (!first) return { state: 'Healthy' };
    const more = others.length === 0 ? '' : `, and ${others.length} more`;
    return { state: 'Degraded', reason: `unit ${first.unitId} does not serve a row: ${first.message}${more}` };
  }

  metrics(): readonly ServiceMetric[] {
    return this.#counters.metrics(this.#listener?.connections.length ?? 0);
  }

  async stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.close();
    this.#units?.[Symbol.dispose]();
    this.#units = undefined;
  }

  #listenerDependencies() {
    const { tags, writer, clock, logger } = this.#context;
    const identity = this.#identity();
    const units = (): ServedUnits => this.#units!;
    const rights = (): ModbusServerSettings => this.#settings;
    const { framing } = this.#settings;
    return {
      requests: new Requests({ units, rights, tags, writer, identity, counters: this.#counters, clock, logger }),
      newFraming: () => (framing === 'tcp' ? new TcpServerFraming() : new RtuServerFraming()),
      counters: this.#counters,
      clock,
      logger,
      onFailure: (error: GatewayError) => this.#fail(error),
    };
  }

  #identity(): DeviceIdentity {
    const { site, version } = this.#context.gateway;
    return {
      vendorName: 'Fieldwarden',
      productCode: 'fieldwarden-gateway',
      majorMinorRevision: version,
      productName: 'Fieldwarden gateway',
      userApplicationName: site,
    };
  }

  /** At most once, as the contract asks. */
  #fail(error: GatewayError): void {
    if (this.#hasFailed || !this.#listener) return;
    this.#hasFailed = true;
    this.#context.fail(error);
  }

  #isOpenForWrites(): boolean {
    const { allow, units } = this.#settings;
    const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(this.#context.gateway.bind);
    return !isLocal && !allow && units.some(({ map }) => map.some(({ access }) => access === 'read-write'));
  }
}

const openForWrites =
  'Modbus knows no passwords: every client that reaches the port may write the tags that are read-write in its map; ' +
  'modbusServer.allow names the addresses that may connect';
