import { GatewayError } from '@fieldwarden/core';
import { collectingLogger, waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { driverActions } from '@fieldwarden/gateway-contract';
import { call } from '../../testing/api-client.js';
import { driverDetail } from '../../testing/samples.js';
import { TestServer } from '../../testing/test-server.js';

const notIsolated = () =>
  new GatewayError({ code: 'NOT_ISOLATED', kind: 'config', message: 'driver packaging runs in the gateway itself' });

test('lists the drivers without their devices', async () => {
  await using server = await TestServer.start();
  const { status, json } = await call(server.socket, '/drivers');
  expect(status).toBe(200);
  expect(json).toEqual({ schema: 'fieldwarden/drivers@1', drivers: server.control.drivers() });
  expect(server.control.drivers()[0]).not.toHaveProperty('devices');
});

test('shows one driver with its devices', async () => {
  await using server = await TestServer.start();
  const { status, json } = await call(server.socket, '/drivers/packaging');
  expect(status).toBe(200);
  expect(json).toEqual({ schema: 'fieldwarden/driver@1', ...driverDetail() });
});

test.each([
  ['GET', '/drivers/nobody'],
  ['GET', '/drivers/nobody/plan'],
  ['GET', '/drivers/nobody/browse'],
  ['POST', '/drivers/nobody/test'],
  ['GET', '/drivers/nobody/logs'],
  ['GET', '/drivers/nobody/logs?follow=true'],
  ['GET', '/drivers/nobody/events'],
  ['GET', '/drivers/nobody/post-mortems'],
  ['GET', '/drivers/nobody/post-mortems/1'],
  ['POST', '/drivers/nobody/start'],
])('answers %s %s with 404 and a remedy', async (method, path) => {
  await using server = await TestServer.start();
  const answer = await call(server.socket, path, { method });
  expect(answer).toMatchObject({
    status: 404,
    json: { code: 'DRIVER_UNKNOWN', remedy: expect.stringContaining('fieldwarden list') },
  });
  expect(server.control.operations).toEqual([]);
});

test('names the driver that was probably meant, and says of a service that it is one', async () => {
  await using server = await TestServer.start();
  const { json } = await call(server.socket, '/drivers/packagin');
  expect(json).toMatchObject({ detail: expect.stringContaining('; did you mean packaging?') });
  const [{ id }] = server.control.services.list();
  expect((await call(server.socket, `/drivers/${id}`)).json).toMatchObject({
    code: 'DRIVER_UNKNOWN',
    detail: `${id} is a service, not a driver`,
    remedy: expect.stringContaining(`fieldwarden services describe ${id}`),
  });
});

test.each(driverActions)('passes %s on and answers 202 with the id to follow', async (action) => {
  await using server = await TestServer.start();
  server.control.beforeOperation = () => new Promise(() => undefined);
  const answer = await call(server.socket, `/drivers/packaging/${action}`, {
    method: 'POST',
    headers: { 'x-correlation-id': 'op-1' },
  });
  expect(answer).toMatchObject({ status: 202, json: { schema: 'fieldwarden/operation@1', operationId: 'op-1' } });
  expect(server.control.operations).toEqual([{ id: 'packaging', action, correlationId: 'op-1' }]);
});

test('waits for the new state when asked to, and answers with the driver', async () => {
  await using server = await TestServer.start();
  const answer = await call(server.socket, '/drivers/packaging/stop?wait=true', { method: 'POST' });
  expect(answer).toMatchObject({
    status: 200,
    json: { schema: 'fieldwarden/driver@1', id: 'packaging', state: 'Stopped' },
  });
});

test.each(['', '?wait=true'])('answers a refused action with its status and remedy (query %j)', async (query) => {
  await using server = await TestServer.start();
  server.control.beforeOperation = () => Promise.reject(notIsolated());
  const answer = await call(server.socket, `/drivers/packaging/reset${query}`, { method: 'POST' });
  expect(answer).toMatchObject({
    status: 409,
    json: {
      type: 'urn:fieldwarden:problem:not-isolated',
      code: 'not-isolated',
      remedy: expect.stringContaining('fieldwarden promote'),
    },
  });
});

test('recycles a driver in a Host, and refuses one that has none (§4.7)', async () => {
  await using server = await TestServer.start();
  const refused = await call(server.socket, '/drivers/packaging/recycle', { method: 'POST' });
  expect(refused).toMatchObject({ status: 409, json: { code: 'not-isolated', title: 'Not isolated' } });
  const promoted = await call(server.socket, '/drivers/packaging/promote?wait=true', { method: 'POST' });
  expect(promoted).toMatchObject({ status: 200, json: { isolation: 'host', state: 'Healthy' } });
  const recycled = await call(server.socket, '/drivers/packaging/recycle?wait=true', { method: 'POST' });
  expect(recycled).toMatchObject({ status: 200, json: { isolation: 'host', state: 'Healthy' } });
});

test('refuses to demote a driver of tier C, with the reason', async () => {
  await using server = await TestServer.start();
  server.control.driversById.set('press', driverDetail({ id: 'press', type: 's7', tier: 'C', isolation: 'host' }));
  for (const query of ['', '?wait=true']) {
    const answer = await call(server.socket, `/drivers/press/demote${query}`, { method: 'POST' });
    expect(answer).toMatchObject({
      status: 409,
      json: { code: 'TIER_NEEDS_HOST', detail: expect.stringContaining('tier C'), remedy: expect.any(String) },
    });
  }
});

test('passes contradictory actions on in their order, so that the last one decides', async () => {
  await using server = await TestServer.start();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  server.control.beforeOperation = () => held;
  const asked = ['stop', 'start', 'promote', 'demote', 'promote', 'stop'];
  const answers: Promise<unknown>[] = [];
  for (const [i, action] of asked.entries()) {
    answers.push(call(server.socket, `/drivers/packaging/${action}?wait=true`, { method: 'POST' }));
    await waitFor(() => server.control.operations.length === i + 1, { what: `${action} to arrive` });
  }
  release();
  await Promise.all(answers);
  expect(server.control.operations.map(({ action }) => action)).toEqual(asked);
  const { json } = await call(server.socket, '/drivers/packaging');
  expect(json).toMatchObject({ state: 'Stopped', isolation: 'host' });
});

test('logs an action that fails after its 202', async () => {
  const logger = collectingLogger();
  await using server = await TestServer.start({ logger });
  let fail: (error: Error) => void = () => undefined;
  server.control.beforeOperation = () => new Promise((_, reject) => (fail = reject));
  const { status } = await call(server.socket, '/drivers/packaging/start', { method: 'POST' });
  expect(status).toBe(202);
  fail(notIsolated());
  await waitFor(() => logger.messages('warn').some((text) => text.includes('start of driver packaging failed')), {
    what: 'the log record',
  });
});

test('refuses a wait that is neither true nor false', async () => {
  await using server = await TestServer.start();
  const answer = await call(server.socket, '/drivers/packaging/start?wait=perhaps', { method: 'POST' });
  expect(answer).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
  expect(server.control.operations).toEqual([]);
});

test('shows what polling asks of each device', async () => {
  await using server = await TestServer.start();
  const plan = { requests: [{ what: 'FC3 unit 1 HR 0..9', points: 5, size: 10, gap: 0 }], estimatedCycleMs: 4 };
  server.control.plans = [{ device: 'filler', scans: [{ scanMs: 1_000, tags: 5, plan }] }];
  const { json } = await call(server.socket, '/drivers/packaging/plan');
  expect(json).toEqual({ schema: 'fieldwarden/plan@1', driverId: 'packaging', devices: server.control.plans });
});

test('says how each device answered a test', async () => {
  await using server = await TestServer.start();
  const error = { code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer' };
  server.control.deviceTests = [{ device: 'filler', ok: false, durationMs: 500, error }];
  const answer = await call(server.socket, '/drivers/packaging/test', { method: 'POST' });
  expect(answer).toMatchObject({
    status: 200,
    json: { schema: 'fieldwarden/driver-test@1', driverId: 'packaging', devices: server.control.deviceTests },
  });
});

test('looks into a node of a device; of the only one without being told', async () => {
  await using server = await TestServer.start();
  const node = { address: 'DB1.DBD0', name: 'speed', dataType: 'float32', writable: true, hasChildren: false };
  server.control.nodes.set('', [{ ...node, address: 'DB1', hasChildren: true }]).set('DB1', [node]);
  const at = async (query: string) => await call(server.socket, `/drivers/packaging/browse${query}`);
  expect((await at('')).json).toMatchObject({ device: 'filler', nodes: [{ address: 'DB1' }] });
  expect((await at('?device=filler&node=DB1')).json).toMatchObject({ nodes: [node] });
  expect(await at('?device=mixer')).toMatchObject({ status: 404, json: { code: 'DEVICE_UNKNOWN' } });
});

test('browses in pages, and finds by a text', async () => {
  await using server = await TestServer.start();
  const node = { address: 'a', name: 'a', dataType: null, writable: null, hasChildren: false };
  const named = (name: string) => ({ ...node, address: name, name });
  server.control.nodes.set('', ['speed', 'level'].map(named)).set('speed', ['speed-limit'].map(named));
  const at = async (query: string) => await call(server.socket, `/drivers/packaging/browse?${query}`);
  expect((await at('limit=1')).json).toMatchObject({ nodes: [{ name: 'speed' }], nextCursor: '1' });
  expect((await at('limit=1&cursor=1')).json).toMatchObject({ nodes: [{ name: 'level' }], nextCursor: null });
  expect((await at('search=speed')).json).toMatchObject({ nodes: [{ name: 'speed' }, { name: 'speed-limit' }] });
  for (const query of ['limit=0', 'limit=1001', 'search=', `search=${'x'.repeat(201)}`])
    expect(await at(query)).toMatchObject({ status: 400 });
});

test('wants to know which device to look into if there are several', async () => {
  await using server = await TestServer.start();
  const [filler] = driverDetail().devices;
  server.control.driversById.set('packaging', driverDetail({ devices: [filler, { ...filler, id: 'capper' }] }));
  const answer = await call(server.socket, '/drivers/packaging/browse');
  expect(answer).toMatchObject({ status: 400, json: { detail: expect.stringContaining('filler or capper') } });
});

test('refuses with 409 and a remedy what a driver cannot do, or not while it is stopped', async () => {
  await using server = await TestServer.start();
  const refusal = async (method: string, path: string) => await call(server.socket, path, { method });
  expect(await refusal('GET', '/drivers/packaging/browse')).toMatchObject({
    status: 409,
    json: { code: 'BROWSE_UNSUPPORTED', remedy: expect.any(String) },
  });
  server.control.driversById.set('packaging', driverDetail({ state: 'Stopped' }));
  for (const [method, path] of [
    ['POST', 'test'],
    ['GET', 'browse'],
  ]) {
    const answer = await refusal(method, `/drivers/packaging/${path}`);
    expect(answer).toMatchObject({ status: 409, json: { code: 'DRIVER_STOPPED', remedy: expect.any(String) } });
  }
});

test('decodes the driver id in the path, and refuses one that cannot be decoded', async () => {
  await using server = await TestServer.start();
  expect((await call(server.socket, '/drivers/pack%61ging')).status).toBe(200);
  expect(await call(server.socket, '/drivers/%E0%A4%A')).toMatchObject({ status: 400, json: { code: 'BAD_REQUEST' } });
});
