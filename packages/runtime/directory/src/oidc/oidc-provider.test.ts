import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '@fieldwarden/core';
import { FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oidcSettings, type OidcSettings } from '../settings/oidc-settings.js';
import { makeCertificates, TestProvider } from '../testing/index.js';
import { OidcProvider } from './oidc-provider.js';

const redirectUri = 'http://127.0.0.1:4842/api/v1/session/oidc/callback';
const people = { anna: ['operators', 'night'], berta: [] };

describe('a provider of OpenID Connect', { timeout: 30_000 }, () => {
  let idp: TestProvider;

  beforeAll(async () => {
    idp = await TestProvider.start({ people, redirectUris: [redirectUri] });
  });

  afterAll(async () => {
    await idp[Symbol.asyncDispose]();
  });

  function provider(settings: Partial<OidcSettings> = {}, clock = systemClock): OidcProvider {
    const written = { issuer: idp.issuer, clientId: idp.clientId, ...settings };
    return new OidcProvider({ settings: oidcSettings.parse(written), ca: undefined, clock });
  }

  it('knows a person with its groups', async () => {
    const asked = provider();
    const { url, secret } = await asked.begin(redirectUri);
    const back = await idp.signIn(url, 'anna');
    expect(back.href).toContain(redirectUri);
    expect(await asked.finish(secret, back.search)).toEqual({
      name: 'anna',
      groups: ['operators', 'night'],
      endsAtMs: null,
    });
  });

  it('says when the ID token ends, where that is to end the session', async () => {
    const asked = provider({ endWithToken: true });
    const { url, secret } = await asked.begin(redirectUri);
    const { endsAtMs } = await asked.finish(secret, (await idp.signIn(url, 'anna')).search);
    const inMs = endsAtMs! - Date.now();
    expect(inMs).toBeGreaterThan(1_000_000);
    expect(inMs).toBeLessThanOrEqual(1_801_000);
  });

  it('ends each sign-in once', async () => {
    const asked = provider();
    const { url, secret } = await asked.begin(redirectUri);
    const { search } = await idp.signIn(url, 'anna');
    await asked.finish(secret, search);
    await expect(asked.finish(secret, search)).rejects.toMatchObject({ code: 'OIDC_NOT_BEGUN', kind: 'forbidden' });
  });

  it('refuses a code that was used already', async () => {
    const asked = provider();
    const first = await asked.begin(redirectUri);
    const back = await idp.signIn(first.url, 'anna');
    await asked.finish(first.secret, back.search);
    const second = await asked.begin(redirectUri);
    back.searchParams.set('state', new URL(second.url).searchParams.get('state')!);
    await expect(asked.finish(second.secret, back.search)).rejects.toMatchObject({
      code: 'OIDC_REFUSED',
      message: expect.stringContaining('invalid_grant') as unknown,
    });
  });

  it('refuses the answer to another sign-in: a wrong state', async () => {
    const asked = provider();
    const [mine, other] = [await asked.begin(redirectUri), await asked.begin(redirectUri)];
    const { search } = await idp.signIn(other.url, 'anna');
    await expect(asked.finish(mine.secret, search)).rejects.toMatchObject({
      code: 'OIDC_REFUSED',
      message: expect.stringContaining('state') as unknown,
    });
  });

  it('refuses an ID token for another sign-in: a wrong nonce', async () => {
    const asked = provider();
    const { url, secret } = await asked.begin(redirectUri);
    const tampered = new URL(url);
    tampered.searchParams.set('nonce', 'of another sign-in');
    const { search } = await idp.signIn(tampered.href, 'anna');
    await expect(asked.finish(secret, search)).rejects.toMatchObject({
      code: 'OIDC_REFUSED',
      message: expect.stringContaining('nonce') as unknown,
    });
  });

  it('hands on what the provider says when a person goes back', async () => {
    const asked = provider();
    const { url, secret } = await asked.begin(redirectUri);
    const state = new URL(url).searchParams.get('state');
    const query = `?error=access_denied&error_description=End-User+aborted&state=${state}&iss=${encodeURIComponent(idp.issuer)}`;
    await expect(asked.finish(secret, query)).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('access_denied, End-User aborted') as unknown,
    });
  });

  it('does not know a sign-in that took too long, or was not begun here', async () => {
    const clock = new FakeClock();
    const asked = provider({}, clock);
    const { secret } = await asked.begin(redirectUri);
    await clock.advance(600_001);
    for (const other of [secret, 'of nobody'])
      await expect(asked.finish(other, '?code=x')).rejects.toMatchObject({ code: 'OIDC_NOT_BEGUN' });
  });

  it('refuses a person without a name', async () => {
    const asked = provider({ nameClaim: 'email' });
    const { url, secret } = await asked.begin(redirectUri);
    const { search } = await idp.signIn(url, 'anna');
    await expect(asked.finish(secret, search)).rejects.toMatchObject({
      code: 'OIDC_REFUSED',
      message: expect.stringContaining('no name in email') as unknown,
    });
  });

  it('says so when the provider is away, or speaks for another issuer', async () => {
    const gone = await TestProvider.start({ people, redirectUris: [redirectUri] });
    const asked = provider({ issuer: gone.issuer });
    const { url, secret } = await asked.begin(redirectUri);
    const { search } = await gone.signIn(url, 'anna');
    await gone[Symbol.asyncDispose]();
    for (const answer of [asked.finish(secret, search), provider({ issuer: gone.issuer }).begin(redirectUri)]) {
      await expect(answer).rejects.toMatchObject({
        kind: 'unreachable',
        message: expect.stringMatching(/http:\/\/127\.0\.0\.1:\d+ cannot be asked: \w+/) as unknown,
      });
    }
    await expect(provider({ issuer: idp.issuer.replace('127.0.0.1', 'localhost') }).probe()).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });

  it('gives up on a provider that does not answer', async () => {
    const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const issuer = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(provider({ issuer, timeoutMs: 200 }).probe()).rejects.toMatchObject({ kind: 'unreachable' });
    silent.close();
  });

  it('names itself with its secret, and says so when that is wrong', async () => {
    await using confidential = await TestProvider.start({ people, redirectUris: [redirectUri], clientSecret: 'a b/c' });
    for (const [clientSecret, expected] of [
      ['a b/c', undefined],
      ['wrong', { code: 'OIDC_CLIENT_REFUSED', kind: 'config' }],
    ] as const) {
      const asked = provider({ issuer: confidential.issuer, clientSecret });
      const { url, secret } = await asked.begin(redirectUri);
      const finished = asked.finish(secret, (await confidential.signIn(url, 'anna')).search);
      if (expected) await expect(finished).rejects.toMatchObject(expected);
      else await expect(finished).resolves.toMatchObject({ name: 'anna' });
    }
  });

  it('asks for what the ID token leaves out', async () => {
    await using terse = await TestProvider.start({ people, redirectUris: [redirectUri], onlyUserInfo: true });
    const asked = provider({ issuer: terse.issuer });
    const { url, secret } = await asked.begin(redirectUri);
    expect(await asked.finish(secret, (await terse.signIn(url, 'anna')).search)).toMatchObject({
      name: 'anna',
      groups: ['operators', 'night'],
    });
  });

  it('asks a server whose certificate is of the authority that it is told, and no other', async () => {
    await using folder = await temporaryDirectory('fieldwarden-oidc-');
    await makeCertificates(folder.path);
    const file = (name: string): string => readFileSync(join(folder.path, name), 'utf8');
    const server = createServer({ key: file('server.key'), cert: file('server.pem') }, (_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(metadata));
    }).listen(0);
    await once(server, 'listening');
    const issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
    const metadata = { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` };
    const settings = oidcSettings.parse({ issuer, clientId: 'fieldwarden' });
    const known = new OidcProvider({ settings, ca: file('ca.pem'), clock: systemClock });
    expect((await known.begin(redirectUri)).url).toContain(`${issuer}/auth?`);
    const unknown = new OidcProvider({ settings, ca: undefined, clock: systemClock });
    await expect(unknown.probe()).rejects.toMatchObject({ kind: 'unreachable' });
    server.close();
    server.closeAllConnections();
  });
});
