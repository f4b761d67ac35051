import type { Access } from '@fieldwarden/accounts';
import type { AlarmActs } from '@fieldwarden/alarms';
import { AdminServer } from '@fieldwarden/admin-api';
import { LocalControl } from '@fieldwarden/admin-api/answers';
import type { Generations } from '@fieldwarden/generations';
import type { RunningServices } from '@fieldwarden/services';
import type { WriteRequests } from '@fieldwarden/tags';
import { hostname } from 'node:os';
import type { AdminTls } from '../certificates/admin-tls.js';
import { careForCertificates } from '../certificates/certificate-care.js';
import type { Configuration } from '../configuration/configuration.js';
import type { RunningDrivers } from '../drivers/running-drivers.js';
import type { CommonDependencies } from '../process/common-dependencies.js';
import type { StatusBoard } from '../status/status-board.js';
import { consoleDir } from './console-dir.js';
import { installationOf } from './installation.js';
import { upkeepOf } from './upkeep-of.js';

/** What the Admin API speaks for. */
export interface AdminSubjects {
  readonly access: Access;
  readonly alarmActs: AlarmActs;
  readonly configuration: Configuration;
  readonly generations: Generations;
  readonly writes: WriteRequests;
  readonly drivers: RunningDrivers;
  readonly board: StatusBoard;
  readonly services: RunningServices;
  readonly tls: AdminTls;
  readonly healthPort: number;
  readonly shutdown: () => void;
}

export interface ServedAdmin {
  readonly port: number;
  /** In clear, at the first start on this home; undefined later, or when the disk does not take it. */
  readonly setupToken: () => Promise<string | undefined>;
}

/** Serves the Admin API and the console. Rejects with PORT_TAKEN. */
export async function serveAdmin(common: CommonDependencies, subjects: AdminSubjects): Promise<ServedAdmin> {
  const { home, options, clock, disk, shutdownSteps, audit } = common;
  const { access } = subjects;
  const { logger } = common.logging;
  const certificates = careForCertificates(common, subjects.tls, subjects.services);
  const control = new LocalControl({
    ...common,
    ...subjects,
    certificates,
    installation: installationOf(home),
    upkeep: upkeepOf(common, subjects, () => server.port),
  });
  shutdownSteps.add('answers of the Admin API', () => control[Symbol.dispose]());
  const server = await AdminServer.start(
    {
      host: options.bind,
      port: options.adminPort,
      socketPath: home.file('admin.sock'),
      access,
      site: subjects.configuration.site,
      consoleDir,
      hostNames: [hostname(), ...(options.adminHosts ?? [])],
      tls: subjects.tls.served,
    },
    { control, logger, clock, audit, redactor: common.secrets },
  );
  subjects.tls.follow((served) => server.useTls(served));
  disk.whenWritten('local socket', () => server.openSocket());
  shutdownSteps.add('admin', async () => await server.stop());
  const setupToken = async (): Promise<string | undefined> => {
    try {
      return await access.createSetupToken();
    } catch (error) {
      logger.error('no set-up token could be made; fieldwarden users add NAME --role admin makes the first admin', {
        error,
      });
      return undefined;
    }
  };
  return { port: server.port, setupToken };
}
