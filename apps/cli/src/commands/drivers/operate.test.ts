import { driverDetail, TestServer } from '@fieldwarden/admin-api/testing';
import { GatewayError } from '@fieldwarden/core';
import { expect, test } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf, runMain } from '../../testing/run-main.js';

const on = ({ home }: TestServer) => ({ env: { FIELDWARDEN_HOME: home } });

test.each(['start', 'stop', 'restart', 'reset', 'reinitialize'] as const)(
  '%s acts on a driver and says how it is then',
  async (action) => {
    await using server = await TestServer.start();
    const { code, stdout } = await runMain([action, 'packaging'], on(server));
    expect([code, stdout]).toEqual([0, `packaging  ${action === 'stop' ? 'Stopped' : 'Healthy'}\n`]);
    expect(server.control.operations).toMatchObject([{ id: 'packaging', action }]);
  },
);

test('promote, recycle and demote say where the driver runs then', async () => {
  await using server = await TestServer.start();
  const promoted = await runHere(['promote', 'packaging'], on(server).env);
  expect([promoted.code, promoted.stdout]).toEqual([0, 'packaging  Healthy  host 4711\n']);
  expect((await runHere(['recycle', 'packaging'], on(server).env)).stdout).toBe('packaging  Healthy  host 4711\n');
  expect((await runHere(['demote', 'packaging'], on(server).env)).stdout).toBe('packaging  Healthy  gateway\n');
  expect(server.control.operations.map(({ action }) => action)).toEqual(['promote', 'recycle', 'demote']);
});

test('a stopped driver can be promoted', async () => {
  await using server = await TestServer.start();
  server.control.driversById.set('packaging', driverDetail({ state: 'Stopped' }));
  expect((await runHere(['promote', 'packaging'], on(server).env)).code).toBe(0);
});

test('recycle of a driver without a Host fails with the remedy', async () => {
  await using server = await TestServer.start();
  const { code, stderr } = await runHere(['recycle', 'packaging'], on(server).env);
  expect([code, stderr]).toEqual([1, expect.stringContaining('fieldwarden promote')]);
});

test('all leaves out the drivers to which the action does not apply', async () => {
  await using server = await TestServer.start();
  expect((await runHere(['recycle', 'all'], on(server).env)).stdout).toBe('There is no driver to recycle.\n');
  server.control.driversById.set('press', driverDetail({ id: 'press', tier: 'C', isolation: 'host', pid: 7 }));
  expect((await runHere(['recycle', 'all'], on(server).env)).stdout).toBe('press  Healthy  host 7\n');
  expect((await runHere(['demote', 'all'], on(server).env)).stdout).toBe('packaging  Healthy  gateway\n');
});

test('all means every driver, each once', async () => {
  await using server = await TestServer.start();
  server.control.driversById.set('press', driverDetail({ id: 'press' }));
  const result = await runMain(['stop', 'all', 'packaging', '--json'], on(server));
  expect(result.code).toBe(0);
  expect(jsonOf(result)).toMatchObject({
    schema: 'fieldwarden/drivers@1',
    drivers: [
      { id: 'packaging', state: 'Stopped' },
      { id: 'press', state: 'Stopped' },
    ],
  });
});

test('--no-wait returns while the driver is still on its way', async () => {
  await using server = await TestServer.start();
  server.control.beforeOperation = () => new Promise(() => undefined);
  const human = await runMain(['restart', 'packaging', '--no-wait'], on(server));
  expect([human.code, human.stdout]).toEqual([0, 'packaging  restart has begun\n']);
  const json = await runMain(['restart', 'packaging', '--no-wait', '--json'], on(server));
  expect(jsonOf(json)).toEqual({
    schema: 'fieldwarden/operations@1',
    operations: [{ driverId: 'packaging', operationId: expect.stringMatching(/^cli-[0-9a-f]{16}(\.\d+)?$/) }],
  });
});

test('one failure is told and makes the exit code 1, but does not keep the others', async () => {
  await using server = await TestServer.start();
  server.control.driversById.set('press', driverDetail({ id: 'press' }));
  server.control.beforeOperation = (id) =>
    id === 'press'
      ? Promise.reject(
          new GatewayError({ code: 'NOT_ISOLATED', kind: 'config', message: 'it has no process of its own' }),
        )
      : Promise.resolve();
  const { code, stdout, stderr } = await runMain(['reset', 'press', 'packaging', 'nobody'], on(server));
  expect(code).toBe(1);
  expect(stdout).toBe('packaging  Healthy\n');
  expect(stderr).toContain('press: It has no process of its own.');
  expect(stderr).toContain('nobody: No driver has the id "nobody".');
});

test('a driver that starts into Faulted fails the command, with reason and remedy', async () => {
  await using server = await TestServer.start();
  const lastError = { code: 'X', kind: 'config', message: 'no such option', at: '2030-01-01T00:00:00.000Z' };
  server.control.operate = (id) => Promise.resolve(driverDetail({ id, state: 'Faulted', lastError }));
  const { code, stdout } = await runMain(['start', 'packaging'], on(server));
  expect(code).toBe(1);
  expect(stdout).toBe(
    'packaging  Faulted: no such option\n  Correct the plant document; fieldwarden config validate FILE shows everything that is wrong with it.\n',
  );
});

test('a driver that waits for its devices has started', async () => {
  await using server = await TestServer.start();
  server.control.operate = (id) => Promise.resolve(driverDetail({ id, state: 'Reconnecting' }));
  expect(await runMain(['start', 'packaging'], on(server))).toMatchObject({
    code: 0,
    stdout: 'packaging  Reconnecting\n',
  });
});
