import { collectingLogger } from '@fieldwarden/testkit';
import { MessageSecurityMode } from 'node-opcua';
import { expect, test } from 'vitest';
import { node, WatchedSession } from '../testing/watched-session.js';
import { UaTestServer } from '../testing/ua-test-server.js';

const points = [node('range')];

test('a user that the server does not know is told in words, and the account is not tried again and again', async () => {
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await UaTestServer.start({ user: { name: 'otto', password: 'right' } }));
  const logger = collectingLogger();
  const watch = cleanup.use(
    await WatchedSession.open(
      { endpointUrl: server.url, identity: { username: 'otto', password: 'wrong' } },
      { logger },
    ),
  );
  await watch.watch(points);
  await watch.fails(/does not let in the user otto: look at the name, the password/);
  const nobody = cleanup.use(await WatchedSession.open({ endpointUrl: server.url }));
  await nobody.watch(points);
  await nobody.fails(/does not let in anonymous users: give the driver an identity/);
  const right = cleanup.use(
    await WatchedSession.open({ endpointUrl: server.url, identity: { username: 'otto', password: 'right' } }),
  );
  await right.watch(points);
  await right.shows(50);
  expect(logger.records.map(({ message }) => message).join()).not.toContain('wrong');
});

test('security that the server does not offer is told with what it offers', async () => {
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await UaTestServer.start());
  const watch = cleanup.use(
    await WatchedSession.open({
      endpointUrl: server.url,
      securityMode: 'SignAndEncrypt',
      securityPolicy: 'Basic256Sha256',
    }),
  );
  await watch.watch(points);
  await watch.fails(/does not offer the security that the driver asks for: it offers None None; see securityMode/);
});

test('a server that does not trust the driver is told in words that name the driver’s certificate', async () => {
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await UaTestServer.start({ isSecure: true, refusesUnknown: true }));
  const watch = cleanup.use(await WatchedSession.open({ endpointUrl: server.url, securityMode: 'SignAndEncrypt' }));
  await watch.watch(points);
  await watch.fails(/is not trusted here/);
  await watch.trust();
  await watch.fails(
    /does not accept this driver’s certificate \(SHA-1 [0-9A-F]{40}, .*certificate\.pem\): trust it at the server/,
  );
  await server.trustClients();
  await watch.shows(50);
});

test('a server that knows itself by another name is reached at the address that was written', async () => {
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(
    await UaTestServer.start({
      isSecure: true,
      server: {
        alternateHostname: [],
        hostname: 'behind.nat.example',
        securityModes: [MessageSecurityMode.SignAndEncrypt],
      },
    }),
  );
  const watch = cleanup.use(await WatchedSession.open({ endpointUrl: server.url, securityMode: 'SignAndEncrypt' }));
  await watch.watch(points);
  await watch.fails(/is not trusted here/);
  await watch.trust();
  await watch.shows(50);
});
