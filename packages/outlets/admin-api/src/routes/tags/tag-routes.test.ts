import { GatewayError, statusCodes, type ErrorKind } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { call, open, ReceivedEvents, type Door } from '../../testing/api-client.js';
import { tagDetail, tagRow } from '../../testing/samples.js';
import { TestServer } from '../../testing/test-server.js';

const speed = 'packaging/filler/speed';
const setpoint = 'packaging/filler/setpoint';

const put = (door: Door, body: unknown, headers?: Record<string, string>) =>
  call(door, '/tags/value', { method: 'PUT', body, ...(headers && { headers }) });

const received = (events: ReceivedEvents) => events.events.map(({ data }) => data as { path: string; value: unknown });

test('lists tags by prefix, page by page', async () => {
  await using server = await TestServer.start();
  for (const path of ['a/1', 'a/2', 'a/3']) server.control.rows.set(path, tagRow(path));
  const first = await call(server.socket, '/tags?prefix=a/&limit=2');
  expect(first.json).toMatchObject({
    schema: 'fieldwarden/tags@1',
    total: 3,
    tags: [{ path: 'a/1' }, { path: 'a/2' }],
    nextCursor: 'a/2',
  });
  const second = await call(server.socket, '/tags?prefix=a/&limit=2&cursor=a/2');
  expect(second.json).toMatchObject({ tags: [{ path: 'a/3' }], nextCursor: null });
});

test('lists those that are Bad, those of one driver, and how many are Bad under each folder (§19.4)', async () => {
  await using server = await TestServer.start();
  const bad = { status: 'BadNodeIdUnknown', statusCode: 0x80340000 };
  server.control.rows.set('a/1', tagRow('a/1', bad));
  server.control.rows.set('a/2', tagRow('a/2', { ...bad, driverId: 'press' }));
  server.control.badFolderRows = [{ folder: 'a/', bad: 2 }];
  const pathsOf = async (query: string) => {
    const { json } = await call(server.socket, `/tags?${query}`);
    return (json as { tags: { path: string }[] }).tags.map(({ path }) => path);
  };
  expect(await pathsOf('bad=true')).toEqual(['a/1', 'a/2']);
  expect(await pathsOf('bad=true&driver=press')).toEqual(['a/2']);
  expect(await pathsOf('driver=press&bad=false')).toEqual(['a/2']);
  expect(await call(server.socket, '/tags?bad=maybe')).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
  expect((await call(server.socket, '/tags/folders')).json).toEqual({
    schema: 'fieldwarden/tag-folders@1',
    folders: [{ folder: 'a/', bad: 2 }],
  });
});

test.each(['0', '-1', '1.5', 'all', '10001', '1e3'])('refuses the page size %s', async (limit) => {
  await using server = await TestServer.start();
  expect(await call(server.socket, `/tags?limit=${limit}`)).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
});

test('reads one value', async () => {
  await using server = await TestServer.start();
  const { status, json } = await call(server.socket, `/tags/value?path=${speed}`);
  expect(status).toBe(200);
  expect(json).toEqual({ schema: 'fieldwarden/tag-value@1', ...tagDetail(tagRow(speed)) });
});

test('answers the value of an unknown tag with 404, of no tag with 400', async () => {
  await using server = await TestServer.start();
  expect(await call(server.socket, '/tags/value?path=no/such')).toMatchObject({
    status: 404,
    json: { code: 'TAG_UNKNOWN' },
  });
  expect(await call(server.socket, '/tags/value')).toMatchObject({ status: 400, json: { code: 'BAD_QUERY' } });
});

test('names the tag that was probably meant', async () => {
  await using server = await TestServer.start();
  const answer = await call(server.socket, `/tags/value?path=${speed.replace('speed', 'sped')}`);
  expect(answer.json).toMatchObject({ detail: expect.stringContaining(`; did you mean ${speed}?`) });
});

test('writes a value and answers with what the device said', async () => {
  await using server = await TestServer.start();
  const answer = await put(server.tcp, { path: setpoint, value: 60.5 }, { 'x-correlation-id': 'w-1' });
  expect(answer).toMatchObject({
    status: 200,
    json: { schema: 'fieldwarden/write@1', path: setpoint, outcome: 'done', status: 'Good' },
  });
  expect(server.control.writes).toMatchObject([
    { path: setpoint, value: 60.5, origin: { via: 'rest', correlationId: 'w-1' } },
  ]);
});

test('passes arrays, texts and null on as they are', async () => {
  await using server = await TestServer.start();
  for (const value of [[1, 2], 'NaN', null, false]) await put(server.socket, { path: setpoint, value });
  expect(server.control.writes.map(({ value }) => value)).toEqual([[1, 2], 'NaN', null, false]);
  expect(server.control.writes[0].origin.via).toBe('socket');
});

test.each(['rejected', 'unknown'] as const)('answers 200 to a write that was tried and ended %s', async (outcome) => {
  await using server = await TestServer.start();
  server.control.answerWrite = (path) => Promise.resolve({ path, outcome, status: 'BadTimeout', message: 'why' });
  expect(await put(server.socket, { path: setpoint, value: 1 })).toMatchObject({
    status: 200,
    json: { outcome, message: 'why' },
  });
});

test('answers 200 with outcome unknown when the gateway gave a write up after sending it', async () => {
  await using server = await TestServer.start();
  server.control.answerWrite = () =>
    Promise.reject(new GatewayError({ code: 'MODBUS_TIMEOUT', kind: 'timeout', message: 'no answer within 1000 ms' }));
  expect(await put(server.socket, { path: setpoint, value: 1 })).toMatchObject({
    status: 200,
    json: { path: setpoint, outcome: 'unknown', status: 'BadTimeout', message: 'no answer within 1000 ms' },
  });
});

test.each<[code: string, kind: ErrorKind, outcome: 'rejected' | 'not-sent', status: number]>([
  ['VALUE_OUT_OF_LIMITS', 'config', 'rejected', 422],
  ['TAG_READ_ONLY', 'config', 'rejected', 422],
  ['VALUE_TYPE_MISMATCH', 'config', 'rejected', 422],
  ['DRIVER_STOPPED', 'config', 'not-sent', 409],
  ['DEVICE_DEMOTED', 'circuit-open', 'not-sent', 409],
  ['BULKHEAD_FULL', 'overloaded', 'not-sent', 429],
  ['DRIVER_UNREACHABLE', 'unreachable', 'not-sent', 409],
  ['WRITE_UNSUPPORTED', 'unsupported', 'not-sent', 409],
])('refuses a write beforehand (%s, %s): 4xx with the outcome', async (code, kind, writeOutcome, status) => {
  await using server = await TestServer.start();
  server.control.answerWrite = () =>
    Promise.reject(new GatewayError({ code, kind, writeOutcome, message: 'the reason' }));
  const answer = await put(server.socket, { path: setpoint, value: 1 });
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer).toMatchObject({ status, json: { status, code, outcome: writeOutcome, detail: 'the reason' } });
});

test('answers the write of an unknown tag with 404 and outcome not-sent, without asking the gateway', async () => {
  await using server = await TestServer.start();
  const answer = await put(server.socket, { path: 'no/such', value: 1 });
  expect(answer).toMatchObject({ status: 404, json: { code: 'TAG_UNKNOWN', outcome: 'not-sent' } });
  expect(server.control.writes).toEqual([]);
});

test('answers a write that met a bug with 500 and outcome unknown', async () => {
  await using server = await TestServer.start();
  server.control.answerWrite = () => Promise.reject(new TypeError('x is undefined'));
  const answer = await put(server.socket, { path: setpoint, value: 1 });
  expect(answer).toMatchObject({ status: 500, json: { code: 'UNEXPECTED', outcome: 'unknown' } });
});

test.each([
  ['text that is no JSON', '{"path": ', 400, 'BAD_BODY'],
  ['a body without path', { value: 1 }, 400, 'BAD_BODY'],
  ['a body without value', { path: setpoint }, 400, 'BAD_BODY'],
  ['an array', [1], 400, 'BAD_BODY'],
  ['null', 'null', 400, 'BAD_BODY'],
  ['a path that is no text', { path: 7, value: 1 }, 400, 'BAD_BODY'],
  ['no body', undefined, 415, 'BODY_NOT_JSON'],
])('refuses %s', async (_, body, status, code) => {
  await using server = await TestServer.start();
  expect(await put(server.socket, body)).toMatchObject({ status, json: { code } });
  expect(server.control.writes).toEqual([]);
});

test('refuses a body that is not declared as JSON', async () => {
  await using server = await TestServer.start();
  const answer = await put(server.socket, '{"path":"a","value":1}', { 'content-type': 'text/plain' });
  expect(answer).toMatchObject({ status: 415, json: { code: 'BODY_NOT_JSON' } });
});

test('refuses a body of more than 1 MiB', async () => {
  await using server = await TestServer.start();
  const answer = await put(server.socket, { path: setpoint, value: 'x'.repeat(1 << 20) });
  expect(answer).toMatchObject({ status: 413, json: { code: 'BODY_TOO_LARGE' } });
});

test('a watch sends the present values first, then each change', async () => {
  await using server = await TestServer.start();
  const events = new ReceivedEvents(await open(server.socket, `/tags/watch?path=${speed}&path=${setpoint}`));
  await waitFor(() => events.events.length === 2, { what: 'the present values' });
  server.control.change(speed, { value: 13 });
  server.control.change('other/tag', { value: 1 });
  server.control.change(setpoint, { value: null, status: 'BadTimeout', statusCode: statusCodes.BadTimeout });
  await waitFor(() => events.events.length === 4, { what: 'the changes' });
  expect(events.events[0]).toMatchObject({
    event: 'value',
    data: { schema: 'fieldwarden/tag-value@1', path: speed, value: 12.5 },
  });
  expect(received(events).map(({ path, value }) => [path, value])).toEqual([
    [speed, 12.5],
    [setpoint, 12.5],
    [speed, 13],
    [setpoint, null],
  ]);
  events.message.destroy();
  await waitFor(() => server.control.listeners === 0, { what: 'the end of the watch' });
});

test('a watch sums up for a client that falls behind, and ends with the latest value', async () => {
  await using server = await TestServer.start();
  const message = await open(server.socket, `/tags/watch?path=${speed}`);
  const text = 'x'.repeat(10_000);
  const changes = 5_000; // 50 MB in all: far more than sockets and stream hold
  for (let i = 1; i <= changes; i += 1) server.control.change(speed, { value: `${i} ${text}` });
  const events = new ReceivedEvents(message);
  await waitFor(() => String(received(events).at(-1)?.value).startsWith(`${changes} `), { what: 'the latest value' });
  expect(events.events.length).toBeLessThan(changes);
  message.destroy();
});

test.each([
  ['without a path', '', 400, 'BAD_QUERY'],
  ['of an unknown tag', `?path=${speed}&path=no/such`, 404, 'TAG_UNKNOWN'],
  ['of too many tags', `?${Array.from({ length: 1_001 }, (_, i) => `path=t${i}`).join('&')}`, 400, 'BAD_QUERY'],
])('refuses a watch %s', async (_, query, status, code) => {
  await using server = await TestServer.start();
  expect(await call(server.socket, `/tags/watch${query}`)).toMatchObject({ status, json: { code } });
  expect(server.control.listeners).toBe(0);
});

test('gives the past of a tag between two times, whatever their zone (§8.4)', async () => {
  await using server = await TestServer.start();
  const point = (second: number) => ({
    sourceAt: `2030-01-01T00:00:0${second}.000Z`,
    value: second,
    status: 'Good',
    statusCode: 0,
  });
  server.control.points = [1, 2, 3].map(point);
  const query = new URLSearchParams({ path: 'packaging/filler/speed', from: '2030-01-01T01:00:02+01:00' });
  const { json } = await call(server.socket, `/tags/history?${query.toString()}`);
  expect(json).toMatchObject({ schema: 'fieldwarden/tag-history@1', points: [{ value: 2 }, { value: 3 }] });
});

test.each([
  ['?path=no/such', 404, 'TAG_UNKNOWN'],
  ['', 400, 'BAD_QUERY'],
  ['?path=packaging/filler/speed&from=yesterday', 400, 'BAD_QUERY'],
  ['?path=packaging/filler/speed&to=2030-13-01T00:00:00Z', 400, 'BAD_QUERY'],
  ['?path=packaging/filler/speed&to=2030-01-01T00:00:00', 400, 'BAD_QUERY'],
])('refuses the past asked for with %j', async (query, status, code) => {
  await using server = await TestServer.start();
  expect(await call(server.socket, `/tags/history${query}`)).toMatchObject({ status, json: { code } });
});
