import { expect, test } from 'vitest';
import { call } from '../../testing/api-client.js';
import { hostRow } from '../../testing/samples.js';
import { TestServer } from '../../testing/test-server.js';

test('lists the rows as the gateway has them', async () => {
  await using server = await TestServer.start();
  expect((await call(server.socket, '/hosts')).json).toEqual({ schema: 'fieldwarden/hosts@1', rows: [] });
  server.control.hostRows = [hostRow(), hostRow({ device: 'capper', consecutiveFailures: 3, alert: true })];
  const { json } = await call(server.socket, '/hosts');
  expect(json).toEqual({ schema: 'fieldwarden/hosts@1', rows: server.control.hostRows });
});
