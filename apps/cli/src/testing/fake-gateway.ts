import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Access } from '@fieldwarden/accounts';
import { AdminServer } from '@fieldwarden/admin-api';
import { FakeGatewayControl } from '@fieldwarden/admin-api/testing';
import type { Finding, RunFile } from '@fieldwarden/gateway-contract';
import { GatewayError, silentLogger, systemClock } from '@fieldwarden/core';
import type { GatewayOptions, RunningGateway } from '@fieldwarden/gateway';

/**
 * A gateway without drivers, for tests of `up` and `down`: real Admin API, real health port, real run.json. What stands in its
 * plant file decides how it behaves: `refused`, `port-taken`, `dies`, `throws`, anything else runs.
 */
export async function runFakeGateway(options: GatewayOptions): Promise<RunningGateway> {
  misbehave(options.plantFile === undefined ? 'missing' : readFileSync(options.plantFile, 'utf8').trim());
  mkdirSync(options.home, { recursive: true });
  const control = new FakeGatewayControl();
  const audit = { record: () => undefined };
  const access = await Access.open(options.home, { audit, clock: systemClock, logger: silentLogger });
  const admin = await AdminServer.start(
    {
      host: options.bind,
      port: options.adminPort,
      socketPath: join(options.home, 'admin.sock'),
      access,
      site: 'lab',
    },
    { control, logger: silentLogger },
  );
  const health = createServer((_request, response) => response.end('{"status":"ok"}'));
  await once(health.listen(options.healthPort, options.bind), 'listening');
  return running(options, control, admin, health, await access.createSetupToken());
}

function misbehave(behaviour: string): void {
  if (behaviour === 'missing')
    throw refusal('PLANT_MISSING', 'no plant to run: give the plant document with --plant FILE');
  if (behaviour === 'port-taken')
    throw refusal('PORT_TAKEN', 'port 4842 on 127.0.0.1 is taken; choose another with --admin-port');
  if (behaviour === 'refused') {
    const finding: Finding = {
      path: 'drivers[0].type',
      rule: 'driver-type-unknown',
      message: 'no such type',
      severity: 'error',
    };
    throw Object.assign(refusal('PLANT_REFUSED', 'the plant has 1 error; nothing was started'), {
      findings: [finding],
    });
  }
  if (behaviour === 'throws') throw new TypeError('x is undefined');
  if (behaviour === 'dies') {
    console.error('the last words');
    process.kill(process.pid, 'SIGKILL');
  }
}

function refusal(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}

function running(
  { home }: GatewayOptions,
  control: FakeGatewayControl,
  admin: AdminServer,
  health: Server,
  setupToken: string | undefined,
): RunningGateway {
  const finished = Promise.withResolvers<number>();
  const runFile: RunFile = {
    pid: process.pid,
    startedAt: control.statusNow.startedAt,
    opcuaPort: null,
    healthPort: (health.address() as AddressInfo).port,
    adminPort: admin.port,
    adminProtocol: 'http',
  };
  writeFileSync(join(home, 'run.json.new'), JSON.stringify(runFile));
  renameSync(join(home, 'run.json.new'), join(home, 'run.json'));
  const stop = async (): Promise<void> => {
    health.close();
    health.closeAllConnections();
    await admin.stop();
    rmSync(join(home, 'run.json'), { force: true });
    finished.resolve(0);
  };
  control.onShutdown = () => void stop();
  return {
    runFile,
    setupToken,
    services: [{ id: 'opcua', title: 'OPC UA server', url: null }],
    generation: 1,
    tags: 0,
    warnings: [],
    fileDiffers: undefined,
    finished: finished.promise,
    stop,
  };
}
