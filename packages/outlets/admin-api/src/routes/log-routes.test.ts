import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { call, open, ReceivedEvents } from '../testing/api-client.js';
import { TestServer } from '../testing/test-server.js';

const messages = (json: unknown) => (json as { records: { message: string }[] }).records.map(({ message }) => message);

async function serverWithLogs(): Promise<TestServer> {
  const server = await TestServer.start();
  server.control.log({ message: 'gateway 1' });
  server.control.log({ message: 'packaging 1', driverId: 'packaging' });
  server.control.log({ message: 'packaging 2', driverId: 'packaging' });
  return server;
}

test('answers the latest records of the gateway and all drivers', async () => {
  await using server = await serverWithLogs();
  const { json } = await call(server.socket, '/logs?lines=2');
  expect(json).toMatchObject({ schema: 'fieldwarden/logs@1', driverId: null });
  expect(messages(json)).toEqual(['packaging 1', 'packaging 2']);
});

test('answers the records of one driver', async () => {
  await using server = await serverWithLogs();
  const { json } = await call(server.socket, '/drivers/packaging/logs');
  expect(json).toMatchObject({ schema: 'fieldwarden/logs@1', driverId: 'packaging' });
  expect(messages(json)).toEqual(['packaging 1', 'packaging 2']);
});

test('follows the records of one driver, beginning with the latest', async () => {
  await using server = await serverWithLogs();
  const stream = new ReceivedEvents(await open(server.socket, '/drivers/packaging/logs?lines=1&follow=true'));
  server.control.log({ message: 'gateway 2' });
  server.control.log({ message: 'packaging 3', driverId: 'packaging' });
  await waitFor(() => stream.events.length === 2, { what: 'two records' });
  expect(stream.events).toMatchObject([
    { event: 'log', data: { message: 'packaging 2' } },
    { event: 'log', data: { message: 'packaging 3' } },
  ]);
  stream.message.destroy();
  await waitFor(() => server.control.listeners === 0, { what: 'the end of the subscription' });
});

test.each(['lines=-1', 'lines=many', 'lines=10001', 'follow=1'])('refuses ?%s', async (query) => {
  await using server = await serverWithLogs();
  expect(await call(server.socket, `/logs?${query}`)).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
});
