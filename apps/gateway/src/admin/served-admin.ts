import { AdminServer, SessionStore, TokenStore } from '@fieldwarden/admin-api';
import type { Generations } from '@fieldwarden/generations';
import type { RunningServices } from '@fieldwarden/services';
import type { WriteRequests } from '@fieldwarden/tags';
import { hostname } from 'node:os';
import { aboutGateway } from './about/about-gateway.js';
import type { Configuration } from '../configuration/configuration.js';
import { LocalConfig } from '../configuration/local-config.js';
import { consoleDir } from './console-dir.js';
import { LocalDevices } from './devices/local-devices.js';
import type { Foundation } from '../process/foundation.js';
import { LocalAlarms } from './local-alarms.js';
import { LocalControl } from './local-control.js';
import type { RunningDrivers } from '../drivers/running-drivers.js';
import { CurveRecorder } from '../status/curve-recorder.js';
import type { StatusBoard } from '../status/status-board.js';
import { TagIndex } from './tag-index.js';
import { LocalServices } from '../services/local-services.js';
import { servicePorts } from '../services/service-ports.js';
import { version } from '../version.js';

/** What the Admin API speaks for. */
export interface AdminSubjects {
  readonly configuration: Configuration;
  readonly generations: Generations;
  readonly writes: WriteRequests;
  readonly drivers: RunningDrivers;
  readonly board: StatusBoard;
  readonly services: RunningServices;
  readonly healthPort: number;
  readonly shutdown: () => void;
}

/** Serves the Admin API and the console. Rejects with PORT_TAKEN. */
export async function serveAdmin(
  foundation: Foundation,
  subjects: AdminSubjects,
): Promise<{ readonly tokens: TokenStore; readonly port: number }> {
  const { home, options, clock, ends } = foundation;
  const { logger } = foundation.logging;
  const control = localControl(foundation, subjects, () => server.port);
  const tokens = await TokenStore.open(home.file('tokens.json'));
  const sessions = SessionStore.open(home.file('sessions.json'), { logger, clock });
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
  ends.add('admin', async () => await server.stop());
  return { tokens, port: server.port };
}

function localControl(foundation: Foundation, subjects: AdminSubjects, adminPort: () => number): LocalControl {
  const { clock, catalogue, check, store, logging, events, trends, ends, startedAt, uptimeMs, home } = foundation;
  const { configuration, generations, writes, drivers, services, board, healthPort, shutdown } = subjects;
  const { logger } = logging;
  const instances = drivers.byId;
  const index = new TagIndex(store);
  ends.add('tag index', () => index[Symbol.dispose]());
  const curves = new CurveRecorder(instances, clock);
  ends.add('curves', () => curves[Symbol.dispose]());
  return new LocalControl({
    ...{ version, startedAt, uptimeMs, instances, store, index, writes, events, logger, trends, curves, shutdown },
    site: configuration.site,
    config: new LocalConfig({ generations, catalogue, check }),
    configuration: () => configuration.facts(),
    configStatus: () => configuration.status(drivers.configuration.rolledBack),
    rows: () => board.rows(),
    valuesPerSecond: () => board.valuesPerSecond,
    alarms: new LocalAlarms({ instances, book: foundation.alarms, logger }),
    devices: new LocalDevices({ instances, store, clock, logger }),
    logs: logging,
    postMortems: drivers.postMortems,
    services,
    serviceControl: new LocalServices({
      services,
      logs: logging,
      postMortems: foundation.supervisor.servicePostMortems,
    }),
    about: async () =>
      await aboutGateway({
        home,
        catalogue,
        ports: { ...servicePorts(services), health: healthPort, admin: adminPort() },
      }),
  });
}
