import { beforeAll, describe, expect, it } from 'vitest';
import { adminRoutes } from '../routes/admin-routes.js';
import type { Route } from '../server/route.js';
import { call, type TestAnswer } from '../testing/api-client.js';
import { TestBrowser } from '../testing/browser.js';
import { TestServer, testToken } from '../testing/test-server.js';

const routes = adminRoutes.map((route) => ({ ...route, name: `${route.method.toUpperCase()} ${route.path}` }));
const guarded = routes.filter(({ permission }) => permission !== 'anyone');
const isChange = ({ method }: Route): boolean => method !== 'get';

/** Something that the path matches; whether it exists does not matter for who may ask. */
const addressOf = ({ path }: Route): string => path.replaceAll(/:\w+/g, 'packaging');

const json = { accept: 'application/json' };
const requestOf = (route: Route) => ({ method: route.method.toUpperCase(), headers: json });

/** Undefined when the request went on to its handler. */
function refusalOf({ status, json: body }: TestAnswer): string | undefined {
  const { code } = (body ?? {}) as { readonly code?: string };
  return [401, 403, 421, 429].includes(status) ? code : undefined;
}

async function signedIn(server: TestServer): Promise<TestBrowser> {
  const browser = new TestBrowser(server.port);
  await browser.signIn(testToken);
  return browser;
}

describe('who may come in, route by route (§13)', () => {
  let server: TestServer;

  beforeAll(async () => {
    const plenty = { burst: 10_000, perSecond: 10_000 };
    server = await TestServer.start({ limits: { signIn: plenty, sessions: plenty, changes: plenty } });
    return async () => await server[Symbol.asyncDispose]();
  });

  it.each(guarded)('$name: nobody without a token, whether or not a body is sent', async (route) => {
    const answer = await call({ port: server.port }, addressOf(route), requestOf(route));
    expect([answer.status, refusalOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it.each(guarded)('$name: whoever may open the local socket', async (route) => {
    expect(refusalOf(await call(server.socket, addressOf(route), requestOf(route)))).toBeUndefined();
  });

  it.each(guarded)('$name: the holder of a token, unless it is for the socket alone', async (route) => {
    const refusal = refusalOf(await call(server.tcp, addressOf(route), requestOf(route)));
    expect(refusal).toBe(route.socketOnly === undefined ? undefined : 'SOCKET_ONLY');
  });

  it.each(guarded)('$name: a session, for changes only with the token of its page', async (route) => {
    const browser = await signedIn(server);
    const expected = route.socketOnly === undefined ? undefined : 'SOCKET_ONLY';
    const withToken = await browser.call(addressOf(route), requestOf(route));
    expect(refusalOf(withToken)).toBe(expected);
    for (const wrong of ['', 'x', `${browser.csrfToken}x`]) {
      const headers = { ...json, 'x-csrf-token': wrong };
      const answer = await browser.call(addressOf(route), { ...requestOf(route), headers });
      expect(refusalOf(answer)).toBe(expected ?? (isChange(route) ? 'CSRF_TOKEN' : undefined));
    }
  });

  it.each(guarded.filter(isChange))('$name: no page of another site, even with all it can steal', async (route) => {
    if (route.socketOnly !== undefined) return;
    const browser = await signedIn(server);
    const foreigners: readonly Readonly<Record<string, string>>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const foreign of foreigners) {
      const answer = await browser.call(addressOf(route), { ...requestOf(route), headers: { ...json, ...foreign } });
      expect(refusalOf(answer)).toBe('FOREIGN_ORIGIN');
    }
    const own = { ...json, origin: `http://127.0.0.1:${server.port}`, 'sec-fetch-site': 'same-origin' };
    expect(refusalOf(await browser.call(addressOf(route), { ...requestOf(route), headers: own }))).toBeUndefined();
  });

  it('knows a permission for every route, and the socket alone for what hands out power', () => {
    const alone = routes.filter(({ socketOnly }) => socketOnly !== undefined).map(({ name }) => name);
    expect(alone).toEqual(['POST /shutdown']);
    const viewing = guarded.filter((route) => isChange(route) && route.permission === 'view').map(({ name }) => name);
    expect(viewing).toEqual([
      'PUT /session/password',
      'POST /session/totp',
      'PUT /session/totp',
      'DELETE /session/totp',
      'POST /expressions/check',
      'PUT /events/streams/:stream/tags',
      'POST /config/validate',
      'POST /config/diff',
      'POST /config/import-csv',
      'POST /config/import-kepware',
    ]);
    const open = routes.filter(({ permission }) => permission === 'anyone').map(({ name }) => name);
    expect(open).toEqual([
      'GET /session',
      'POST /session',
      'DELETE /session',
      'GET /session/oidc/start',
      'GET /session/oidc/callback',
    ]);
  });

  it('does not read the body of whom it does not let in', async () => {
    const answer = await call({ port: server.port }, '/config/validate', { method: 'POST', body: '{"broken' });
    expect(refusalOf(answer)).toBe('UNAUTHENTICATED');
  });
});

describe('names under which a browser may call (§13, DNS rebinding)', () => {
  it.each(['evil.example', 'evil.example:4842', '127.0.0.1.evil.example', '', 'localhost.evil.example', 'a/b'])(
    'refuses %j, for pages and for the API',
    async (host) => {
      await using server = await TestServer.start();
      const door = { port: server.port };
      for (const path of ['/session', 'http://x/'])
        expect(await call(door, path, { headers: { host } })).toMatchObject({
          status: host === '' || host === 'a/b' ? expect.any(Number) : 421,
        });
      expect(refusalOf(await call(door, '/session', { headers: { host: host || 'x' } }))).toBe('HOST_NOT_ALLOWED');
    },
  );

  it.each([
    'localhost:1',
    'LOCALHOST',
    '127.0.0.1:4842',
    '[::1]:4842',
    '192.168.0.7',
    'gw.plant.local:80',
    'localhost.',
  ])('takes %j', async (host) => {
    await using server = await TestServer.start({ hostNames: ['GW.plant.local'] });
    expect((await call({ port: server.port }, '/session', { headers: { host } })).status).toBe(200);
  });

  it('asks no name of who sends a token: no page that was lured here knows one', async () => {
    await using server = await TestServer.start();
    expect((await call(server.tcp, '/status', { headers: { host: 'gw.plant.local' } })).status).toBe(200);
  });
});

describe('how often somebody may try (§13)', () => {
  const limits = { signIn: { burst: 2, perSecond: 0.1 }, changes: { burst: 3, perSecond: 1 } };

  it('stops an address that guesses tokens, says for how long, and lets a good token in all the same', async () => {
    await using server = await TestServer.start({ limits });
    const guess = () => new TestBrowser(server.port).signIn('fw_guess');
    const wrongBearer = () => call({ port: server.port, token: 'fw_guess' }, '/status');
    expect([(await guess()).status, (await wrongBearer()).status]).toEqual([401, 401]);
    const stopped = await guess();
    expect(stopped).toMatchObject({ status: 429, json: { code: 'TOO_MANY_REQUESTS', remedy: 'Try again in 10 s.' } });
    expect(stopped.headers['retry-after']).toBe('10');
    expect((await wrongBearer()).status).toBe(429);
    expect((await call(server.tcp, '/status')).status).toBe(200);
    expect((await new TestBrowser(server.port).signIn(testToken)).status).toBe(200); // from the same address
  });

  it('stops a token that opens sessions without end, and no other', async () => {
    await using server = await TestServer.start({ limits: { sessions: { burst: 2, perSecond: 0.1 } } });
    const signIn = async (token: string) => (await new TestBrowser(server.port).signIn(token)).status;
    expect([await signIn(testToken), await signIn(testToken), await signIn(testToken)]).toEqual([200, 200, 429]);
    expect((await call(server.tcp, '/status')).status).toBe(200);
  });

  it('stops a token that changes too much at once, but neither its reading nor the local socket', async () => {
    await using server = await TestServer.start({ limits });
    const change = async (door = server.tcp) =>
      (await call(door, '/drivers/packaging/start', { method: 'POST' })).status;
    expect([await change(), await change(), await change()]).toEqual([202, 202, 202]);
    expect(await change()).toBe(429);
    expect((await call(server.tcp, '/drivers')).status).toBe(200);
    for (let i = 0; i < 5; i += 1) expect(await change(server.socket)).toBe(202);
  });
});
