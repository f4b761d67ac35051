import { expect, test } from 'vitest';
import { call } from '../../testing/api-client.js';
import { driverDetail, postMortem } from '../../testing/samples.js';
import { TestServer } from '../../testing/test-server.js';

test('lists the post-mortems of one driver, newest first, without their long parts', async () => {
  await using server = await TestServer.start();
  server.control.driversById.set('press', driverDetail({ id: 'press' }));
  server.control.postMortemsKept = [
    postMortem({ id: 'newer' }),
    postMortem({ id: 'other', driverId: 'press' }),
    postMortem({ id: 'older', cause: 'exit', exitCode: 1, signal: null }),
  ];
  const { status, json } = await call(server.socket, '/drivers/packaging/post-mortems');
  const row = { driverId: 'packaging', spawn: 3, at: '2030-01-01T00:00:00.000Z', generation: null };
  expect([status, json]).toEqual([
    200,
    {
      schema: 'fieldwarden/post-mortems@1',
      driverId: 'packaging',
      postMortems: [
        { ...row, id: 'newer', cause: 'hang', exitCode: null, signal: 'SIGKILL' },
        { ...row, id: 'older', cause: 'exit', exitCode: 1, signal: null },
      ],
    },
  ]);
});

test('shows one post-mortem whole', async () => {
  await using server = await TestServer.start();
  server.control.postMortemsKept = [postMortem()];
  const path = `/drivers/packaging/post-mortems/${encodeURIComponent(postMortem().id)}`;
  expect((await call(server.socket, path)).json).toEqual({ schema: 'fieldwarden/post-mortem@1', ...postMortem() });
});

test('answers an unknown post-mortem, and one of another driver, with 404', async () => {
  await using server = await TestServer.start();
  server.control.postMortemsKept = [postMortem({ id: 'x', driverId: 'press' })];
  const answer = await call(server.socket, '/drivers/packaging/post-mortems/x');
  expect(answer).toMatchObject({ status: 404, json: { code: 'POST_MORTEM_UNKNOWN', remedy: expect.any(String) } });
});
