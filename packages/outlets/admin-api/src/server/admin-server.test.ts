import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { isGatewayError, silentLogger } from '@fieldwarden/core';
import { collectingLogger, FakeClock, temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { AdminServer } from './admin-server.js';
import { nobody } from '../testing/nobody.js';
import { call, open, ReceivedEvents } from '../testing/api-client.js';
import { FakeGatewayControl } from '../testing/fake-gateway-control.js';
import { TestServer } from '../testing/test-server.js';

const deps = () => ({ control: new FakeGatewayControl(), logger: silentLogger });
const access = { ...(await nobody()), site: 'lab' };

test('answers on the local socket without a token', async () => {
  await using server = await TestServer.start();
  expect(await call(server.socket, '/status')).toMatchObject({ status: 200, json: server.control.statusNow });
});

test('lets only its own user use the socket', async () => {
  await using server = await TestServer.start();
  expect((await stat(server.socketPath)).mode & 0o777).toBe(0o600);
});

test('answers on the port to a request with a known token', async () => {
  await using server = await TestServer.start();
  expect((await call(server.tcp, '/status')).status).toBe(200);
});

test.each([
  ['no token', {}],
  ['an unknown token', { authorization: 'Bearer fw_wrong' }],
  ['another scheme', { authorization: 'Basic Zndfd3Jvbmc6' }],
])('refuses a request on the port with %s, and says where a token comes from', async (_, headers) => {
  await using server = await TestServer.start();
  const answer = await call({ port: server.port }, '/status', { headers });
  expect(answer.status).toBe(401);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers['www-authenticate']).toContain('Bearer realm="fieldwarden"');
  expect(answer.json).toMatchObject({
    status: 401,
    code: 'UNAUTHENTICATED',
    remedy: expect.stringContaining('set-up token'),
  });
});

test('refuses even unknown routes and the OpenAPI document without a token', async () => {
  await using server = await TestServer.start();
  const door = { port: server.port };
  expect((await call(door, '/nothing')).status).toBe(401);
  expect((await call(door, '/openapi.json')).status).toBe(401);
});

test('takes the correlation id of a request over, and returns it', async () => {
  await using server = await TestServer.start();
  const answer = await call(server.socket, '/status', { headers: { 'x-correlation-id': 'order-4711.a_b' } });
  expect(answer.headers['x-correlation-id']).toBe('order-4711.a_b');
});

test.each([['a b'], ['x'.repeat(65)], ['{"a":1}']])(
  'makes a correlation id of its own in place of %j',
  async (sent) => {
    await using server = await TestServer.start();
    const answer = await call(server.socket, '/nothing', { headers: { 'x-correlation-id': sent } });
    expect(answer.headers['x-correlation-id']).toMatch(/^[0-9a-f]{16}$/);
    expect(answer.json).toMatchObject({ correlationId: answer.headers['x-correlation-id'] });
  },
);

test('sends security headers and does not say what it is made with', async () => {
  await using server = await TestServer.start();
  const { headers } = await call(server.tcp, '/status');
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  expect(headers).not.toHaveProperty('x-powered-by');
});

test('answers an unknown route with a problem that names the document', async () => {
  await using server = await TestServer.start();
  expect(await call(server.socket, '/nothing')).toMatchObject({
    status: 404,
    json: {
      type: 'urn:fieldwarden:problem:no-such-route',
      code: 'NO_SUCH_ROUTE',
      remedy: expect.stringContaining('openapi.json'),
    },
  });
});

test('answers a method that a route does not have with 405 and those it has', async () => {
  await using server = await TestServer.start();
  const answer = await call(server.socket, '/tags/value', { method: 'DELETE' });
  expect(answer).toMatchObject({ status: 405, json: { code: 'METHOD_NOT_ALLOWED' } });
  expect(answer.headers.allow).toBe('GET, PUT');
});

test.each([
  ['EROFS', 'the disk of the home directory is read-only: this was not done'],
  ['ENOSPC', 'the disk of the home directory is full: this was not done'],
])('says of a disk that takes nothing (%s) what it is, and no path', async (code, detail) => {
  await using server = await TestServer.start();
  server.control.status = () => {
    throw Object.assign(new Error(`${code}: open '/home/plant/accounts.json'`), { code });
  };
  const answer = await call(server.socket, '/status');
  expect(answer).toMatchObject({ status: 503, json: { code: 'HOME_NOT_WRITTEN', detail } });
  expect(answer.text).not.toContain('/home/plant');
});

test('survives an exception in a request, hides its text and logs it under the correlation id', async () => {
  const logger = collectingLogger();
  await using server = await TestServer.start({ logger });
  server.control.status = () => {
    throw new TypeError('secret detail');
  };
  const answer = await call(server.socket, '/status', { headers: { 'x-correlation-id': 'c-1' } });
  expect(answer).toMatchObject({ status: 500, json: { code: 'UNEXPECTED', correlationId: 'c-1' } });
  expect(answer.text).not.toContain('secret detail');
  expect(logger.records).toContainEqual(
    expect.objectContaining({
      level: 'error',
      fields: expect.objectContaining({ correlationId: 'c-1', error: expect.any(TypeError) }),
    }),
  );
  expect((await call(server.socket, '/drivers')).status).toBe(200);
});

test('names port and flag when the port is taken, and leaves no socket behind', async () => {
  await using home = await temporaryDirectory();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const socketPath = join(home.path, 'admin.sock');
  const start = AdminServer.start({ host: '127.0.0.1', port, socketPath, ...access }, deps());
  await expect(start).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    kind: 'config',
    message: expect.stringMatching(new RegExp(`port ${port} .*--admin-port`)),
  });
  await expect(stat(socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
  holder.close();
});

test('refuses to start on the home of a gateway that answers, and leaves that one alone', async () => {
  await using first = await TestServer.start();
  const second = AdminServer.start({ host: '127.0.0.1', port: 0, socketPath: first.socketPath, ...access }, deps());
  await expect(second).rejects.toMatchObject({ code: 'HOME_IN_USE', kind: 'config' });
  expect((await call(first.socket, '/status')).status).toBe(200);
});

test('replaces the socket that a killed gateway left behind', async () => {
  await using home = await temporaryDirectory();
  const socketPath = join(home.path, 'admin.sock');
  const listenAndDie = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', listenAndDie, socketPath]);
  expect((await stat(socketPath)).isSocket()).toBe(true);
  const server = await AdminServer.start({ host: '127.0.0.1', port: 0, socketPath, ...access }, deps());
  expect((await call({ socketPath }, '/status')).status).toBe(200);
  expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
  await server.stop();
});

test('does not delete a file that is no socket', async () => {
  await using home = await temporaryDirectory();
  const socketPath = join(home.path, 'admin.sock');
  await writeFile(socketPath, 'precious');
  const start = AdminServer.start({ host: '127.0.0.1', port: 0, socketPath, ...access }, deps());
  await expect(start).rejects.toMatchObject({ code: 'SOCKET_NOT_BOUND', kind: 'config' });
  expect((await stat(socketPath)).size).toBe(8);
});

test('explains a home whose path is too long for a socket', async () => {
  const socketPath = `/tmp/${'x'.repeat(110)}/admin.sock`;
  const error: unknown = await AdminServer.start({ host: '127.0.0.1', port: 0, socketPath, ...access }, deps()).catch(
    (thrown: unknown) => thrown,
  );
  expect(isGatewayError(error) && error.code).toBe('HOME_PATH_TOO_LONG');
});

test('ends its streams at once and removes its socket when it stops', async () => {
  await using server = await TestServer.start({ clock: new FakeClock() }); // the grace for requests never ends
  const received = new ReceivedEvents(await open(server.socket, '/events'));
  await server.stop();
  await waitFor(() => received.ended, { what: 'the end of the stream' });
  expect(server.control.listeners).toBe(0);
  await expect(stat(server.socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('does not wait for ever for a request that never ends when it stops', async () => {
  await using server = await TestServer.start();
  const half = connect(server.socketPath);
  half.on('error', () => undefined);
  half.write(
    'PUT /api/v1/tags/value HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  );
  const closed = once(half, 'close');
  await once(half, 'connect');
  await server.stop();
  await closed;
});

test('stops the gateway on request over the socket only', async () => {
  await using server = await TestServer.start();
  const overTcp = await call(server.tcp, '/shutdown', { method: 'POST' });
  expect(overTcp).toMatchObject({
    status: 403,
    json: { code: 'SOCKET_ONLY', remedy: expect.stringContaining('fieldwarden down') },
  });
  expect(server.control.shutdowns).toBe(0);
  const overSocket = await call(server.socket, '/shutdown', { method: 'POST' });
  expect(overSocket).toMatchObject({ status: 202, json: { schema: 'fieldwarden/shutdown@1', pid: process.pid } });
  await waitFor(() => server.control.shutdowns === 1, { what: 'the shutdown' });
});
