import { GatewayError } from '@fieldwarden/core';
import { gatewayPrincipal, notAllowed } from '@fieldwarden/gateway-contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { adminRoutes } from '../routes/admin-routes.js';
import { call } from '../testing/api-client.js';
import { TestBrowser } from '../testing/browser.js';
import { alarmRow } from '../testing/samples.js';
import { TestServer, testToken } from '../testing/test-server.js';

/** Routes that change something and leave no row, and why. */
const withoutRow: Readonly<Record<string, string>> = {
  'POST /session': 'who finds out who somebody is records it, with what was wrong',
  'DELETE /session': 'records itself: afterwards nobody knows any more who that was',
  'POST /expressions/check': 'looks at a text and changes nothing',
  'PUT /events/streams/:stream/tags': 'chooses what a page is shown',
  'POST /config/validate': 'looks at a document and stores nothing',
  'POST /config/diff': 'looks at a document and stores nothing',
  'POST /config/import-csv': 'gives a document back and stores nothing',
  'POST /config/import-kepware': 'gives a document back and stores nothing',
};

describe('the audit of requests (§13.4)', () => {
  it('has every route that changes something', () => {
    const silent = adminRoutes.filter(({ method, audited }) => method !== 'get' && !audited);
    expect(silent.map(({ method, path }) => `${method.toUpperCase()} ${path}`)).toEqual(Object.keys(withoutRow));
    expect(adminRoutes.filter(({ method, audited }) => method === 'get' && audited)).toEqual([]);
  });

  let server: TestServer;

  beforeEach(async () => {
    server = await TestServer.start();
    return async () => await server[Symbol.asyncDispose]();
  });

  const post = (path: string, body?: unknown) =>
    call(server.tcp, path, { method: 'POST', body, headers: { 'x-correlation-id': 'shift-1' } });

  it('says who, by which road, what, to what, and that it was done', async () => {
    await post('/drivers/packaging/restart?wait=true');
    await call(server.socket, '/drivers/packaging/stop', { method: 'POST' });
    expect(server.audited).toMatchObject([
      { user: 'test', via: 'rest', action: 'act', subject: 'packaging', before: null, after: 'restart', outcome: 'done', correlationId: 'shift-1' }, // prettier-ignore
      { user: 'local', via: 'socket', action: 'act', subject: 'packaging', after: 'stop', outcome: 'done' },
    ]);
  });

  it('has the generation before and after a publish and a rollback', async () => {
    server.control.statusNow = { ...server.control.statusNow, generation: 7 };
    const { json } = await post('/config/publish', { message: 'line 2 is faster' });
    const { generation } = json as { generation: number };
    await post('/config/rollback', { generation: 3 });
    expect(server.audited).toMatchObject([
      { action: 'publish', subject: 'configuration', before: { generation: 7 }, after: { generation, message: 'line 2 is faster' }, outcome: 'done' }, // prettier-ignore
      { action: 'publish', before: { generation: 7 }, after: { rollbackTo: 3 }, outcome: 'done' },
    ]);
  });

  it('has what failed, with the reason', async () => {
    await post('/drivers/nobody/restart');
    server.control.beforeOperation = () =>
      Promise.reject(new GatewayError({ code: 'T', kind: 'config', message: 'not today' }));
    await post('/drivers/packaging/restart?wait=true');
    await post('/config/publish', { message: 5 });
    expect(server.audited).toMatchObject([
      { subject: 'nobody', outcome: 'failed', reason: expect.stringContaining('no driver has the id') as string },
      { subject: 'packaging', outcome: 'failed', reason: 'not today' },
      { subject: 'configuration', outcome: 'failed', after: { message: 5 } },
    ]);
  });

  it('has what a device said to a request', async () => {
    server.control.alarms.rows = [alarmRow()];
    server.control.alarms.answer = () =>
      Promise.resolve({ outcome: 'rejected', status: 'BadTimeout', message: 'too late' });
    await post('/alarms/acknowledge', {
      driverId: 'packaging',
      device: 'filler',
      conditionId: 'level',
      comment: 'seen',
    });
    expect(server.audited).toMatchObject([
      { action: 'alarm', subject: 'packaging/filler/level', after: { acknowledge: true, comment: 'seen' }, outcome: 'rejected', reason: 'too late' }, // prettier-ignore
    ]);
  });

  it('has what was refused by whoever carries it out, with the permission that was missing', async () => {
    const refusal = notAllowed(gatewayPrincipal('anna', 'operator'), 'publish');
    server.control.beforeOperation = () => Promise.reject(refusal);
    await post('/drivers/packaging/restart?wait=true');
    expect(server.audited).toMatchObject([{ outcome: 'refused', reason: refusal.message }]);
  });

  it('has what was refused at the door: for the socket alone, without the token of the page, by nobody who is known', async () => {
    await post('/shutdown');
    const browser = new TestBrowser(server.port);
    await browser.signIn(testToken);
    await browser.call('/drivers/packaging/restart', { method: 'POST', headers: { 'x-csrf-token': 'no' } });
    await call({ port: server.port }, '/tags/value', { method: 'PUT', body: { path: 'a', value: 1 } });
    expect(server.audited.filter(({ action }) => action !== 'sign-in')).toMatchObject([
      { user: 'test', action: 'stop', subject: 'gateway', outcome: 'refused' },
      { user: 'test', via: 'console', subject: 'packaging', outcome: 'refused', reason: expect.stringContaining('X-CSRF-Token') as string }, // prettier-ignore
      {
        user: 'nobody (127.0.0.1)',
        action: 'write',
        subject: 'tags',
        outcome: 'refused',
        reason: 'the request carries no token',
      },
    ]);
  });

  it('has what somebody may not do, and to what: whose body says so is known', async () => {
    const token = await server.tokens.create({ name: 'eve', role: 'viewer' });
    const write = (body: unknown) => call({ port: server.port, token }, '/tags/value', { method: 'PUT', body });
    expect((await write({ path: 'packaging/filler/setpoint', value: 99 })).status).toBe(403);
    expect((await write({ path: 5 })).status).toBe(403);
    expect(server.control.writes).toEqual([]);
    expect(server.audited).toMatchObject([
      { user: 'eve', via: 'rest', action: 'write', subject: 'packaging/filler/setpoint', before: 12.5, after: 99, outcome: 'refused', reason: expect.stringContaining('permission write') as string }, // prettier-ignore
      { user: 'eve', subject: 'tags', outcome: 'refused' },
    ]);
  });

  it('leaves a write that came in to the road of writes, which knows the old value', async () => {
    await call(server.tcp, '/tags/value', { method: 'PUT', body: { path: 'packaging/filler/setpoint', value: 80 } });
    expect(server.control.writes).toHaveLength(1);
    expect(server.audited).toEqual([]);
  });
});
