import { GatewayError, statusCodes, type StatusCode, type WriteOutcome } from '@fieldwarden/core';
import { AttributeIds, DataType, StatusCodes, VariantArrayType } from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from './testing/test-outlet.js';

let gateway: TestOutlet;
let client: TestClient;

beforeAll(async () => {
  gateway = await TestOutlet.start([
    tag('line/setpoint', { scalar: 'float32' }, { access: 'read-write', unit: 'm' }),
    tag('line/total', { scalar: 'int64' }, { access: 'read-write' }),
    tag('line/recipe', { scalar: 'uint16', arrayLength: 2 }, { access: 'read-write' }),
    tag('line/speed', { scalar: 'float32' }),
  ]);
  client = await TestClient.connect(gateway);
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

beforeEach(() => {
  gateway.writer.writes.length = 0;
  answers('done', statusCodes.Good);
});

function answers(outcome: WriteOutcome, status: StatusCode): void {
  gateway.writer.answer = () => Promise.resolve({ outcome, status });
}

const setpoint = { dataType: DataType.Float, value: 12.5 };

describe('a write (§10.1)', () => {
  test('reaches the writer with value, user and correlation id, and is Good when the device confirmed it', async () => {
    expect(await client.write('line/setpoint', setpoint)).toBe(statusCodes.Good);
    expect(gateway.writer.writes).toEqual([
      {
        path: 'line/setpoint',
        value: 12.5,
        origin: {
          via: 'opcua',
          principal: { name: 'anonymous', grants: [{ role: 'operator', areas: ['**'] }], proof: 'anonymous' },
          correlationId: expect.stringMatching(/^opcua-.+-\d+$/) as string,
        },
      },
    ]);
  });

  test('is answered only after the device has answered', async () => {
    const order: string[] = [];
    const device = Promise.withResolvers<{ outcome: WriteOutcome; status: StatusCode }>();
    gateway.writer.answer = () => {
      order.push('device asked');
      return device.promise.finally(() => order.push('device answered'));
    };
    const written = client.write('line/setpoint', setpoint).then(() => order.push('client answered'));
    await client.read('line/speed');
    await client.read('line/speed');
    expect(order).toEqual(['device asked']);
    device.resolve({ outcome: 'done', status: statusCodes.Good });
    await written;
    expect(order).toEqual(['device asked', 'device answered', 'client answered']);
  });

  test.each<[WriteOutcome, StatusCode, StatusCode]>([
    ['rejected', statusCodes.BadOutOfRange, statusCodes.BadOutOfRange],
    ['rejected', statusCodes.Good, statusCodes.BadDeviceFailure],
    ['not-sent', statusCodes.BadNoCommunication, statusCodes.BadNoCommunication],
    ['not-sent', statusCodes.Good, statusCodes.BadNoCommunication],
    ['unknown', statusCodes.BadTimeout, statusCodes.BadTimeout],
    ['unknown', statusCodes.Good, statusCodes.BadTimeout],
    ['done', statusCodes.GoodClamped, statusCodes.GoodClamped],
  ])('that ended %s with status %i is answered so', async (outcome, status, expected) => {
    answers(outcome, status);
    expect(await client.write('line/setpoint', setpoint)).toBe(expected);
  });

  test('that the gateway refused is answered with the status of the refusal', async () => {
    const refusal = new GatewayError({
      code: 'TAG_LIMITS',
      kind: 'rejected',
      message: 'above 120',
      status: statusCodes.BadOutOfRange,
    });
    gateway.writer.answer = () => Promise.reject(refusal);
    expect(await client.write('line/setpoint', setpoint)).toBe(statusCodes.BadOutOfRange);
    gateway.writer.answer = () => Promise.reject(new TypeError('a bug'));
    expect(await client.write('line/setpoint', setpoint)).toBe(statusCodes.BadInternalError);
  });

  test('of 64-bit integers and of arrays keeps every bit', async () => {
    await client.write('line/total', {
      dataType: DataType.Int64,
      arrayType: VariantArrayType.Scalar,
      value: [0xffff_ffff, 0xffff_fffe],
    });
    await client.write('line/recipe', {
      dataType: DataType.UInt16,
      arrayType: VariantArrayType.Array,
      value: [1, 65_535],
    });
    expect(gateway.writer.writes.map(({ value }) => value)).toEqual([-2n, [1, 65_535]]);
  });

  test('of several values is one request to the writer, under one correlation id; what is refused is left out', async () => {
    gateway.writer.requests.length = 0;
    const one = (path: string, value: object): object => ({
      nodeId: client.id(path),
      attributeId: AttributeIds.Value,
      value: { value },
    });
    const serverState = { nodeId: 'i=2259', attributeId: AttributeIds.Value, value: { value: setpoint } };
    const outcomes: readonly [WriteOutcome, StatusCode][] = [
      ['done', statusCodes.Good],
      ['unknown', statusCodes.BadTimeout],
    ];
    let next = 0;
    gateway.writer.answer = () => {
      const [outcome, status] = outcomes[next++];
      return Promise.resolve({ outcome, status });
    };
    const results = await client.session.write([
      one('line/setpoint', setpoint),
      serverState,
      one('line/speed', setpoint),
      one('line/setpoint', { ...setpoint, value: 13.5 }),
    ]);
    expect(results).toEqual([
      StatusCodes.Good,
      StatusCodes.BadNotWritable,
      StatusCodes.BadNotWritable,
      StatusCodes.BadTimeout,
    ]);
    expect(gateway.writer.requests).toEqual([2]);
    expect(gateway.writer.writes.map(({ value }) => value)).toEqual([12.5, 13.5]);
    expect(new Set(gateway.writer.writes.map(({ origin }) => origin.correlationId)).size).toBe(1);
  });
});

test('a refused write is one line: who, from where, what and why (§10.1)', async () => {
  await client.write('line/speed', setpoint);
  await client.write('line/speed', setpoint);
  await client.write('line/total', { dataType: DataType.String, value: 'x' });
  await client.write('line/nowhere', setpoint);
  const told = gateway.logger.records.filter(
    ({ level, message }) => level === 'warn' && message.startsWith('OPC UA write'),
  );
  for (const why of [
    'line/speed was refused with BadNotWritable: it is read-only',
    'line/total was refused with BadTypeMismatch: its type is int64',
    'line/nowhere was refused with BadNodeIdUnknown: there is no such node',
  ]) {
    const lines = told.filter(({ message }) => message.includes(why));
    expect(lines).toHaveLength(1);
    expect(lines[0].message).toMatch(/^OPC UA write of anonymous at \S*127\.0\.0\.1 to ns=/);
  }
});

describe('without touching the device, a write is refused (§10.1)', () => {
  const refused = async (expected: StatusCode, write: Promise<number>): Promise<void> => {
    expect(await write).toBe(expected);
    expect(gateway.writer.writes).toEqual([]);
  };
  const raw = async (path: string, rest: object): Promise<number> =>
    (
      await client.session.write({
        nodeId: client.id(path),
        attributeId: AttributeIds.Value,
        value: { value: setpoint },
        ...rest,
      })
    ).value;

  test('of another type', () =>
    refused(statusCodes.BadTypeMismatch, client.write('line/setpoint', { dataType: DataType.Double, value: 1 })));

  test('of another length', () =>
    refused(
      statusCodes.BadTypeMismatch,
      client.write('line/recipe', { dataType: DataType.UInt16, arrayType: VariantArrayType.Array, value: [1] }),
    ));

  test('to a tag that is read-only', () => refused(statusCodes.BadNotWritable, client.write('line/speed', setpoint)));

  test('to a tag that is not there', () =>
    refused(statusCodes.BadNodeIdUnknown, client.write('line/nothing', setpoint)));

  test('to a unit or a folder', async () => {
    await refused(statusCodes.BadNotWritable, client.write('line/setpoint#EngineeringUnits', setpoint));
    await refused(statusCodes.BadAttributeIdInvalid, client.write('line', setpoint));
  });

  test('to an attribute that is not the value', () =>
    refused(statusCodes.BadNotWritable, raw('line/setpoint', { attributeId: AttributeIds.DisplayName })));

  test('to a part of an array', () =>
    refused(
      statusCodes.BadWriteNotSupported,
      raw('line/recipe', {
        indexRange: '0',
        value: { value: { dataType: DataType.UInt16, arrayType: VariantArrayType.Array, value: [1] } },
      }),
    ));

  test('of a status', () =>
    refused(
      statusCodes.BadWriteNotSupported,
      raw('line/setpoint', { value: { value: setpoint, statusCode: StatusCodes.BadOutOfService } }),
    ));
});
