import type { RunFile } from '@fieldwarden/gateway-contract';
import { createHealthServer, createMetrics, type Metrics } from '@fieldwarden/observe';
import type { RunningServices } from '@fieldwarden/services';
import { WriteRequests } from '@fieldwarden/tags';
import { serveAdmin } from './admin/served-admin.js';
import { followConfiguration, openConfiguration, watchFile } from './configuration/followed-configuration.js';
import type { PlantFile } from './configuration/plant-file.js';
import { makeDrivers } from './drivers/made-drivers.js';
import type { RunningDrivers } from './drivers/running-drivers.js';
import type { RunningGateway } from './gateway-options.js';
import { layFoundation, type Foundation, type GatewayParts } from './process/foundation.js';
import { removeRunFile, writeRunFile } from './process/run-file.js';
import { livenessUrl, ServiceNotify } from './process/service-notify.js';
import { makeServices, refuseTakenPorts } from './services/made-services.js';
import { reachableServices, runFilePorts } from './services/service-ports.js';
import type { ConfigurationFacts } from './status/gateway-facts.js';
import { HealthSource } from './status/health-source.js';
import { metricsSource } from './status/metrics-source.js';
import { stateAlarms } from './process/state-alarms.js';
import { writeEnabled } from './status/system-tags/enabled-tag.js';

export type { GatewayParts } from './process/foundation.js';

/**
 * Everything wired. Parts are made in the order in which a value travels; whatever is started registers its end at once, and
 * `stop` runs these ends backwards.
 */
export class Gateway {
  readonly #foundation: Foundation;
  readonly #finished = Promise.withResolvers<number>();
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
    const { plant, summary } = boot.running;
    const facts = (): ConfigurationFacts => configuration.facts();
    foundation.events.resumeAfter(await foundation.sequence.resume()); // no event before its number is safe
    await foundation.alarms.restore();
    foundation.state.reportTo(stateAlarms(foundation.alarms));
    const metrics = createMetrics();
    foundation.ends.add('metrics', () => metrics.close());
    const { drivers, board } = makeDrivers(foundation, boot.running, { metrics, configuration: facts });
    const writes = this.#writeRequests(drivers);
    const services = makeServices(foundation, plant, writes, summary.generation);
    metrics.observe(metricsSource(drivers.byId, { services, config: facts }));
    await services.preload();
    drivers.start();
    const generations = followConfiguration(foundation, opened, { drivers, services, metrics });
    const healthPort = await this.#startHealth(drivers, services, { facts, metrics });
    const subjects = { configuration, generations, writes, drivers, services, board, healthPort };
    const admin = await serveAdmin(foundation, { ...subjects, shutdown: () => void this.stop() });
    await services.start();
    refuseTakenPorts(services);
    watchFile(foundation, file, boot, generations);
    const setupToken = await admin.tokens.createSetupToken(); // last: shown once, so not used up by a start that fails
    return {
      runFile: this.#announce(runFilePorts(foundation.catalogue.services, services), healthPort, admin.port, drivers),
      setupToken,
      services: reachableServices(services),
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

  async #startHealth(
    { byId }: RunningDrivers,
    services: RunningServices,
    { facts, metrics }: { readonly facts: () => ConfigurationFacts; readonly metrics: Metrics },
  ): Promise<number> {
    const { options, clock, uptimeMs, logging, ends } = this.#foundation;
    const view = new HealthSource({
      instances: byId,
      services,
      metrics,
      uptimeMs,
      configuration: facts,
      started: () => this.#started,
    });
    const { logger } = logging;
    const server = await createHealthServer({ host: options.bind, port: options.healthPort, view, clock, logger });
    ends.add('health', async () => await server.close());
    return server.port;
  }

  #announce(
    ports: Readonly<Record<string, number | null>>,
    healthPort: number,
    adminPort: number,
    { byId }: RunningDrivers,
  ): RunFile {
    const { home, startedAt, store, logging, ends } = this.#foundation;
    const runFile = {
      pid: process.pid,
      startedAt: startedAt.toISOString(),
      ...ports,
      healthPort,
      adminPort,
    } as RunFile;
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
