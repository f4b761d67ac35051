import { createMetrics } from '@fieldwarden/observe';
import { AlarmTags } from './alarms/alarm-tags.js';
import { offerAlarmActs } from './alarms/offer-alarm-acts.js';
import { openAccess } from './admin/open-access.js';
import { PlantAccess } from './admin/plant-access.js';
import { serveAdmin } from './admin/serve-admin.js';
import { AdminTls } from './certificates/admin-tls.js';
import { followConfiguration, openConfiguration, watchFile } from './configuration/follow-configuration.js';
import type { PlantFile } from './configuration/plant-file.js';
import { makeDrivers } from './drivers/make-drivers.js';
import type { RunningGateway } from './gateway-options.js';
import { announce } from './process/announce.js';
import {
  makeCommonDependencies,
  restoreState,
  type CommonDependencies,
  type GatewayDependencies,
} from './process/common-dependencies.js';
import { MemoryRelease } from './configuration/memory-release.js';
import { startHealth } from './process/start-health.js';
import { followPorts } from './services/follow-ports.js';
import { makeServices, refuseTakenPorts } from './services/make-services.js';
import { reachableServices, runFilePorts } from './services/service-ports.js';
import { metricsSource } from './status/metrics-source.js';

/** So long after the start nobody has the plant any more, and the sessions in this process have made their plans. */
const sessionsMadeMs = 3_000;

/**
 * Everything wired. Parts are made in the order in which a value travels; whatever is started adds its shutdown step at once, and
 * `stop` runs these steps backwards.
 */
export class Gateway {
  readonly #common: CommonDependencies;
  readonly #finished = Promise.withResolvers<number>();
  #stopping: Promise<void> | undefined;

  constructor(dependencies: GatewayDependencies) {
    this.#common = makeCommonDependencies(dependencies);
  }

  /** `file`: the plant file to run, checked already. Rejects with kind `config`; the caller stops what was begun. */
  async start(file: PlantFile | undefined): Promise<RunningGateway> {
    const common = this.#common;
    const opened = await openConfiguration(common, file);
    const { configuration, boot } = opened;
    const memory = new MemoryRelease({ clock: common.clock, tags: () => common.store.plantSize });
    common.shutdownSteps.add('memory release', () => memory[Symbol.dispose]());
    await restoreState(common);
    const metrics = createMetrics();
    common.shutdownSteps.add('metrics', () => metrics.close());
    const access = await openAccess(common);
    const { drivers, board, writes } = makeDrivers(common, boot.running, { metrics, configuration });
    const alarmActs = offerAlarmActs(common, drivers.byId);
    const alarmTags = new AlarmTags({ ...common, redactor: common.secrets });
    common.shutdownSteps.add('tags of alarms', () => alarmTags[Symbol.dispose]());
    const services = makeServices(common, boot.running, writes, access.desk);
    const plantAccess = new PlantAccess({ access, services, clock: common.clock, logger: common.logging.logger });
    common.shutdownSteps.add('people of the plant', () => plantAccess[Symbol.dispose]());
    plantAccess.take();
    metrics.observe(metricsSource(drivers.byId, services, configuration, common.alarms));
    await services.preload();
    const tls = new AdminTls(common, { site: configuration.site, services: () => drivers.configuration.services });
    await tls.apply(boot.running.plant.tls);
    const generations = followConfiguration(common, opened, { drivers, services, plantAccess, metrics, memory, tls });
    const health = await startHealth(common, { instances: drivers.byId, services, metrics, configuration });
    const admin = await serveAdmin(common, {
      alarmActs,
      access,
      configuration,
      generations,
      drivers,
      board,
      writes,
      services,
      tls,
      healthPort: health.port,
      shutdown: () => void this.stop(),
    });
    await services.start();
    refuseTakenPorts(services);
    drivers.start(); // nothing connects to a PLC before the ports of this gateway are its own
    watchFile(common, file, boot, generations);
    const setupToken = await admin.setupToken(); // last: shown once, so not used up by a start that fails
    const ports = {
      services: runFilePorts(common.catalogue.services, services),
      adminPort: admin.port,
      adminProtocol: tls.protocol,
    };
    const tags = common.store.plantSize;
    const announced = announce(common, ports, health, `${tags} tags of ${drivers.byId.size} drivers`);
    followPorts(common, services, announced);
    tls.follow(() => announced.update({ adminProtocol: tls.protocol }));
    memory.soon(sessionsMadeMs);
    return {
      runFile: announced.content,
      setupToken,
      services: reachableServices(services),
      generation: generations.running.generation,
      tags,
      warnings: boot.warnings,
      fileDiffers: boot.fileDiffers,
      finished: this.#finished.promise,
      stop: () => this.stop(),
    };
  }

  /** Ends everything, newest first; resolves when nothing is left. Never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#shutDown();
    return this.#stopping;
  }

  async #shutDown(): Promise<void> {
    const { logging, shutdownSteps } = this.#common;
    logging.logger.info('stopping');
    await shutdownSteps.run(logging.logger);
    this.#finished.resolve(0);
  }
}
