import type { SignInProvider } from '@fieldwarden/accounts';
import type { SessionAnswer } from '@fieldwarden/admin-contract';
import { GatewayError } from '@fieldwarden/core';
import type { Principal } from '@fieldwarden/gateway-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, type TestAnswer } from '../../testing/api-client.js';
import { TestBrowser } from '../../testing/browser.js';
import { TestServer, testPassword } from '../../testing/test-server.js';

const anna: Principal = { name: 'anna', grants: [{ role: 'operator', areas: ['packaging/**'] }], proof: 'oidc' };
const secret = 's'.repeat(43);

/** A provider that says what the test wants it to. */
class FakeProvider implements SignInProvider {
  readonly title = 'Plant account';
  readonly asked: unknown[] = [];
  answer: GatewayError | { readonly principal: Principal; readonly endsAtMs: number | null } = {
    principal: anna,
    endsAtMs: null,
  };

  begin(redirectUri: string) {
    this.asked.push(redirectUri);
    if (this.answer instanceof GatewayError) return Promise.reject(this.answer);
    return Promise.resolve({ url: 'https://login.example/auth?state=x', secret });
  }

  finish(of: string, query: string) {
    this.asked.push([of, query]);
    return this.answer instanceof GatewayError ? Promise.reject(this.answer) : Promise.resolve(this.answer);
  }
}

describe('signing in at a provider (§13.1)', () => {
  let server: TestServer;
  let provider: FakeProvider;

  beforeEach(async () => {
    server = await TestServer.start();
    provider = new FakeProvider();
    server.access.oidc = provider;
    server.access.use({ id: 'oidc' });
  });

  afterEach(async () => await server[Symbol.asyncDispose]());

  const get = (path: string, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    call({ port: server.port }, path, { headers });

  const cookieOf = ({ headers }: TestAnswer, name: string): string =>
    headers['set-cookie']!.findLast((cookie) => cookie.startsWith(name))!;

  /** With the cookie of a sign-in that was begun. */
  const comeBack = (headers: Record<string, string> = {}): Promise<TestAnswer> =>
    get('/session/oidc/callback?code=c&state=x', {
      cookie: `fieldwarden_sign_in_lab_${server.port}=${secret}`,
      ...headers,
    });

  it('is offered with its title, and sends the browser there with a secret that comes back from another site', async () => {
    expect((await get('/session')).json).toMatchObject({ oidc: { title: 'Plant account' } });
    const answer = await get('/session/oidc/start');
    expect(answer).toMatchObject({ status: 303, headers: { location: 'https://login.example/auth?state=x' } });
    const [value, ...attributes] = cookieOf(answer, 'fieldwarden_sign_in_lab_').split('; ');
    expect(value.endsWith(secret)).toBe(true);
    expect(attributes).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax', 'Max-Age=600']);
    expect(provider.asked).toEqual([`http://127.0.0.1:${server.port}/api/v1/session/oidc/callback`]);
  });

  it('opens a session of who comes back, although another site sends the browser', async () => {
    const answer = await comeBack({ 'sec-fetch-site': 'cross-site' });
    expect(answer).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(provider.asked).toEqual([[secret, '?code=c&state=x']]);
    expect(cookieOf(answer, 'fieldwarden_sign_in')).toContain('Max-Age=0');
    const browser = new TestBrowser(server.port);
    const sessionCookie = cookieOf(answer, 'fieldwarden_session');
    expect(sessionCookie).toContain('SameSite=Strict');
    browser.cookie = sessionCookie.split(';')[0];
    expect((await browser.call('/session')).json).toMatchObject({
      authenticated: true,
      name: 'anna',
      proof: 'oidc',
      roles: ['operator'],
      areas: ['packaging/**'],
    });
    expect(server.audited).toMatchObject([{ user: 'anna', via: 'console', action: 'sign-in', outcome: 'done' }]);
  });

  it('ends the session with the token where the provider wants that', async () => {
    const endsAtMs = Date.now() + 60_000;
    provider.answer = { principal: anna, endsAtMs };
    const browser = new TestBrowser(server.port);
    browser.cookie = cookieOf(await comeBack(), 'fieldwarden_session').split(';')[0];
    const { expiresAt } = (await browser.call('/session')).json as SessionAnswer;
    expect(Date.parse(expiresAt!)).toBe(endsAtMs);
  });

  it('ends sessions of people whose provider the plant names no more', async () => {
    const browser = new TestBrowser(server.port);
    const use = server.access.use({ id: 'oidc' });
    browser.cookie = cookieOf(await comeBack(), 'fieldwarden_session').split(';')[0];
    use[Symbol.dispose]();
    expect((await browser.call('/session')).json).toMatchObject({ authenticated: false });
  });

  it.each([
    ['forbidden', 'OIDC_REFUSED', 303],
    ['unreachable', 'OIDC_UNREACHABLE', 303],
    ['bug', 'UNEXPECTED', 500],
  ] as const)('tells the console why nobody signed in: kind %s', async (kind, code, status) => {
    provider.answer = new GatewayError({ code, kind, message: 'no' });
    for (const answer of [await get('/session/oidc/start'), await comeBack()]) {
      expect(answer.status).toBe(status);
      if (status === 303) expect(answer.headers.location).toBe(`/#signInRefused=${code}`);
      expect(answer.headers['set-cookie']?.some((cookie) => cookie.startsWith('fieldwarden_session')) ?? false).toBe(
        false,
      );
    }
    if (status === 303)
      expect(server.audited.at(-1)).toMatchObject({ user: 'nobody', outcome: 'refused', reason: 'no', via: 'console' });
  });

  it('refuses somebody who has the name of a local account: in the audit, one name is one person', async () => {
    await server.access.accounts.create({ name: 'Anna', password: testPassword, role: 'viewer', areas: ['**'] });
    expect((await comeBack()).headers.location).toBe('/#signInRefused=OIDC_NAME_TAKEN');
    expect(server.audited.at(-1)).toMatchObject({ user: 'anna', outcome: 'refused' });
  });

  it('is begun twenty times by one address, and then in turn', async () => {
    for (let times = 0; times < 20; times++) expect((await get('/session/oidc/start')).status).toBe(303);
    expect(await get('/session/oidc/start')).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
  });

  it('is not found where the plant names no provider', async () => {
    server.access.oidc = null;
    for (const path of ['/session/oidc/start', '/session/oidc/callback?code=c'])
      expect(await get(path)).toMatchObject({ status: 404, json: { code: 'OIDC_NOT_CONFIGURED' } });
  });
});

describe('a console for everybody (§13.1)', () => {
  it('shows everything to who does not sign in, and lets nothing be changed', async () => {
    await using server = await TestServer.start();
    const door = { port: server.port };
    expect((await call(door, '/drivers')).status).toBe(401);
    server.access.isOpenToViewers = true;
    expect((await call(door, '/session')).json).toMatchObject({
      authenticated: true,
      name: 'anonymous',
      roles: ['viewer'],
      permissions: ['view'],
    });
    expect((await call(door, '/drivers')).status).toBe(200);
    const validate = { method: 'POST', body: { document: {} } } as const;
    expect((await call(door, '/config/validate', validate)).status).toBe(200);
    const foreign = { ...validate, headers: { origin: 'https://evil.example' } };
    expect((await call(door, '/config/validate', foreign)).json).toMatchObject({ code: 'FOREIGN_ORIGIN' });
    const write = { method: 'PUT', body: { path: 'packaging/filler/speed', value: 1 } } as const;
    expect(await call(door, '/tags/value', write)).toMatchObject({ status: 403, json: { code: 'NOT_PERMITTED' } });
    for (const path of ['/users', '/sessions', '/tokens']) expect((await call(door, path)).status).toBe(403);
    const wrong = await call(door, '/drivers', { headers: { authorization: 'Bearer fw_wrong' } });
    expect(wrong.status).toBe(401);
    const password = { method: 'PUT', body: { password: 'x', newPassword: testPassword } } as const;
    expect((await call(door, '/session/password', password)).status).toBe(409);
  });
});
