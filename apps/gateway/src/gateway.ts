import { AdminServer, SessionStore, TokenStore } from '@fieldwarden/admin-api';
import type { About, RunFile } from '@fieldwarden/admin-contract';
import type { Plant } from '@fieldwarden/config';
import { messageOf, toGatewayError, type Clock } from '@fieldwarden/core';
import type { DriverRegistry } from '@fieldwarden/driver';
import type { Apply, Boot, Generations, PlantCheck, RunningVersion } from '@fieldwarden/generations';
import type { DriverInstance } from '@fieldwarden/instances';
import {
  createHealthServer,
  createLogging,
  createMetrics,
  EventLog,
  type Logging,
  type Metrics,
} from '@fieldwarden/observe';
import { TagStore, WriteRequests } from '@fieldwarden/tags';
import { TagTrends } from '@fieldwarden/trends';
import { hostname } from 'node:os';
import { aboutGateway } from './about/about-gateway.js';
import { GatewayAlarms } from './alarms/gateway-alarms.js';
import { LocalAlarms } from './alarms/local-alarms.js';
import { Configuration, type OpenedConfiguration } from './configuration/configuration.js';
import { ConfigurationEvents } from './configuration/configuration-events.js';
import { LocalConfig } from './configuration/local-config.js';
import { GatewayChanges } from './configuration/gateway-changes.js';
import type { PlantFile } from './configuration/plant-file.js';
import { watchPlantFile } from './configuration/watch-plant-file.js';
import { failuresOf } from './configuration/failures-of.js';
import { LocalDevices } from './devices/local-devices.js';
import { EventSequence } from './event-sequence.js';
import type { GatewayOptions, RunningGateway } from './gateway-options.js';
import { HealthSource } from './health-source.js';
import type { HomeDirectory } from './home-directory.js';
import { LocalControl } from './local-control.js';
import { metricsSource } from './metrics-source.js';
import { loadOpcua, ServedOpcua } from './served-opcua.js';
import { removeRunFile, writeRunFile } from './run-file.js';
import { livenessUrl, ServiceNotify } from './service-notify.js';
import { RunningDrivers } from './running-drivers.js';
import { consoleDir } from './console-dir.js';
import { CurveRecorder } from './status/curve-recorder.js';
import { DeviceMemory } from './status/device-memory.js';
import { writeEnabled } from './status/enabled-tag.js';
import type { ConfigurationFacts, GatewayFacts } from './status/gateway-facts.js';
import { StatusBoard } from './status/status-board.js';
import { TagIndex } from './tag-index.js';
import { version } from './version.js';

export interface GatewayParts {
  readonly options: GatewayOptions;
  readonly registry: DriverRegistry;
  readonly check: PlantCheck;
  readonly home: HomeDirectory;
  readonly clock: Clock;
  readonly random: () => number;
}

/** How it is logged until the plant says how. */
const untilConfigured = { level: 'info', json: false } as const;

const unknownConfiguration = { generation: null, usingStaleConfig: false, authority: 'embedded' } as const;

interface AdminParts {
  readonly configuration: Configuration;
  readonly config: LocalConfig;
  readonly writes: WriteRequests;
  readonly drivers: RunningDrivers;
  readonly opcua: ServedOpcua;
}

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
  readonly #alarms: GatewayAlarms;
  readonly #store: TagStore;
  readonly #trends: TagTrends;
  #instances: ReadonlyMap<string, DriverInstance> = new Map();
  readonly #finished = Promise.withResolvers<number>();
  #configuration: Configuration | undefined;
  #board: StatusBoard | undefined;
  #started = false;
  /** 0 until they are open. */
  #adminPort = 0;
  #healthPort = 0;
  #stopping: Promise<void> | undefined;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    const { home, options, clock } = parts;
    this.#startedMs = clock.monotonicMs();
    this.#startedAt = new Date(clock.wallMs());
    this.#onStop('home', () => home[Symbol.dispose]());
    this.#logging = createLogging({ dir: home.file('logs'), ...untilConfigured, toConsole: options.console });
    this.#onStop('log', async () => await this.#logging.close());
    this.#sequence = new EventSequence(home.file('events.json'), this.#logging.logger);
    const { afterSeq } = this.#sequence;
    this.#events = new EventLog(clock, { afterSeq, onSeq: (seq) => this.#sequence.used(seq) });
    this.#alarms = new GatewayAlarms(this.#events);
    this.#store = new TagStore(clock, this.#logging.logger);
    this.#trends = new TagTrends(this.#store, clock);
    this.#onStop('trends', () => this.#trends[Symbol.dispose]());
    this.#guardProcess();
  }

  /** `file`: the plant file to run, checked already. Rejects with kind `config`; the caller stops what was begun. */
  async start(file: PlantFile | undefined): Promise<RunningGateway> {
    const { configuration, boot } = await this.#openConfiguration(file);
    const { plant } = boot.running;
    await this.#sequence.flushed(); // no event before its number is safe
    const metrics = createMetrics();
    this.#onStop('metrics', () => metrics.close());
    await loadOpcua(plant.opcua);
    const drivers = this.#startDrivers(boot.running, metrics);
    const writes = this.#writeRequests();
    const opcua = this.#opcuaServer(plant, writes);
    const config = (): ConfigurationFacts => configuration.facts();
    metrics.observe(metricsSource(this.#instances, { opcua: () => opcua.statistics(), config }));
    const generations = this.#followConfiguration(configuration, boot, { drivers, opcua, metrics });
    const configControl = new LocalConfig({ generations, registry: this.#parts.registry, check: this.#parts.check });
    const { tokens, adminPort } = await this.#startAdmin({
      configuration,
      config: configControl,
      writes,
      drivers,
      opcua,
    });
    const healthPort = await this.#startHealth(configuration, metrics);
    await opcua.serve(plant.opcua);
    this.#watchFile(file, generations, boot.fileNotPublished === undefined);
    const setupToken = await tokens.createSetupToken(); // last: shown once, so not used up by a start that fails
    const runFile = this.#announce(opcua, adminPort, healthPort);
    return {
      runFile,
      setupToken,
      opcuaUrl: opcua.endpointUrl,
      generation: generations.running.generation,
      tags: this.#store.plantSize,
      warnings: boot.warnings,
      finished: this.#finished.promise,
      stop: () => this.stop(),
    };
  }

  /** Ends everything, newest first; resolves when nothing is left. Never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#runEnds();
    return this.#stopping;
  }

  async #openConfiguration(file: PlantFile | undefined): Promise<OpenedConfiguration> {
    const { home, options, registry, check, clock, random } = this.#parts;
    const { logger } = this.#logging;
    logger.info(`Fieldwarden ${version} starts`, { home: home.path });
    const opened = await Configuration.open(
      { home: home.path, url: options.configUrl, registry, check, clock, random, logger },
      { file, site: options.site, generation: options.generation },
    );
    const { configuration, boot } = opened;
    this.#configuration = configuration;
    this.#onStop('configuration', async () => await configuration.close());
    const { running, warnings, held, fileNotPublished } = boot;
    this.#logging.configure(running.plant.logging);
    logger.info(`site ${configuration.site} runs generation ${running.summary.generation}`);
    for (const { path, message } of warnings) logger.warn(`plant document: ${path}: ${message}`);
    if (held !== undefined) logger.error(held);
    if (fileNotPublished !== undefined) logger.error(`${file?.name} is not published: ${fileNotPublished}`);
    return opened;
  }

  #followConfiguration(
    configuration: Configuration,
    boot: Boot,
    { drivers, opcua, metrics }: { drivers: RunningDrivers; opcua: ServedOpcua; metrics: Metrics },
  ): Generations {
    const events = new ConfigurationEvents(this.#events, (result) => metrics.configPublished(result));
    configuration.onAuthorityChange(events.authorityChanged);
    const gatewayChange = new GatewayChanges({ logging: this.#logging, opcua });
    const apply: Apply = async (plan, { plant, summary }) => [
      ...failuresOf(await drivers.apply(plan, plant, summary.generation)),
      ...(await gatewayChange.apply(plan.gateway)),
    ];
    return configuration.begin(boot, { apply, plant: () => drivers.plant }, events.observer);
  }

  #watchFile(file: PlantFile | undefined, generations: Generations, published: boolean): void {
    const { options, clock, check } = this.#parts;
    if (!file || !options.watch) return;
    const watch = watchPlantFile(file, { generations, check, clock, logger: this.#logging.logger, published });
    this.#onStop('plant file watch', () => watch[Symbol.dispose]());
  }

  #startDrivers({ plant, summary }: RunningVersion, metrics: Metrics): RunningDrivers {
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
    const drivers = new RunningDrivers(plant, parts, summary.generation);
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

  #facts(site: string): Omit<GatewayFacts, 'valuesPerSecond'> {
    return {
      ...(this.#configuration?.facts() ?? unknownConfiguration),
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

  #opcuaServer(plant: Plant, writer: WriteRequests): ServedOpcua {
    const { options, home, clock } = this.#parts;
    const { logger } = this.#logging;
    const pkiDir = home.file('pki');
    const opcua = new ServedOpcua({ options, site: plant.site, pkiDir, store: this.#store, writer, clock, logger });
    this.#onStop('opcua', async () => await opcua.stop());
    return opcua;
  }

  async #startAdmin({
    configuration,
    config,
    writes,
    drivers,
    opcua,
  }: AdminParts): Promise<{ tokens: TokenStore; adminPort: number }> {
    const { home, options, clock, registry } = this.#parts;
    const index = new TagIndex(this.#store);
    this.#onStop('tag index', () => index[Symbol.dispose]());
    const curves = new CurveRecorder(this.#instances, clock);
    this.#onStop('curves', () => curves[Symbol.dispose]());
    const control = new LocalControl({
      version,
      site: configuration.site,
      startedAt: this.#startedAt,
      uptimeMs: () => clock.monotonicMs() - this.#startedMs,
      config,
      configuration: () => configuration.facts(),
      configStatus: () => configuration.status(drivers.configuration.rolledBack),
      rows: () => this.#board?.rows() ?? [],
      valuesPerSecond: () => this.#board?.valuesPerSecond ?? 0,
      ...this.#deviceControls(),
      instances: this.#instances,
      store: this.#store,
      index,
      writes,
      events: this.#events,
      logs: this.#logging,
      logger: this.#logging.logger,
      postMortems: drivers.postMortems,
      opcua: () => opcua.status(),
      trends: this.#trends,
      curves,
      about: async () => await aboutGateway({ home, registry, ports: this.#ports(opcua), opcua: opcua.port !== null }),
      shutdown: () => void this.stop(),
    });
    const { logger } = this.#logging;
    const tokens = await TokenStore.open(home.file('tokens.json'));
    const sessions = await SessionStore.open(home.file('sessions.json'), { logger, clock });
    const server = await AdminServer.start(
      {
        host: options.bind,
        port: options.adminPort,
        socketPath: home.file('admin.sock'),
        tokens,
        sessions,
        consoleDir,
        hostNames: [hostname(), ...(options.adminHosts ?? [])],
      },
      { control, logger, clock },
    );
    this.#adminPort = server.port;
    this.#onStop('admin', async () => await server.stop());
    return { tokens, adminPort: server.port };
  }

  #deviceControls(): { readonly alarms: LocalAlarms; readonly devices: LocalDevices } {
    const instances = this.#instances;
    const { logger } = this.#logging;
    return {
      alarms: new LocalAlarms({ instances, gateway: this.#alarms, logger }),
      devices: new LocalDevices({ instances, store: this.#store, clock: this.#parts.clock, logger }),
    };
  }

  #ports(opcua: ServedOpcua): About['ports'] {
    return { opcua: opcua.port, health: this.#healthPort, admin: this.#adminPort };
  }

  async #startHealth(configuration: Configuration, metrics: Metrics): Promise<number> {
    const { options, clock } = this.#parts;
    const view = new HealthSource({
      instances: this.#instances,
      metrics,
      started: () => this.#started,
      uptimeMs: () => clock.monotonicMs() - this.#startedMs,
      configuration: () => configuration.facts(),
    });
    const { logger } = this.#logging;
    const server = await createHealthServer({ host: options.bind, port: options.healthPort, view, clock, logger });
    this.#healthPort = server.port;
    this.#onStop('health', async () => await server.close());
    return server.port;
  }

  #announce(opcua: ServedOpcua, adminPort: number, healthPort: number): RunFile {
    const runFile: RunFile = {
      pid: process.pid,
      startedAt: this.#startedAt.toISOString(),
      opcuaPort: opcua.port,
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
      const { stack } = error instanceof Error ? error : new Error('thrown without a stack');
      this.#logging.logger.error(`${origin}: ${messageOf(error)}`, { stack });
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
