import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { call } from '../../testing/api-client.js';
import { TestServer } from '../../testing/test-server.js';

test('lists services, and shows one (§16.3)', async () => {
  await using server = await TestServer.start();
  const { services } = server.control.services;
  expect((await call(server.socket, '/services')).json).toEqual({ schema: 'fieldwarden/services@1', services });
  expect((await call(server.socket, '/services/opcua')).json).toEqual({
    schema: 'fieldwarden/service@1',
    ...services[0],
  });
});

test('refuses a service that is not there, with the way to those that are', async () => {
  await using server = await TestServer.start();
  for (const [path, method] of [
    ['/services/nobody', 'GET'],
    ['/services/nobody/restart', 'POST'],
    ['/services/nobody/requests/purge', 'POST'],
  ]) {
    const answer = await call(server.socket, path, { method, ...(method === 'POST' && { body: {} }) });
    expect(answer).toMatchObject({
      status: 404,
      json: { code: 'SERVICE_UNKNOWN', remedy: expect.stringContaining('/services') },
    });
  }
  expect(server.control.services.restarts).toEqual([]);
});

test('restarts a service: at once with 202, or with the service when it works again', async () => {
  await using server = await TestServer.start();
  const { services } = server.control;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  services.whenRestarted = () => promise;
  const begun = await call(server.socket, '/services/opcua/restart', { method: 'POST' });
  expect(begun).toMatchObject({ status: 202, json: { schema: 'fieldwarden/operation@1' } });
  const waiting = call(server.socket, '/services/opcua/restart?wait=true', { method: 'POST' });
  await waitFor(() => services.restarts.length === 2, { what: 'the second restart' });
  resolve(undefined);
  expect(await waiting).toMatchObject({ status: 200, json: { schema: 'fieldwarden/service@1', id: 'opcua' } });
});

test('passes a request on to the service, with who asked', async () => {
  await using server = await TestServer.start();
  const answer = await call(server.socket, '/services/opcua/requests/purge', { method: 'POST', body: { all: true } });
  expect(answer).toMatchObject({ status: 200, json: { serviceId: 'opcua', name: 'purge', answer: { purged: 3 } } });
  const [request] = server.control.services.requests;
  expect(request).toMatchObject({ id: 'opcua', name: 'purge', body: { all: true }, origin: { via: 'socket' } });
  const unknown = await call(server.socket, '/services/opcua/requests/dance', { method: 'POST', body: {} });
  expect(unknown).toMatchObject({ status: 501, json: { code: 'REQUEST_UNKNOWN' } });
});
