import type { About } from '@fieldwarden/admin-contract';
import type { RunFile } from '@fieldwarden/gateway-contract';
import { createHealthServer, createMetrics, type Metrics } from '@fieldwarden/observe';
import { WriteRequests } from '@fieldwarden/tags';
import type { PlantFile } from './configuration/plant-file.js';
import { followConfiguration, openConfiguration, watchFile } from './configuration/followed-configuration.js';
import { layFoundation, type Foundation, type GatewayParts } from './process/foundation.js';
import type { RunningGateway } from './gateway-options.js';
import { HealthSource } from './status/health-source.js';
import { metricsSource } from './status/metrics-source.js';
import { removeRunFile, writeRunFile } from './process/run-file.js';
import type { RunningDrivers } from './drivers/running-drivers.js';
import { serveAdmin } from './admin/served-admin.js';
import { loadOpcua, ServedOpcua } from './served-opcua.js';
import { livenessUrl, ServiceNotify } from './process/service-notify.js';
import { startDrivers } from './drivers/started-drivers.js';
import { writeEnabled } from './status/system-tags/enabled-tag.js';
import type { ConfigurationFacts } from './status/gateway-facts.js';

export type { GatewayParts } from './process/foundation.js';

/**
 * Everything wired. Parts are made in the order in which a value travels; whatever is started registers its end at once, and
 * `stop` runs these ends backwards.
 */
export class Gateway {
  readonly #foundation: Foundation;
  readonly #finished = Promise.withResolvers<number>();
  /** As far as they are known: zero until then. */
  #ports: About['ports'] = { opcua: null, health: 0, admin: 0 };
  #started = false;
  #stopping: Promise<void> | undefined;

  constructor(parts: GatewayParts) {
    this.#foundation = layFoundation(parts);
  }

  /** `file`: the plant file to run, checked already. Rejects with kind `config`; the caller stops what was begun. */
  async start(file: PlantFile | undefined): Promise<RunningGateway> {
    const foundation = this.#foundation;
    const opened = await openConfiguration(foundation, file);
    const { configuration, boot } = opened;
    const facts = (): ConfigurationFacts => configuration.facts();
    await foundation.sequence.flushed(); // no event before its number is safe
    const metrics = createMetrics();
    foundation.ends.add('metrics', () => metrics.close());
    await loadOpcua(boot.running.plant.opcua);
    const { drivers, board } = startDrivers(foundation, boot.running, { metrics, configuration: facts });
    const writes = this.#writeRequests(drivers);
    const opcua = this.#opcuaServer(configuration.site, writes);
    metrics.observe(metricsSource(drivers.byId, { opcua: () => opcua.statistics(), config: facts }));
    const generations = followConfiguration(foundation, opened, { drivers, opcua, metrics });
    const ports = (): About['ports'] => ({ ...this.#ports, opcua: opcua.port });
    const subjects = { configuration, generations, writes, drivers, board, opcua, ports };
    const admin = await serveAdmin(foundation, { ...subjects, shutdown: () => void this.stop() });
    const health = await this.#startHealth(drivers, facts, metrics);
    this.#ports = { opcua: null, health, admin: admin.port };
    await opcua.serve(boot.running.plant.opcua);
    watchFile(foundation, file, boot, generations);
    const setupToken = await admin.tokens.createSetupToken(); // last: shown once, so not used up by a start that fails
    return {
      runFile: this.#announce(ports(), drivers),
      setupToken,
      opcuaUrl: opcua.endpointUrl,
      generation: generations.running.generation,
      tags: foundation.store.plantSize,
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

  #writeRequests({ byId }: RunningDrivers): WriteRequests {
    const { store, logging } = this.#foundation;
    return new WriteRequests({
      store,
      logger: logging.logger,
      invokerOf: (driverId, deviceId) => byId.get(driverId)?.invokerOf(deviceId),
      writeLocal: async (definition, value) => await writeEnabled(definition, value, byId),
    });
  }

  #opcuaServer(site: string, writer: WriteRequests): ServedOpcua {
    const { options, home, clock, store, logging, ends } = this.#foundation;
    const { logger } = logging;
    const opcua = new ServedOpcua({ options, site, pkiDir: home.file('pki'), store, writer, clock, logger });
    ends.add('opcua', async () => await opcua.stop());
    return opcua;
  }

  async #startHealth(
    { byId }: RunningDrivers,
    configuration: () => ConfigurationFacts,
    metrics: Metrics,
  ): Promise<number> {
    const { options, clock, uptimeMs, logging, ends } = this.#foundation;
    const view = new HealthSource({
      ...{ instances: byId, metrics, uptimeMs, configuration },
      started: () => this.#started,
    });
    const { logger } = logging;
    const server = await createHealthServer({ host: options.bind, port: options.healthPort, view, clock, logger });
    ends.add('health', async () => await server.close());
    return server.port;
  }

  #announce(
    { opcua: opcuaPort, health: healthPort, admin: adminPort }: About['ports'],
    { byId }: RunningDrivers,
  ): RunFile {
    const { home, startedAt, store, logging, ends } = this.#foundation;
    const runFile: RunFile = {
      pid: process.pid,
      startedAt: startedAt.toISOString(),
      opcuaPort,
      healthPort,
      adminPort,
    };
    writeRunFile(home, runFile);
    ends.add('run file', () => removeRunFile(home));
    this.#started = true;
    const summary = `${store.plantSize} tags of ${byId.size} drivers`;
    logging.logger.info(`ready: ${summary}`, { ...runFile });
    this.#tellServiceManager(healthPort, summary);
    return runFile;
  }

  #tellServiceManager(healthPort: number, summary: string): void {
    const { clock, options, logging, ends } = this.#foundation;
    const notify = new ServiceNotify({ env: process.env, clock, logger: logging.logger });
    ends.add('service notifications', async () => await notify.stopping());
    notify.ready(livenessUrl(options.bind, healthPort), summary);
  }

  async #runEnds(): Promise<void> {
    const { logging, ends } = this.#foundation;
    logging.logger.info('stopping');
    await ends.run(logging.logger);
    this.#finished.resolve(0);
  }
}
