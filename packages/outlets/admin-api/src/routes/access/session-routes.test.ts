import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectingLogger, FakeClock, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { call, ReceivedEvents } from '../../testing/api-client.js';
import { TestBrowser } from '../../testing/browser.js';
import { TestServer, testPassword, testToken } from '../../testing/test-server.js';

const minutes = 60_000;

async function signedIn(server: TestServer, token = testToken): Promise<TestBrowser> {
  const browser = new TestBrowser(server.port);
  expect((await browser.signIn(token)).status).toBe(200);
  return browser;
}

describe('a console session (§13)', () => {
  it('is opened by a token, lives in a cookie that scripts and other sites do not get, and says who it is', async () => {
    await using server = await TestServer.start();
    const browser = new TestBrowser(server.port);
    expect((await browser.call('/session')).json).toMatchObject({ authenticated: false, name: null, csrfToken: null });
    const { headers, json } = await browser.signIn(testToken);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^fieldwarden_session_lab_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
      ),
    ]);
    expect(json).toMatchObject({ schema: 'fieldwarden/session@1', authenticated: true, name: 'test' });
    const { csrfToken } = browser;
    expect((await browser.call('/session')).json).toMatchObject({ name: 'test', csrfToken });
    expect((await browser.call('/status')).status).toBe(200);
  });

  it('names its token where it acts', async () => {
    await using server = await TestServer.start();
    const browser = await signedIn(server);
    await browser.call('/tags/value', { method: 'PUT', body: { path: 'packaging/filler/speed', value: 1 } });
    await browser.call('/config/publish', { method: 'POST', body: { message: 'why' } });
    expect(server.control.writes).toMatchObject([{ origin: { via: 'console' } }]);
    expect(server.control.config.published).toMatchObject([{ by: { name: 'test', via: 'console' } }]);
  });

  it.each([{ token: 'fw_wrong' }, { token: '' }, { token: 5 }, {}])('is not opened by %j', async (body) => {
    await using server = await TestServer.start();
    const answer = await new TestBrowser(server.port).call('/session', { method: 'POST', body });
    expect([400, 401]).toContain(answer.status);
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it('is not opened by a form of another page, which cannot send JSON, nor by its script', async () => {
    await using server = await TestServer.start();
    const send = async (headers: Record<string, string>) =>
      await call({ port: server.port }, '/session', { method: 'POST', body: { token: testToken }, headers });
    expect((await send({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send({ origin: 'http://evil.example' })).json).toMatchObject({ code: 'FOREIGN_ORIGIN' });
  });

  it('by the set-up token looks and makes the first admin, whatever else is tried; then the token opens nothing', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const token = (await server.tokens.createSetupToken())!;
    const [browser, other] = [await signedIn(server, token), await signedIn(server, token)];
    expect((await browser.call('/session')).json).toMatchObject({
      setup: true,
      needsAdmin: true,
      permissions: ['view'],
    });
    expect((await browser.call('/drivers/packaging/start', { method: 'POST' })).status).toBe(403);
    expect((await browser.call('/users')).status).toBe(403);
    const make = async (by: TestBrowser, body: object) => await by.call('/users', { method: 'POST', body });
    const ada = { name: 'ada', password: testPassword, role: 'admin' };
    expect((await make(browser, { ...ada, role: 'viewer' })).json).toMatchObject({ code: 'FIRST_IS_ADMIN' });
    expect((await make(browser, { ...ada, password: 'short' })).json).toMatchObject({ code: 'PASSWORD_WEAK' });
    expect((await make(browser, ada)).json).toMatchObject({ schema: 'fieldwarden/user@1', name: 'ada', role: 'admin' });
    expect((await make(other, { ...ada, name: 'mallory' })).status).toBe(401);
    const bearer = await call({ port: server.port, token }, '/status');
    expect([bearer.status, (await browser.call('/status')).status]).toEqual([401, 401]);
    const again = await new TestBrowser(server.port).signIn(token);
    expect(again).toMatchObject({ status: 401, json: { code: 'SETUP_TOKEN_USED' } });
    expect((await browser.signIn({ user: 'ada', password: testPassword })).json).toMatchObject({
      name: 'ada',
      roles: ['admin'],
      proof: 'password',
      needsAdmin: false,
    });
    await server.stop();
    await server.restart();
    expect(await server.access.createSetupToken()).toBeUndefined();
    expect(server.tokens.verify(token)).toBeUndefined();
  });

  it('by the set-up token makes one first admin, of two that are made at once', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const token = (await server.tokens.createSetupToken())!;
    const make = async (name: string) => {
      const body = { name, password: testPassword, role: 'admin' };
      return (await call({ port: server.port, token }, '/users', { method: 'POST', body })).json as { code?: string };
    };
    const both = await Promise.all([make('ada'), make('bob')]);
    expect(both.map(({ code }) => code ?? 'made').sort()).toEqual(['ADMIN_EXISTS', 'made']);
  });

  it('ends when its user signs out, and not when somebody else would like that', async () => {
    await using server = await TestServer.start();
    const browser = await signedIn(server);
    const { cookie } = browser;
    const forged = await browser.call('/session', { method: 'DELETE', headers: { 'x-csrf-token': 'no' } });
    expect([forged.status, (await browser.call('/status')).status]).toEqual([403, 200]);
    const answer = await browser.call('/session', { method: 'DELETE' });
    expect(answer.json).toMatchObject({ authenticated: false });
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^fieldwarden_session_lab_\d+=; .*Max-Age=0$/),
    ]);
    const stolen = { headers: { cookie: cookie! } };
    expect((await call({ port: server.port }, '/status', stolen)).json).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await call({ port: server.port }, '/session', { method: 'DELETE', ...stolen })).status).toBe(200);
  });

  it('is another one after signing in again; the one before is gone', async () => {
    await using server = await TestServer.start();
    const browser = await signedIn(server);
    const { cookie } = browser;
    await browser.signIn(testToken);
    expect(browser.cookie).not.toBe(cookie);
    expect((await call({ port: server.port }, '/status', { headers: { cookie: cookie! } })).status).toBe(401);
  });

  it('outlives a restart of the gateway, in a file that gives nothing away', async () => {
    await using server = await TestServer.start();
    const browser = await signedIn(server);
    const file = join(server.home, 'sessions.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const kept = await readFile(file, 'utf8');
    for (const secret of [browser.cookie!.split('=')[1], browser.csrfToken!]) expect(kept).not.toContain(secret);
    const { port } = server;
    await server.stop();
    await server.restart();
    // As on a fixed port: the cookie is that of the name by which the browser calls.
    const headers = { cookie: browser.cookie!, host: `127.0.0.1:${port}` };
    const { json } = await call({ port: server.port }, '/session', { headers });
    expect(json).toMatchObject({ authenticated: true, csrfToken: browser.csrfToken });
  });

  it('ends after a quarter of an hour without use, and after 12 hours whatever the use', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ clock });
    const browser = await signedIn(server);
    const isIn = async () => (await browser.call('/status')).status === 200;
    await clock.advance(15 * minutes - 1);
    expect(await isIn()).toBe(true);
    await clock.advance(15 * minutes);
    expect(await isIn()).toBe(false);
    await browser.signIn(testToken);
    for (let passed = 0; passed < 12 * 60; passed += 10) {
      expect(await isIn()).toBe(true);
      await clock.advance(10 * minutes);
    }
    expect(await isIn()).toBe(false);
  });

  it('counts an open stream as use, and takes it away at once when the session ends', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ clock });
    const browser = await signedIn(server);
    const stream = new ReceivedEvents(await browser.open('/events?stream=page'));
    for (let passed = 0; passed < 30; passed += 1) await clock.advance(minutes);
    expect([stream.ended, (await browser.call('/status')).status]).toEqual([false, 200]);
    await browser.call('/session', { method: 'DELETE' });
    await waitFor(() => stream.ended, { what: 'the end of the stream' });
  });

  it('costs all a new sign-in when its file is damaged, and says so', async () => {
    const logger = collectingLogger();
    await using server = await TestServer.start({ logger });
    const browser = await signedIn(server);
    await server.stop();
    await writeFile(join(server.home, 'sessions.json'), '{"version":1,"sessions":[{"sha256":"x"}]}');
    await server.restart();
    const after = new TestBrowser(server.port);
    expect((await call({ port: server.port }, '/status', { headers: { cookie: browser.cookie! } })).status).toBe(401);
    expect((await after.signIn(testToken)).status).toBe(200);
    expect(logger.messages('warn')).toEqual(['console sessions are unreadable and begin anew']);
  });
});

describe('API tokens (§13)', () => {
  const post = (body: unknown) => ({ method: 'POST', body });

  it('are made over the socket, and shown once', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const made = (await call(server.socket, '/tokens', post({ name: 'scada' }))).json as { token: string };
    expect(made).toMatchObject({ schema: 'fieldwarden/token@1', name: 'scada' });
    expect((await call({ port: server.port, token: made.token }, '/status')).status).toBe(200);
    expect((await call(server.socket, '/tokens')).text).not.toContain(made.token);
  });

  it('open sessions that end with them, and only those', async () => {
    await using server = await TestServer.start({ withoutToken: true });
    const [a, b] = [await server.tokens.create({ name: 'a' }), await server.tokens.create({ name: 'b' })];
    const [first, other] = [await signedIn(server, a), await signedIn(server, b)];
    expect((await call(server.socket, '/tokens')).json).toMatchObject({
      tokens: [
        { name: 'a', usedAt: null, sessions: 1 },
        { name: 'b', sessions: 1 },
      ],
    });
    const revoked = await call(server.socket, '/tokens/a', { method: 'DELETE' });
    expect(revoked.json).toMatchObject({ name: 'a', sessions: 1 });
    const { port } = server;
    const statuses = [
      (await first.call('/status')).status,
      (await call({ port, token: a }, '/status')).status,
      (await other.call('/status')).status,
      (await call({ port, token: b }, '/status')).status,
    ];
    expect(statuses).toEqual([401, 401, 200, 200]);
    expect(await call(server.socket, '/tokens/a', { method: 'DELETE' })).toMatchObject({
      status: 404,
      json: { code: 'TOKEN_UNKNOWN' },
    });
  });

  it('have the role and areas that they were made with, and end', async () => {
    const clock = new FakeClock();
    await using server = await TestServer.start({ withoutToken: true, clock });
    const expiresAt = new Date(clock.wallMs() + 3_600_000).toISOString();
    const body = { name: 'line', role: 'operator', areas: ['packaging/**'], expiresAt };
    const made = (await call(server.socket, '/tokens', post(body))).json as { token: string };
    const door = { port: server.port, token: made.token };
    expect(made).toMatchObject(body);
    expect((await call(door, '/session')).json).toMatchObject({
      permissions: ['view', 'write', 'acknowledge'],
      areas: ['packaging/**'],
    });
    expect((await call(door, '/tokens', post({ name: 'more' }))).json).toMatchObject({
      code: 'NOT_PERMITTED',
      detail: 'not for line: it takes the permission users',
    });
    expect((await call(server.socket, '/tokens')).json).toMatchObject({
      tokens: [{ ...body, lastUsedAt: expect.any(String) as string }],
    });
    await clock.advance(3_600_000);
    expect((await call(door, '/status')).status).toBe(401);
  });

  it.each([
    [{ name: 'test' }, 409, 'TOKEN_EXISTS'],
    [{ name: 'set-up' }, 400, 'TOKEN_NAME'],
    [{ name: 'a b' }, 400, 'TOKEN_NAME'],
    [{ name: 'a', role: 'king' }, 400, 'BAD_BODY'],
    [{ name: 'a', areas: ['a b'] }, 400, 'BAD_AREA'],
    [{ name: 'a', expiresAt: '2001-01-01T00:00:00Z' }, 400, 'TOKEN_EXPIRY'],
    [{ name: 'a', expiresAt: 'soon' }, 400, 'BAD_BODY'],
    [{}, 400, 'BAD_BODY'],
  ])('of %j are not made', async (body, status, code) => {
    await using server = await TestServer.start();
    expect(await call(server.socket, '/tokens', post(body))).toMatchObject({ status, json: { code } });
    expect(await server.tokens.list()).toHaveLength(1);
  });
});
