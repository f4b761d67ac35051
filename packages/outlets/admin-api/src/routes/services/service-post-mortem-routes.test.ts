import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { call, open, ReceivedEvents } from '../../testing/api-client.js';
import { servicePostMortem } from '../../testing/samples.js';
import { TestServer } from '../../testing/test-server.js';

test.each(['/post-mortems', '/post-mortems/x', '/logs'])('answers /services/nobody%s with 404', async (rest) => {
  await using server = await TestServer.start();
  const answer = await call(server.socket, `/services/nobody${rest}`);
  expect(answer).toMatchObject({ status: 404, json: { code: 'SERVICE_UNKNOWN', remedy: expect.any(String) } });
});

test('lists the post-mortems of one service without their long parts, and shows one whole', async () => {
  await using server = await TestServer.start();
  server.control.services.postMortemsKept = [servicePostMortem(), servicePostMortem({ id: 'x', serviceId: 'acme' })];
  const { id, spawn, cause, exitCode, signal, at, generation, serviceId } = servicePostMortem();
  expect((await call(server.socket, '/services/opcua/post-mortems')).json).toEqual({
    schema: 'fieldwarden/service-post-mortems@1',
    serviceId: 'opcua',
    postMortems: [{ id, serviceId, spawn, cause, exitCode, signal, at, generation }],
  });
  const whole = await call(server.socket, `/services/opcua/post-mortems/${encodeURIComponent(id)}`);
  expect(whole.json).toEqual({ schema: 'fieldwarden/service-post-mortem@1', ...servicePostMortem() });
  expect(await call(server.socket, '/services/opcua/post-mortems/x')).toMatchObject({
    status: 404,
    json: { code: 'POST_MORTEM_UNKNOWN', remedy: expect.stringContaining('services post-mortem opcua --list') },
  });
});

test('answers the records of one service, and follows them', async () => {
  await using server = await TestServer.start();
  const { services } = server.control;
  services.log({ message: 'one', serviceId: 'opcua' });
  services.log({ message: 'other', serviceId: 'acme' });
  expect((await call(server.socket, '/services/opcua/logs')).json).toMatchObject({
    schema: 'fieldwarden/logs@1',
    driverId: null,
    serviceId: 'opcua',
    records: [{ message: 'one' }],
  });
  const stream = new ReceivedEvents(await open(server.socket, '/services/opcua/logs?follow=true'));
  services.log({ message: 'other', serviceId: 'acme' });
  services.log({ message: 'two', serviceId: 'opcua' });
  await waitFor(() => stream.events.length === 2, { what: 'two records' });
  expect(stream.events.map(({ data }) => (data as { message: string }).message)).toEqual(['one', 'two']);
  stream.message.destroy();
  await waitFor(() => services.listeners === 0, { what: 'the end of the subscription' });
});
