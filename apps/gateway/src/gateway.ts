import { AdminServer, TokenStore } from '@fieldwarden/admin-api';
import type { Finding, RunFile, Status } from '@fieldwarden/admin-contract';
import type { Plant } from '@fieldwarden/config';
import { toGatewayError, type Clock } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import type { DriverInstance } from '@fieldwarden/instances';
import {
  createHealthServer,
  createLogging,
  createMetrics,
  EventLog,
  type Logging,
  type Metrics,
} from '@fieldwarden/observe';
import type { OpcuaOutlet } from '@fieldwarden/opcua-server';
import { TagStore, WriteRequests } from '@fieldwarden/tags';
import { EventSequence } from './event-sequence.js';
import type { GatewayOptions, RunningGateway } from './gateway-options.js';
import { HealthSource } from './health-source.js';
import type { HomeDirectory } from './home-directory.js';
import { LocalControl } from './local-control.js';
import { metricsSource } from './metrics-source.js';
import { releaseStartupMemory } from './release-startup-memory.js';
import { removeRunFile, writeRunFile } from './run-file.js';
import { livenessUrl, ServiceNotify } from './service-notify.js';
import { RunningDrivers } from './running-drivers.js';
import { DeviceMemory } from './status/device-memory.js';
import { writeEnabled } from './status/enabled-tag.js';
import type { ConfigurationFacts, GatewayFacts } from './status/gateway-facts.js';
import { StatusBoard } from './status/status-board.js';
import { TagIndex } from './tag-index.js';
import { version } from './version.js';

export interface GatewayParts {
  readonly options: GatewayOptions;
  readonly logging: Plant['logging'];
  readonly registry: DriverRegistry;
  readonly home: HomeDirectory;
  readonly clock: Clock;
  readonly random: () => number;
}

/** One plant file, read at the start. */
const configuration = (): ConfigurationFacts => ({
  generation: null,
  usingStaleConfig: false,
  authority: 'file',
  authorityReachable: true,
});

/** From here on the objects that only a start needs are worth a collection. */
const largePlantTags = 10_000;

/**
 * Everything wired. Parts are made in the order in which a value travels; whatever is started registers its end at once, and
 * `stop` runs these ends backwards.
 */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #startedAt: Date;
  readonly #startedMs: number;
  readonly #ends: { readonly what: string; readonly end: () => unknown }[] = [];
  readonly #logging: Logging;
  readonly #sequence: EventSequence;
  readonly #events: EventLog;
  readonly #store: TagStore;
  #instances: ReadonlyMap<string, DriverInstance> = new Map();
  readonly #finished = Promise.withResolvers<number>();
  #board: StatusBoard | undefined;
  #opcua: OpcuaOutlet | undefined;
  #started = false;
  #stopping: Promise<void> | undefined;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    const { home, logging, options, clock } = parts;
    this.#startedMs = clock.monotonicMs();
    this.#startedAt = new Date(clock.wallMs());
    this.#onStop('home', () => home[Symbol.dispose]());
    this.#logging = createLogging({ dir: home.file('logs'), ...logging, toConsole: options.console });
    this.#onStop('log', async () => await this.#logging.close());
    this.#sequence = new EventSequence(home.file('events.json'), this.#logging.logger);
    const { afterSeq } = this.#sequence;
    this.#events = new EventLog(clock, { afterSeq, onSeq: (seq) => this.#sequence.used(seq) });
    this.#store = new TagStore(clock, this.#logging.logger);
    this.#guardProcess();
  }

  async start(plant: Plant, warnings: readonly Finding[]): Promise<RunningGateway> {
    const { logger } = this.#logging;
    logger.info(`Fieldwarden ${version} starts for site ${plant.site}`, { home: this.#parts.home.path });
    for (const { path, message } of warnings) logger.warn(`plant document: ${path}: ${message}`);
    await this.#sequence.flushed(); // no event before its number is safe
    const metrics = createMetrics();
    this.#onStop('metrics', () => metrics.close());
    const opcua = plant.opcua.enabled ? await import('@fieldwarden/opcua-server') : undefined; // blocks for a second, so before the first scan
    const drivers = this.#startDrivers(plant, metrics);
    metrics.observe(metricsSource(this.#instances, () => this.#opcua?.statistics()));
    const writes = this.#writeRequests();
    const { tokens, adminPort } = await this.#startAdmin(plant, writes, drivers);
    const healthPort = await this.#startHealth(metrics);
    if (opcua) await this.#startOpcua(opcua.OpcuaOutlet, plant, writes);
    const setupToken = await tokens.createSetupToken(); // last: shown once, so not used up by a start that fails
    const runFile = this.#announce(adminPort, healthPort);
    if (this.#store.size > largePlantTags) releaseStartupMemory();
    return {
      runFile,
      setupToken,
      opcuaUrl: this.#opcua?.endpointUrl ?? null,
      warnings,
      finished: this.#finished.promise,
      stop: () => this.stop(),
    };
  }

  /** Ends everything, newest first; resolves when nothing is left. Never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#runEnds();
    return this.#stopping;
  }

  #startDrivers(plant: Plant, metrics: Metrics): RunningDrivers {
    const { registry, home, clock, random } = this.#parts;
    const { logger } = this.#logging;
    const deviceMemory = new DeviceMemory(home.file('devices.json'), clock, logger);
    this.#onStop('device memory', async () => await deviceMemory.close());
    const parts = {
      registry,
      stateDir: home.path,
      store: this.#store,
      clock,
      random,
      logger,
      metrics,
      events: this.#events,
      touched: (driverId: string) => this.#board?.touch(driverId),
      deviceMemory,
    };
    const drivers = new RunningDrivers(plant, parts);
    this.#instances = drivers.byId;
    this.#onStop('drivers', async () => await drivers.stop());
    this.#startBoard(plant.site, metrics, deviceMemory);
    drivers.start();
    return drivers;
  }

  /** Ends before the drivers do: that they stop with the gateway is nothing to remember. */
  #startBoard(site: string, metrics: Metrics, memory: DeviceMemory): void {
    const board = new StatusBoard({
      instances: this.#instances,
      store: this.#store,
      events: this.#events,
      clock: this.#parts.clock,
      memory,
      gateway: () => this.#facts(site),
      gone: (driverId) => metrics.removeDriver(driverId),
    });
    this.#board = board;
    this.#onStop('status board', () => board[Symbol.dispose]());
  }

  #facts(site: string): GatewayFacts {
    return {
      ...configuration(),
      version,
      site,
      startedAtMs: this.#startedAt.getTime(),
      uptimeMs: this.#parts.clock.monotonicMs() - this.#startedMs,
      residentBytes: process.memoryUsage.rss(),
      plantTags: this.#store.plantSize,
    };
  }

  #writeRequests(): WriteRequests {
    return new WriteRequests({
      store: this.#store,
      logger: this.#logging.logger,
      invokerOf: (driverId, deviceId) => this.#instances.get(driverId)?.invokerOf(deviceId),
      writeLocal: async (definition, value) => await writeEnabled(definition, value, this.#instances),
    });
  }

  async #startAdmin(
    plant: Plant,
    writes: WriteRequests,
    drivers: RunningDrivers,
  ): Promise<{ tokens: TokenStore; adminPort: number }> {
    const { home, options, clock } = this.#parts;
    const index = new TagIndex(this.#store);
    this.#onStop('tag index', () => index[Symbol.dispose]());
    const control = new LocalControl({
      version,
      site: plant.site,
      startedAt: this.#startedAt,
      uptimeMs: () => clock.monotonicMs() - this.#startedMs,
      configuration,
      rows: () => this.#board?.rows() ?? [],
      instances: this.#instances,
      store: this.#store,
      index,
      writes,
      events: this.#events,
      logs: this.#logging,
      logger: this.#logging.logger,
      postMortems: drivers.postMortems,
      opcua: () => this.#opcuaStatus(),
      shutdown: () => void this.stop(),
    });
    const tokens = await TokenStore.open(home.file('tokens.json'));
    const server = await AdminServer.start(
      { host: options.bind, port: options.adminPort, socketPath: home.file('admin.sock'), tokens },
      { control, logger: this.#logging.logger, clock },
    );
    this.#onStop('admin', async () => await server.stop());
    return { tokens, adminPort: server.port };
  }

  async #startHealth(metrics: Metrics): Promise<number> {
    const { options, clock } = this.#parts;
    const view = new HealthSource({
      instances: this.#instances,
      metrics,
      started: () => this.#started,
      uptimeMs: () => clock.monotonicMs() - this.#startedMs,
      configuration,
    });
    const server = await createHealthServer({ host: options.bind, port: options.healthPort, view, clock });
    this.#onStop('health', async () => await server.close());
    return server.port;
  }

  async #startOpcua(Outlet: typeof OpcuaOutlet, plant: Plant, writes: WriteRequests): Promise<void> {
    const { options, home, clock } = this.#parts;
    const outlet = await Outlet.start(
      {
        host: options.bind,
        port: options.opcuaPort ?? plant.opcua.port ?? 4840,
        site: plant.site,
        pkiDir: home.file('pki'),
        securityPolicies: plant.opcua.securityPolicies,
        anonymous: plant.opcua.anonymous,
        version,
      },
      { store: this.#store, writer: writes, logger: this.#logging.logger, clock },
    );
    this.#opcua = outlet;
    this.#onStop('opcua', async () => await outlet.stop());
  }

  #opcuaStatus(): Status['opcua'] {
    return this.#opcua ? { endpointUrl: this.#opcua.endpointUrl, ...this.#opcua.statistics() } : null;
  }

  #announce(adminPort: number, healthPort: number): RunFile {
    const runFile: RunFile = {
      pid: process.pid,
      startedAt: this.#startedAt.toISOString(),
      opcuaPort: this.#opcua?.port ?? null,
      healthPort,
      adminPort,
    };
    writeRunFile(this.#parts.home, runFile);
    this.#onStop('run file', () => removeRunFile(this.#parts.home));
    this.#started = true;
    const summary = `${this.#store.plantSize} tags of ${this.#instances.size} drivers`;
    this.#logging.logger.info(`ready: ${summary}`, { ...runFile });
    this.#tellServiceManager(healthPort, summary);
    return runFile;
  }

  #tellServiceManager(healthPort: number, summary: string): void {
    const { clock, options } = this.#parts;
    const notify = new ServiceNotify({ env: process.env, clock, logger: this.#logging.logger });
    this.#onStop('service notifications', async () => await notify.stopping());
    notify.ready(livenessUrl(options.bind, healthPort), summary);
  }

  /** What a library throws out of a callback must be seen, and must not end a gateway that serves a line. */
  #guardProcess(): void {
    const seen = (origin: string) => (error: unknown) => {
      const { message, stack } = toGatewayError(error);
      this.#logging.logger.error(`${origin}: ${message}`, { stack });
    };
    const uncaught = seen('uncaught exception');
    const unhandled = seen('unhandled rejection');
    process.on('uncaughtException', uncaught);
    process.on('unhandledRejection', unhandled);
    this.#onStop('process guard', () => {
      process.off('uncaughtException', uncaught);
      process.off('unhandledRejection', unhandled);
    });
  }

  #onStop(what: string, end: () => unknown): void {
    this.#ends.push({ what, end });
  }

  async #runEnds(): Promise<void> {
    this.#logging.logger.info('stopping');
    for (const { what, end } of this.#ends.reverse()) {
      try {
        await end();
      } catch (error) {
        this.#logging.logger.error(`stopping ${what} failed: ${toGatewayError(error).message}`);
      }
    }
    this.#finished.resolve(0);
  }
}
