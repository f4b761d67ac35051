import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, silentLogger, systemClock } from '@fieldwarden/core';
import type { DriverDefinition } from '@fieldwarden/driver';
import { driverFolders } from '@fieldwarden/belongings';
import { defaultSupervision, Supervisor, type Host } from '@fieldwarden/supervisor';
import type { ContractDevice, OpenedSession } from '@fieldwarden/testkit/contract-suite';
import { afterAll } from 'vitest';
import { freshBundle } from './fresh-bundle.js';

/** Compiled code is kept from one Host to the next. */
const stateDir = mkdtempSync(join(tmpdir(), 'fieldwarden-contract-'));
process.once('exit', () => rmSync(stateDir, { recursive: true, force: true }));

const bundle = freshBundle(silentLogger);

const supervisor = new Supervisor({
  ...bundle,
  clock: systemClock,
  logger: silentLogger,
  random: Math.random,
  stateDir,
});

afterAll(async () => {
  await supervisor.close();
  bundle[Symbol.dispose]();
});

/** Brings a driver to life in a real Host, for the contract suite, with options as the gateway has checked them. Disposing it ends the Host. */
export async function openHostedSession(definition: DriverDefinition, device: ContractDevice): Promise<OpenedSession> {
  const host = supervisor.createHost({
    driverId: 'hosted',
    driverType: definition.type,
    entry: definition.entry,
    options: definition.options.parse(device.options),
    devices: device.devices.map(({ id, options }) => ({ id, options: definition.deviceOptions.parse(options) })),
    folders: driverFolders(stateDir, 'hosted'),
    supervision: defaultSupervision,
  });
  await started(host);
  return { session: host.session!, [Symbol.asyncDispose]: () => host.stop() };
}

function started(host: Host): Promise<void> {
  return new Promise((resolve, reject) => {
    host.onEvent((event) => {
      if (event.type === 'ready') resolve();
      if (event.type === 'down') reject(new Error(`the Host did not start: ${messageOf(event.error)}`));
    });
    host.start();
  });
}
