import { GatewayError, statusCodes } from '@fieldwarden/core';
import { AttributeIds, DataType, RequestHeader, WriteRequest, WriteResponse, type Response } from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { correlationIdOf } from './request-scope.js';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';

/** Members of the library's session that its types do not show. */
interface RawSession {
  readonly name: string;
  performMessageTransaction(request: WriteRequest, callback: (error: Error | null, response?: Response) => void): void;
}

let gateway: TestOutlet;
let client: TestClient;

beforeAll(async () => {
  const writable = { access: 'read-write' } as const;
  gateway = await TestOutlet.start([
    tag('line/a', { scalar: 'float32' }, writable),
    tag('line/b', { scalar: 'float32' }, writable),
  ]);
  client = await TestClient.connect(gateway);
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

beforeEach(() => {
  gateway.writer.writes.length = 0;
  gateway.writer.answer = () => Promise.resolve({ outcome: 'done', status: statusCodes.Good });
});

/** One Write request for several tags, with the diagnostics that the client asks for. */
async function write(paths: readonly string[], returnDiagnostics = 0): Promise<WriteResponse> {
  const session = client.session as unknown as RawSession;
  const nodesToWrite = paths.map((path) => ({
    nodeId: client.id(path),
    attributeId: AttributeIds.Value,
    value: { value: { dataType: DataType.Float, value: 1 } },
  }));
  const request = new WriteRequest({ requestHeader: new RequestHeader({ returnDiagnostics }), nodesToWrite });
  return await new Promise((resolve, reject) => {
    session.performMessageTransaction(request, (error, response) =>
      response instanceof WriteResponse ? resolve(response) : reject(error ?? new Error('no answer')),
    );
  });
}

describe('the correlation of a client’s request (§12.2)', () => {
  test('is made of session name and request handle, and follows every write of that request to the device', async () => {
    const { responseHeader } = await write(['line/a', 'line/b']);
    const { name } = client.session as unknown as RawSession;
    const expected = correlationIdOf(name, responseHeader.requestHandle);
    expect(expected).toBe(`opcua-${name}-${responseHeader.requestHandle}`);
    expect(gateway.writer.writes.map(({ origin }) => origin.correlationId)).toEqual([expected, expected]);
  });

  test('differs from request to request, also when they overlap', async () => {
    const device = Promise.withResolvers<{ outcome: 'done'; status: number }>();
    gateway.writer.answer = () => device.promise;
    const both = [write(['line/a']), write(['line/b'])];
    await expect.poll(() => gateway.writer.writes.length).toBe(2);
    device.resolve({ outcome: 'done', status: statusCodes.Good });
    const handles = (await Promise.all(both)).map(({ responseHeader }) => responseHeader.requestHandle);
    const ids = gateway.writer.writes.map(({ origin }) => origin.correlationId);
    expect(ids.map((id) => Number(id.split('-').at(-1)))).toEqual(handles);
    expect(new Set(ids).size).toBe(2);
  });

  test('comes back with the reason of what failed, to a client that asks for additional information', async () => {
    gateway.writer.answer = () =>
      Promise.reject(
        new GatewayError({ code: 'DEVICE_DEMOTED', kind: 'circuit-open', message: 'the device is off-scan' }),
      );
    const { results, diagnosticInfos } = await write(['line/a'], 0x80);
    expect(results?.map(({ value }) => value)).toEqual([statusCodes.BadNoCommunication]);
    const [{ origin }] = gateway.writer.writes;
    expect(diagnosticInfos?.at(0)?.additionalInfo).toBe(
      `correlationId ${origin.correlationId}: the device is off-scan`,
    );
  });

  test('stays away from answers where all went well or nobody asked', async () => {
    expect((await write(['line/a'], 0x80)).diagnosticInfos ?? []).toEqual([]);
    gateway.writer.answer = () =>
      Promise.resolve({ outcome: 'rejected', status: statusCodes.BadDeviceFailure, message: 'the device said no' });
    expect((await write(['line/a'])).diagnosticInfos ?? []).toEqual([]);
  });

  test('keeps to what fits log lines and headers, whatever a session is called', () => {
    expect(correlationIdOf('Übergabe SCADA/7 "x"', 12)).toBe('opcua-_bergabe_SCADA_7_x_-12');
    expect(correlationIdOf('x'.repeat(300), 4_294_967_295)).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
    expect(correlationIdOf('', 5)).toBe('opcua-session-5');
    expect(correlationIdOf('s', 0)).toMatch(/^opcua-s-[0-9a-f]{16}$/);
  });
});
