import { fileURLToPath } from 'node:url';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { Supervisor, type Host, type SupervisorAlarm } from '@fieldwarden/supervisor';
import { waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { hostFolders } from './test-drivers/host-folders.js';
import { quickSupervision } from './test-drivers/start-host.js';

const rogueMain = fileURLToPath(import.meta.resolve('@fieldwarden/driver-host/test-drivers/rogue-host'));

it('Hosts that die all at once come back without an alarm; those that do it again start one after the other (§4.4)', async () => {
  const deps = { hostMain: rogueMain, clock: systemClock, logger: silentLogger, random: Math.random };
  const supervisor = new Supervisor(deps);
  const alarms: SupervisorAlarm[] = [];
  supervisor.onAlarm((alarm) => alarms.push(alarm));
  let starting = 0;
  let mostStarting = 0;
  const hosts = Array.from({ length: 24 }, (_, index) => makeHost(supervisor, `d${index}`));
  for (const host of hosts) host.start();
  await waitFor(() => hosts.every((host) => host.snapshot.state === 'ready'), {
    what: 'all Hosts',
    timeoutMs: 20_000,
  });
  expect(alarms).toEqual([]);

  for (const host of hosts) {
    host.onEvent((event) => {
      if (event.type !== 'state') return;
      starting = hosts.filter(({ snapshot }) => snapshot.state === 'starting').length;
      if (alarms.length > 0 && host.snapshot.spawn > 3) mostStarting = Math.max(mostStarting, starting);
    });
  }
  const killAll = (): void => hosts.forEach(({ snapshot }) => process.kill(snapshot.pid!, 'SIGKILL'));
  const allBack = (spawn: number): Promise<true> =>
    waitFor(() => hosts.every(({ snapshot }) => snapshot.state === 'ready' && snapshot.spawn === spawn), {
      what: `process ${spawn} of every Host`,
      timeoutMs: 20_000,
    });
  killAll();
  await allBack(2);
  expect(alarms).toEqual([]);
  killAll();
  await allBack(3);
  expect(alarms).toMatchObject([{ type: 'restart-storm', active: true }]);
  killAll();
  await allBack(4);
  expect([mostStarting, alarms.length]).toEqual([1, 1]);
  await supervisor.close();
});

function makeHost(supervisor: Supervisor, driverId: string): Host {
  return supervisor.createHost({
    driverId,
    driverType: 'rogue',
    entry: 'file:///none',
    options: { fault: 'none' },
    devices: [],
    folders: hostFolders(driverId),
    supervision: quickSupervision,
  });
}
