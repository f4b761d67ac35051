import { GatewayError } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { call, type Door } from '../testing/api-client.js';
import { alarmRow } from '../testing/samples.js';
import { TestServer } from '../testing/test-server.js';

const ofFiller = { driverId: 'packaging', device: 'filler', conditionId: 'level' };

const acknowledge = (door: Door, body: unknown) =>
  call(door, '/alarms/acknowledge', { method: 'POST', body, headers: { 'x-correlation-id': 'shift-1' } });

describe('GET /alarms (§3.2)', () => {
  it('lists what is of interest, with what was lost', async () => {
    await using server = await TestServer.start();
    const { alarms } = server.control;
    alarms.rows = [alarmRow({ severity: 900 }), alarmRow({ driverId: null, device: null })];
    alarms.lost = 3;
    const { json } = await call(server.socket, '/alarms');
    expect(json).toEqual({ schema: 'fieldwarden/alarms@1', alarms: alarms.rows, total: 2, lost: 3, leftOut: 0 });
  });
});

describe('POST /alarms/acknowledge (§3.2)', () => {
  it('tells the device which state was seen, by whom it came, and answers what became of it', async () => {
    await using server = await TestServer.start();
    server.control.alarms.rows = [alarmRow()];
    const { status, json } = await acknowledge(server.tcp, { ...ofFiller, eventId: 'level@1', comment: 'on my way' });
    expect(status).toBe(200);
    expect(json).toEqual({ schema: 'fieldwarden/acknowledgement@1', ...ofFiller, outcome: 'done', status: 'Good' });
    expect(server.control.alarms.acts).toEqual([
      {
        request: { act: 'acknowledge', ...ofFiller, eventId: 'level@1', comment: 'on my way' },
        origin: expect.objectContaining({ via: 'rest', correlationId: 'shift-1' }) as unknown,
      },
    ]);
  });

  it('means an alarm of the gateway without a device', async () => {
    await using server = await TestServer.start();
    server.control.alarms.rows = [alarmRow({ driverId: null, device: null })];
    const { json } = await acknowledge(server.socket, { conditionId: 'level', device: null });
    expect(json).toMatchObject({ driverId: null, device: null, outcome: 'done' });
    const [{ request }] = server.control.alarms.acts;
    expect(request).toEqual({
      act: 'acknowledge',
      driverId: null,
      device: null,
      conditionId: 'level',
      eventId: undefined,
      comment: '',
    });
  });

  it('answers 200 with unknown for what was sent and not answered', async () => {
    await using server = await TestServer.start();
    server.control.alarms.rows = [alarmRow()];
    const silent = new GatewayError({ code: 'CALL_TIMEOUT', kind: 'timeout', message: 'no answer' });
    server.control.alarms.answer = () => Promise.reject(silent);
    const { status, json } = await acknowledge(server.socket, ofFiller);
    expect(status).toBe(200);
    expect(json).toMatchObject({ ...ofFiller, outcome: 'unknown', status: 'BadTimeout', message: 'no answer' });
  });

  it('is 404 not-sent for an alarm that nobody knows', async () => {
    await using server = await TestServer.start();
    const answer = await acknowledge(server.socket, ofFiller);
    expect(answer).toMatchObject({ status: 404, json: { code: 'ALARM_UNKNOWN', outcome: 'not-sent' } });
  });

  it.each([
    ['no condition', { driverId: 'packaging' }],
    ['a device without its driver', { device: 'filler', conditionId: 'level' }],
    ['a comment that is too long', { ...ofFiller, comment: 'x'.repeat(1_025) }],
    ['a condition that is no text', { ...ofFiller, conditionId: 7 }],
  ])('refuses %s', async (_, body) => {
    await using server = await TestServer.start();
    server.control.alarms.rows = [alarmRow()];
    expect(await acknowledge(server.socket, body)).toMatchObject({ status: 400, json: { code: 'BAD_BODY' } });
    expect(server.control.alarms.acts).toEqual([]);
  });
});
