import { fromBase32, totpCode, totpStep } from '@fieldwarden/accounts';
import { FakeClock, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { call, ReceivedEvents } from '../../testing/api-client.js';
import { TestBrowser } from '../../testing/browser.js';
import { TestServer, testPassword } from '../../testing/test-server.js';

const post = (body: unknown) => ({ method: 'POST', body });
const put = (body: unknown) => ({ method: 'PUT', body });
const remove = { method: 'DELETE' };

async function signedIn(server: TestServer, user: string, password = testPassword): Promise<TestBrowser> {
  const browser = new TestBrowser(server.port);
  expect((await browser.signIn({ user, password })).status).toBe(200);
  return browser;
}

async function withPeople(clock = new FakeClock()): Promise<TestServer> {
  const server = await TestServer.start({ withoutToken: true, clock });
  await server.addUser('ada', 'admin');
  await server.addUser('eve', 'viewer');
  await server.addUser('oli', 'operator', ['packaging/**']);
  return server;
}

describe('signing in by name and password (§13.1)', () => {
  it('tells who that is and what they may do, and records it', async () => {
    await using server = await withPeople();
    const browser = await signedIn(server, 'OLI');
    expect((await browser.call('/session')).json).toMatchObject({
      name: 'oli',
      roles: ['operator'],
      permissions: ['view', 'write', 'acknowledge'],
      areas: ['packaging/**'],
      proof: 'password',
      setup: false,
      needsAdmin: false,
    });
    await browser.call('/session', remove);
    expect(server.audited).toMatchObject([
      { user: 'oli', via: 'console', action: 'sign-in', outcome: 'done', after: { from: '127.0.0.1' } },
      { user: 'oli', via: 'console', action: 'sign-out', outcome: 'done' },
    ]);
  });

  it('answers alike for an unknown name, a wrong password and a disabled account, and then lets who guesses wait', async () => {
    const clock = new FakeClock();
    await using server = await withPeople(clock);
    await server.accounts.change('eve', { enabled: false });
    const attempts = [
      { user: 'nobody', password: testPassword },
      { user: 'oli', password: 'a wrong one here' },
      { user: 'eve', password: testPassword },
    ];
    const answers = [];
    for (const attempt of attempts) answers.push(await new TestBrowser(server.port).signIn(attempt));
    const seen = answers.map(({ status, json }) => ({ status, ...(json as object), correlationId: '' }));
    expect(seen[0]).toMatchObject({ status: 401, code: 'SIGN_IN_REFUSED' });
    expect(seen).toEqual([seen[0], seen[0], seen[0]]);
    const soon = await new TestBrowser(server.port).signIn({ user: 'oli', password: testPassword });
    expect([soon.status, soon.headers['retry-after'], soon.json]).toMatchObject([
      429,
      '1',
      { code: 'SIGN_IN_TOO_MANY' },
    ]);
    await clock.advance(1_000);
    await signedIn(server, 'oli');
  });

  it.each([
    { user: 'ada' },
    { password: testPassword },
    { user: 'ada', password: testPassword, token: 'fw_x' },
    { user: '', password: '' },
  ])('does not take %j', async (body) => {
    await using server = await withPeople();
    expect((await call({ port: server.port }, '/session', post(body))).status).toBe(400);
  });
});

describe('accounts (§13.1)', () => {
  it('are made, changed and removed by an admin, over the socket and in a session', async () => {
    await using server = await withPeople();
    const admin = await signedIn(server, 'ada');
    const made = await admin.call(
      '/users',
      post({ name: 'bob', password: testPassword, role: 'engineer', areas: ['press/**'] }),
    );
    expect(made.json).toMatchObject({
      name: 'bob',
      role: 'engineer',
      areas: ['press/**'],
      enabled: true,
      notKept: null,
    });
    expect(made.text).not.toContain('argon2');
    const certificates = ['AB'.repeat(20)];
    expect((await call(server.socket, '/users/BOB', put({ areas: ['**'], certificates }))).json).toMatchObject({
      name: 'bob',
      areas: ['**'],
      certificates,
    });
    const list = (await admin.call('/users')).json as { users: { name: string }[] };
    expect(list.users.map(({ name }) => name)).toEqual(['ada', 'bob', 'eve', 'oli']);
    expect((await admin.call('/users/bob', remove)).json).toMatchObject({ name: 'bob', sessions: 0, notKept: null });
    expect(await admin.call('/users/bob', remove)).toMatchObject({ status: 404, json: { code: 'USER_UNKNOWN' } });
    expect(await admin.call('/users/ada', remove)).toMatchObject({ status: 409, json: { code: 'LAST_ADMIN' } });
  });

  it.each([
    [{ name: 'eve', password: testPassword, role: 'viewer' }, 409, 'ACCOUNT_EXISTS'],
    [{ name: 'a b', password: testPassword, role: 'viewer' }, 400, 'ACCOUNT_NAME'],
    [{ name: 'bob', password: 'password1234', role: 'viewer' }, 400, 'PASSWORD_WEAK'],
    [{ name: 'bob', password: testPassword, role: 'king' }, 400, 'BAD_BODY'],
    [{ name: 'bob', password: testPassword, role: 'viewer', areas: [] }, 400, 'BAD_BODY'],
    [{ name: 'bob', password: testPassword, role: 'viewer', areas: ['a//b'] }, 400, 'BAD_AREA'],
  ])('of %j are not made', async (body, status, code) => {
    await using server = await withPeople();
    expect(await call(server.socket, '/users', post(body))).toMatchObject({ status, json: { code } });
  });

  it('change what an open session may do at once, and end it and its stream when they are disabled', async () => {
    await using server = await withPeople();
    const browser = await signedIn(server, 'oli');
    const stream = new ReceivedEvents(await browser.open('/events?stream=page'));
    const permissions = async () => ((await browser.call('/session')).json as { permissions: string[] }).permissions;
    await call(server.socket, '/users/oli', put({ role: 'viewer' }));
    expect(await permissions()).toEqual(['view']);
    await call(server.socket, '/users/oli', put({ enabled: false }));
    await waitFor(() => stream.ended, { what: 'the end of the stream' });
    await call(server.socket, '/users/oli', put({ enabled: true })); // the session does not come back
    expect((await browser.call('/status')).status).toBe(401);
  });

  it('that are removed and made anew under the same name do not take up the sessions of before', async () => {
    const clock = new FakeClock();
    await using server = await withPeople(clock);
    const browser = await signedIn(server, 'oli');
    await call(server.socket, '/users/oli', remove);
    await clock.advance(1);
    await server.addUser('oli', 'admin');
    expect((await browser.call('/status')).status).toBe(401);
  });

  it('get another password by an admin: whoever came in by the one before is out', async () => {
    await using server = await withPeople();
    const browser = await signedIn(server, 'oli');
    await call(server.socket, '/users/oli', put({ password: 'some other kettle' }));
    expect((await browser.call('/status')).status).toBe(401);
    await signedIn(server, 'oli', 'some other kettle');
  });
});

describe('the own account', () => {
  it('gets another password for the present one; the other sessions end, this one stays', async () => {
    await using server = await withPeople();
    const [browser, other] = [await signedIn(server, 'eve'), await signedIn(server, 'eve')];
    const change = async (password: string, newPassword: string) =>
      await browser.call('/session/password', put({ password, newPassword }));
    expect((await change(testPassword, 'eve eve eve')).json).toMatchObject({ code: 'PASSWORD_WEAK' });
    expect(await change(testPassword, 'some other kettle')).toMatchObject({ status: 200, json: { name: 'eve' } });
    expect([(await browser.call('/status')).status, (await other.call('/status')).status]).toEqual([200, 401]);
    expect(await change('a wrong one here', 'yet another kettle')).toMatchObject({
      status: 403,
      json: { code: 'PASSWORD_WRONG' },
    });
    expect((await change('some other kettle', 'yet another kettle')).status).toBe(429);
  });

  it('gets a second factor once a code was sent back, and then takes one at each sign-in', async () => {
    const clock = new FakeClock({ wallMs: Date.UTC(2031, 4, 6) });
    await using server = await withPeople(clock);
    const browser = await signedIn(server, 'eve');
    const confirm = async (code: string) => await browser.call('/session/totp', put({ code }));
    expect((await confirm('123456')).json).toMatchObject({ code: 'TOTP_NOT_OFFERED' });
    const { secret, uri } = (await browser.call('/session/totp', { method: 'POST' })).json as {
      secret: string;
      uri: string;
    };
    expect(uri).toContain(`otpauth://totp/Fieldwarden%20lab:eve?secret=${secret}`);
    const code = () => totpCode(fromBase32(secret), totpStep(clock.wallMs()));
    await signedIn(server, 'eve'); // not yet
    expect((await confirm(code() === '000000' ? '000001' : '000000')).json).toMatchObject({ code: 'TOTP_WRONG' });
    expect((await confirm(code())).status).toBe(200);
    expect((await browser.call('/session/totp', { method: 'POST' })).json).toMatchObject({ code: 'TOTP_ACTIVE' });
    await clock.advance(30_000);
    const later = new TestBrowser(server.port);
    const attempt = { user: 'eve', password: testPassword };
    expect(await later.signIn(attempt)).toMatchObject({ status: 401, json: { code: 'TOTP_REQUIRED' } });
    expect((await later.signIn({ ...attempt, totp: code() })).status).toBe(200);
    expect((await later.call('/session/totp', { method: 'DELETE', body: { password: testPassword } })).status).toBe(
      200,
    );
    await signedIn(server, 'eve');
  });

  it('can lose its second factor by an admin, too', async () => {
    await using server = await withPeople();
    await server.accounts.change('eve', { totp: { secret: 'GEZDGNBVGY3TQOJQ', lastStep: 0 } });
    expect((await call(server.socket, '/users')).json).toMatchObject({ users: [{}, { name: 'eve', totp: true }, {}] });
    expect((await call(server.socket, '/users/eve/totp', remove)).json).toMatchObject({ name: 'eve', totp: false });
    await signedIn(server, 'eve');
  });

  it('is none of a token or of the local socket', async () => {
    await using server = await withPeople();
    const token = await server.tokens.create({ name: 'eve', role: 'admin' });
    const body = { password: testPassword, newPassword: 'some other kettle' };
    for (const door of [server.socket, { port: server.port, token }])
      expect(await call(door, '/session/password', put(body))).toMatchObject({
        status: 409,
        json: { code: 'NO_OWN_ACCOUNT' },
      });
  });
});

describe('open sessions', () => {
  it('are listed for an admin, who can end each one', async () => {
    await using server = await withPeople();
    const [admin, browser] = [await signedIn(server, 'ada'), await signedIn(server, 'oli')];
    const stream = new ReceivedEvents(await browser.open('/events?stream=page'));
    const list = (await admin.call('/sessions')).json as { sessions: { id: string; user: string; own: boolean }[] };
    expect(list.sessions.map(({ user, own }) => [user, own]).sort()).toEqual([
      ['ada', true],
      ['oli', false],
    ]);
    const { id } = list.sessions.find(({ user }) => user === 'oli')!;
    expect(browser.cookie).not.toContain(id);
    expect((await admin.call(`/sessions/${id}`, remove)).json).toMatchObject({ id, user: 'oli' });
    await waitFor(() => stream.ended, { what: 'the end of the stream' });
    expect((await browser.call('/status')).status).toBe(401);
    expect((await admin.call(`/sessions/${id}`, remove)).status).toBe(404);
  });
});
