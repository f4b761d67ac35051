import { statusCodes } from '@fieldwarden/core';
import { testCall } from '@fieldwarden/testkit';
import { DataType, StatusCodes, StatusCode, Variant } from 'node-opcua';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MachineExtras } from '../testing/machine-extras.js';
import { node, WatchedSession } from '../testing/watched-session.js';
import { UaTestServer } from '../testing/ua-test-server.js';

const open = new AsyncDisposableStack();
let server: UaTestServer;

beforeAll(async () => {
  server = open.use(await UaTestServer.start({ hasRecipes: true }));
  new MachineExtras(server);
});
afterAll(() => open.disposeAsync());

async function watching(...points: Parameters<WatchedSession['watch']>[0]): Promise<WatchedSession> {
  return await (await WatchedSession.open({ endpointUrl: server.url })).watch(points);
}

test('an enumeration is its number, or for a tag of text what that means; it is written as either', async () => {
  const [number, text] = [node('mode', { scalar: 'int32' }), node('mode', { scalar: 'string' })];
  await using watch = await watching(number, text);
  await watch.shows(1, 'Manual');
  expect(await watch.session.write('machine', [{ point: text, value: 'Auto' }], testCall())).toMatchObject([
    { outcome: 'done' },
  ]);
  await watch.shows(2, 'Auto');
  expect(await watch.session.write('machine', [{ point: text, value: 'Fast' }], testCall())).toMatchObject([
    { outcome: 'rejected', message: expect.stringContaining('Off, Manual, Auto') as string },
  ]);
});

test('a structure of the server’s own is read by its fields, as it names them, and whole as JSON', async () => {
  await using watch = await watching(
    node('recipe#Weight'),
    node('recipe#Steps[0].DurationMs', { scalar: 'int64' }),
    node('recipe#Steps[5].Name', { scalar: 'string' }),
    node('recipe#Nothing', { scalar: 'string' }),
    node('recipe', { scalar: 'string' }),
  );
  const json =
    '{"Weight":12.5,"Mode":2,"Steps":[{"Name":"mix","DurationMs":"9007199254740993"},{"Name":"heat","DurationMs":5000}]}';
  await watch.shows(12.5, 9_007_199_254_740_993n, 'BadNoData', 'BadNoData', json);
});

test('a node that comes while the server runs is monitored when the server tells of it, or is asked anew', async () => {
  await using watch = await watching(node('latecomer'));
  await watch.shows('BadNodeIdUnknown');
  server.add('latecomer', { dataType: DataType.Double, value: 7 });
  server.tellOfChange('latecomer');
  await watch.shows(7);
});

test('one element of an array or matrix is written, its neighbours keep what they have', async () => {
  const [level, cell] = [node('levels#[1]', { scalar: 'uint8' }), node('grid#[1,2]')];
  await using watch = await watching(level, cell, node('levels', { scalar: 'uint8', arrayLength: 3 }));
  await watch.shows(2, 6, [1, 2, 3]);
  const written = await watch.session.write(
    'machine',
    [
      { point: level, value: 20 },
      { point: cell, value: 60 },
    ],
    testCall(),
  );
  expect(written).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }]);
  await watch.shows(20, 60, [1, 20, 3]);
});

test('a part of a structure is not written: nobody could do so without writing the rest', async () => {
  const part = node('recipe#Weight');
  await using watch = await watching(part);
  expect(await watch.session.write('machine', [{ point: part, value: 1 }], testCall())).toMatchObject([
    { outcome: 'rejected', status: statusCodes.BadWriteNotSupported },
  ]);
});

test('all 32 bits of a status pass: good with an overflow is good, an uncertain value is kept', async () => {
  await using watch = await watching(node('range'));
  await watch.shows(50);
  const overflow = StatusCode.makeStatusCode(StatusCodes.Good, 'InfoTypeDataValue | Overflow');
  server.variable('range').setValueFromSource(new Variant({ dataType: DataType.Double, value: 51 }), overflow);
  await watch.shows(51);
  server.set('range', 52, StatusCodes.UncertainSensorNotAccurate);
  await watch.shows('UncertainSensorNotAccurate');
  server.set('range', 53, StatusCodes.BadSensorFailure);
  await watch.shows('BadSensorFailure');
});

test('a value is written in the type that its node has, and one that does not fit it is not sent', async () => {
  const before = server.writes;
  const count = node('count', { scalar: 'float64' });
  await using watch = await watching(count);
  const results = [];
  for (const value of [5, 40_000, 1.5])
    results.push(...(await watch.session.write('machine', [{ point: count, value }], testCall())));
  expect(results).toMatchObject([
    { outcome: 'done' },
    { outcome: 'rejected', status: statusCodes.BadOutOfRange },
    { outcome: 'rejected', status: statusCodes.BadTypeMismatch },
  ]);
  expect(server.writes - before).toBe(1);
  await watch.shows(5);
});
