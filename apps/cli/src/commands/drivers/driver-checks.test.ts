import { driverDetail, TestServer } from '@fieldwarden/admin-api/testing';
import { expect, test } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

const on = ({ home }: TestServer) => ({ FIELDWARDEN_HOME: home });

const answered = { device: 'filler', ok: true, durationMs: 4, error: null };
const silent = {
  device: 'capper',
  ok: false,
  durationMs: 500,
  error: { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer within 500 ms' },
};

test('drivers test is done only if every device answered', async () => {
  await using server = await TestServer.start();
  server.control.deviceTests = [answered];
  const good = await runHere(['drivers', 'test', 'packaging'], on(server));
  expect([good.code, good.stdout]).toEqual([0, 'DEVICE  ANSWERS  TOOK  WHY NOT\nfiller  yes      4 ms\n']);
  server.control.deviceTests = [answered, silent];
  const bad = await runHere(['drivers', 'test', 'packaging'], on(server));
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(/^capper {2}no +500 ms {2}MODBUS_TIMEOUT: no answer within 500 ms$/m);
  const json = await runHere(['drivers', 'test', 'packaging', '--json'], on(server));
  expect(jsonOf(json)).toMatchObject({ schema: 'fieldwarden/driver-test@1', devices: [answered, silent] });
});

test('drivers test of a stopped driver says how to start it', async () => {
  await using server = await TestServer.start();
  server.control.driversById.set('packaging', driverDetail({ state: 'Stopped' }));
  const { code, stdout, stderr } = await runHere(['drivers', 'test', 'packaging'], on(server));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('fieldwarden start <id>');
});

test('drivers browse lists what lies at the top, or under a node', async () => {
  await using server = await TestServer.start();
  server.control.nodes
    .set('', [{ address: 'DB1', name: 'block', dataType: null, writable: null, hasChildren: true }])
    .set('DB1', [{ address: 'DB1.DBD0', name: 'speed', dataType: 'float32', writable: true, hasChildren: false }]);
  expect((await runHere(['drivers', 'browse', 'packaging'], on(server))).stdout).toBe(
    'ADDRESS  NAME   TYPE  WRITABLE  MORE BELOW\nDB1      block  -     -         yes\n',
  );
  const below = ['drivers', 'browse', 'packaging', 'DB1', '--device', 'filler'];
  const { code, stdout } = await runHere(below, on(server));
  expect([code, stdout.split('\n')[1]]).toEqual([0, 'DB1.DBD0  speed  float32  yes       no']);
  expect(jsonOf(await runHere([...below, '--json'], on(server)))).toMatchObject({ device: 'filler' });
});

test('drivers browse finds by a text, and goes through all pages', async () => {
  await using server = await TestServer.start();
  const named = (name: string) => ({ address: name, name, dataType: null, writable: null, hasChildren: false });
  const names = Array.from({ length: 2_500 }, (_, i) => `speed ${i}`);
  server.control.nodes.set('', [...names, 'level'].map(named));
  const found = await runHere(['drivers', 'browse', 'packaging', '--search', 'speed', '--json'], on(server));
  const answer = JSON.parse(found.stdout) as { nodes: { name: string }[]; nextCursor: null };
  expect(answer.nodes.map(({ name }) => name)).toEqual(names);
  expect(answer.nextCursor).toBeNull();
});

test('drivers browse says so if the driver cannot, or has no such device', async () => {
  await using server = await TestServer.start();
  const cannot = await runHere(['drivers', 'browse', 'packaging'], on(server));
  expect(cannot).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('cannot tell') });
  const nobody = await runHere(['drivers', 'browse', 'packaging', '--device', 'mixer'], on(server));
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('no device') });
});
