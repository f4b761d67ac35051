import { GatewayError } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { call, type Door } from '../../testing/api-client.js';
import { driverDetail } from '../../testing/samples.js';
import { TestServer } from '../../testing/test-server.js';

const callMethod = (door: Door, body: unknown, driver = 'packaging') =>
  call(door, `/drivers/${driver}/call`, { method: 'POST', body, headers: { 'x-correlation-id': 'shift-1' } });

describe('POST /drivers/:id/call (§3.2)', () => {
  it('has the only device execute the method, and answers what it gave back', async () => {
    await using server = await TestServer.start();
    const { devices } = server.control;
    devices.answerCall = () => Promise.resolve({ outcome: 'done', status: 'Good', outputs: [3] });
    const args = [1.5, true, 'a', [1, 2]];
    const { status, json } = await callMethod(server.tcp, { object: 'DB1', method: 'rinse', args });
    expect(status).toBe(200);
    expect(json).toEqual({
      schema: 'fieldwarden/method-call@1',
      driverId: 'packaging',
      device: 'filler',
      method: 'rinse',
      outcome: 'done',
      status: 'Good',
      outputs: [3],
    });
    expect(devices.calls).toEqual([
      {
        driverId: 'packaging',
        device: 'filler',
        call: { object: 'DB1', method: 'rinse', args },
        origin: expect.objectContaining({ via: 'rest', correlationId: 'shift-1' }) as unknown,
      },
    ]);
  });

  it('is asked for once and answers 200 with unknown when no answer came', async () => {
    await using server = await TestServer.start();
    const lost = new GatewayError({ code: 'HOST_LOST', kind: 'host-lost', message: 'the Host is gone' });
    server.control.devices.answerCall = () => Promise.reject(lost);
    const { status, json } = await callMethod(server.socket, { method: 'rinse' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ device: 'filler', outcome: 'unknown', status: 'BadNoCommunication', outputs: [] });
    expect(server.control.devices.calls).toHaveLength(1);
  });

  it.each([
    ['DRIVER_STOPPED', 'config', 409],
    ['CALL_UNSUPPORTED', 'unsupported', 409],
    ['DEVICE_DEMOTED', 'circuit-open', 409],
    ['BULKHEAD_FULL', 'overloaded', 429],
  ] as const)('is a problem with not-sent when refused beforehand: %s', async (code, kind, status) => {
    await using server = await TestServer.start();
    server.control.devices.answerCall = () => Promise.reject(new GatewayError({ code, kind, message: 'no' }));
    const answer = await callMethod(server.socket, { method: 'rinse' });
    expect(answer).toMatchObject({ status, json: { code, outcome: 'not-sent' } });
  });

  it('needs the name of the device where there are several', async () => {
    await using server = await TestServer.start();
    const [device] = driverDetail().devices;
    server.control.driversById.set('packaging', driverDetail({ devices: [device, { ...device, id: 'capper' }] }));
    const unnamed = await callMethod(server.socket, { method: 'rinse' });
    expect(unnamed).toMatchObject({ status: 400, json: { code: 'BAD_QUERY', outcome: 'not-sent' } });
    const wrong = await callMethod(server.socket, { method: 'rinse', device: 'mixer' });
    expect(wrong).toMatchObject({ status: 404, json: { code: 'DEVICE_UNKNOWN', outcome: 'not-sent' } });
    const named = await callMethod(server.socket, { method: 'rinse', device: 'capper' });
    expect(named).toMatchObject({ status: 200, json: { device: 'capper' } });
    const nobody = await callMethod(server.socket, { method: 'rinse' }, 'press');
    expect(nobody).toMatchObject({ status: 404, json: { code: 'DRIVER_UNKNOWN', outcome: 'not-sent' } });
  });

  it.each([
    ['no method', {}],
    ['arguments that are no list', { method: 'rinse', args: { a: 1 } }],
    ['an argument that is no value', { method: 'rinse', args: [null] }],
    ['an argument that is a list of lists', { method: 'rinse', args: [[[1]]] }],
    ['too many arguments', { method: 'rinse', args: Array.from({ length: 65 }, () => 1) }],
    ['an object that is no text', { method: 'rinse', object: 5 }],
    ['a device that is no text', { method: 'rinse', device: 5 }],
  ])('refuses %s', async (_, body) => {
    await using server = await TestServer.start();
    expect(await callMethod(server.socket, body)).toMatchObject({ status: 400, json: { code: 'BAD_BODY' } });
    expect(server.control.devices.calls).toEqual([]);
  });
});
