import { GatewayError } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { call } from '../../testing/api-client.js';
import { TestServer } from '../../testing/test-server.js';

const path = 'packaging/filler/speed';

const history = (server: TestServer, query: Readonly<Record<string, string>>) =>
  call(server.socket, `/tags/history?${new URLSearchParams({ path, ...query }).toString()}`, {
    headers: { 'x-correlation-id': 'trend-1' },
  });

describe('GET /tags/history of a device (§3.2)', () => {
  it('asks the device for a page, in the given range', async () => {
    await using server = await TestServer.start();
    const { devices } = server.control;
    devices.points = [{ sourceAt: '2030-01-01T00:00:00.000Z', value: 1, status: 'Good', statusCode: 0 }];
    devices.nextCursor = 'p2';
    const range = { from: '2030-01-01T00:00:00Z', to: '2030-01-01T01:00:00Z' };
    const { json } = await history(server, { ...range, source: 'device', limit: '1', cursor: 'p1' });
    expect(json).toMatchObject({ source: 'device', points: devices.points, nextCursor: 'p2' });
    const [fromMs, toMs] = [Date.parse(range.from), Date.parse(range.to)];
    expect(devices.histories).toEqual([
      { path, query: { fromMs, toMs, processed: undefined, limit: 1, cursor: 'p1' }, correlationId: 'trend-1' },
    ]);
  });

  it('leaves the range to the gateway, and carries an aggregate', async () => {
    await using server = await TestServer.start();
    await history(server, { source: 'device', aggregate: 'timeAverage', intervalMs: '60000' });
    const [{ query }] = server.control.devices.histories;
    expect(query).toMatchObject({ fromMs: undefined, toMs: undefined, limit: 1_000 });
    expect(query.processed).toEqual({ aggregate: 'timeAverage', intervalMs: 60_000 });
  });

  it('says so when the driver has no history', async () => {
    await using server = await TestServer.start();
    const refusal = new GatewayError({ code: 'HISTORY_UNSUPPORTED', kind: 'unsupported', message: 'it has none' });
    server.control.devices.answerHistory = () => Promise.reject(refusal);
    const answer = await history(server, { source: 'device' });
    expect(answer).toMatchObject({ status: 409, json: { code: 'HISTORY_UNSUPPORTED', correlationId: 'trend-1' } });
  });

  it.each([
    [{ source: 'cloud' }],
    [{ aggregate: 'average', intervalMs: '1000' }],
    [{ limit: '5' }],
    [{ source: 'device', aggregate: 'median', intervalMs: '1000' }],
    [{ source: 'device', aggregate: 'average' }],
    [{ source: 'device', intervalMs: '1000' }],
    [{ source: 'device', aggregate: 'average', intervalMs: '0' }],
    [{ source: 'device', limit: '10001' }],
    [{ source: 'device', from: 'yesterday' }],
  ])('refuses %o', async (query) => {
    await using server = await TestServer.start();
    expect(await history(server, query)).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
    expect(server.control.devices.histories).toEqual([]);
  });
});

describe('GET /tags/history of the store (§8.4)', () => {
  const kept = [
    { at: '2030-01-01T00:00:00.000Z', sourceAt: '2030-01-01T00:00:00.000Z', value: 1, status: 'Good', statusCode: 0 },
  ];

  it('is asked first where it has the tag, and memory is only where it is named', async () => {
    await using server = await TestServer.start();
    server.control.past.kept.set(path, [kept]);
    const range = { from: '2030-01-01T00:00:00Z', to: '2030-01-01T01:00:00Z' };
    const { json } = await history(server, { ...range, aggregate: 'percent-good', intervalMs: '0', limit: '5' });
    expect(json).toMatchObject({ source: 'store', points: kept, next: null });
    const [fromMs, toMs] = [Date.parse(range.from), Date.parse(range.to)];
    const processed = { aggregate: 'percent-good', intervalMs: 0 };
    expect(server.control.past.asked).toEqual([
      { path, query: { fromMs, toMs, processed, limit: 5, cursor: undefined } },
    ]);
    expect((await history(server, { source: 'memory' })).json).toMatchObject({ source: 'memory' });
    expect(await history(server, { source: 'memory', limit: '5' })).toMatchObject({ status: 400 });
  });

  it.each([
    [{ aggregate: 'timeAverage', intervalMs: '1000' }],
    [{ aggregate: 'average' }],
    [{ limit: '0' }],
    [{ limit: '10001' }],
    [{ from: 'yesterday' }],
  ])('refuses %o', async (query) => {
    await using server = await TestServer.start();
    server.control.past.kept.set(path, [kept]);
    expect(await history(server, query)).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
  });
});

describe('GET /trends', () => {
  it.each(['', '?paths=', `?paths=a&buckets=0`, `?paths=a&from=2030-01-01T00:00:00Z&to=2030-01-01T00:00:00Z`])(
    'refuses %s',
    async (query) => {
      await using server = await TestServer.start();
      expect(await call(server.socket, `/trends${query}`)).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
    },
  );

  it('asks for several tags at once', async () => {
    await using server = await TestServer.start();
    const { json } = await call(server.socket, '/trends?paths=a,b&buckets=7');
    expect(json).toMatchObject({ schema: 'fieldwarden/trends@1', buckets: 7, series: [{ path: 'a' }, { path: 'b' }] });
  });
});
