import { ValueColumns } from '@fieldwarden/core';
import { FaultProxy, temporaryDirectory, testCall, waitFor } from '@fieldwarden/testkit';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { node, WatchedSession } from '../testing/watched-session.js';
import { serverUri, UaTestServer } from '../testing/ua-test-server.js';

const points = [node('range'), node('count', { scalar: 'int16' })];

/** A server, a way to it that breaks, and a session that watches two of its signals. */
async function watched(cleanup: AsyncDisposableStack) {
  const server = cleanup.use(await UaTestServer.start());
  const way = cleanup.use(await FaultProxy.listen({ targetPort: server.port }));
  const watch = cleanup.use(await WatchedSession.open({ endpointUrl: `opc.tcp://127.0.0.1:${way.port}` }));
  await watch.watch(points);
  await watch.shows(50, -7);
  return { server, way, watch };
}

/** What a point showed, without repetitions. */
const steps = (told: readonly unknown[]): unknown[] => told.filter((one, i) => one !== told[i - 1]);

test('a server that restarts: Bad at once, then its new values, by one further connection', async () => {
  await using cleanup = new AsyncDisposableStack();
  const first = await UaTestServer.start();
  const { port } = first;
  const way = cleanup.use(await FaultProxy.listen({ targetPort: port }));
  const watch = cleanup.use(await WatchedSession.open({ endpointUrl: `opc.tcp://127.0.0.1:${way.port}` }));
  await watch.watch(points);
  await watch.shows(50, -7);
  await first[Symbol.asyncDispose]();
  await watch.fails();
  const second = cleanup.use(await UaTestServer.start({ port }));
  await watch.shows(50, -7);
  second.set('range', 51);
  await watch.shows(51, -7);
  expect(steps(watch.told[0])).toEqual([50, 'failed', 50, 51]);
});

test('a connection that is reset: Bad at once, and back by exactly one further connection', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { server, way, watch } = await watched(cleanup);
  const before = way.accepted;
  way.dropConnections();
  await watch.fails(/is lost|has closed/);
  server.set('range', 51);
  await watch.shows(51, -7);
  expect(steps(watch.told[0])).toEqual([50, 'failed', 51]);
  expect(way.accepted - before).toBe(1);
});

test('a server that falls silent without a word is found out by its silence, and read anew when it speaks', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { server, way, watch } = await watched(cleanup);
  way.halfOpen = true;
  expect(await watch.fails(/does not answer for/)).toMatchObject({ kind: 'unreachable' });
  server.set('range', 51);
  way.halfOpen = false;
  await watch.shows(51, -7);
});

test('a server that is polled and falls silent is found out, too, without anybody asking it for a value', async () => {
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await UaTestServer.start());
  const way = cleanup.use(await FaultProxy.listen({ targetPort: server.port }));
  const { session } = cleanup.use(
    await WatchedSession.open({ endpointUrl: `opc.tcp://127.0.0.1:${way.port}`, mode: 'poll' }),
  );
  expect([session.subscribe, session.unsubscribe]).toEqual([undefined, undefined]);
  const plan = session.prepareRead('machine', points);
  const read = async (): Promise<unknown> => {
    const into = new ValueColumns(2);
    return await session.read(plan, into, testCall({ timeoutMs: 60_000 })).then(
      () => [...into.values],
      (error: unknown) => error,
    );
  };
  expect(await read()).toEqual([50, -7]);
  way.halfOpen = true;
  // Nothing is asked meanwhile: the connection is given up by its own watch, and a new one cannot be made.
  await waitFor(() => !session.hasConnection, { what: 'the connection to be given up', timeoutMs: 30_000 });
  expect(await read()).toMatchObject({ kind: 'unreachable' });
  way.halfOpen = false;
  await waitFor(async () => Array.isArray(await read()), { what: 'values again', timeoutMs: 30_000, intervalMs: 50 });
});

test('a server that is slow for less than the watch bears costs nothing', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { server, way, watch } = await watched(cleanup);
  way.toClient.delayMs = 100;
  server.set('range', 51);
  await watch.shows(51, -7);
  expect(watch.failures).toEqual([]);
});

test('a session that the server ends while the connection stands: a new one, with all values', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { server, watch } = await watched(cleanup);
  const { engine } = server.ua;
  interface Sessions {
    getSessions(): { authenticationToken: unknown }[];
    closeSession(token: unknown, deleteSubscriptions: boolean, reason: string): void;
  }
  const sessions = engine as unknown as Sessions;
  for (const { authenticationToken } of sessions.getSessions())
    sessions.closeSession(authenticationToken, true, 'Timeout');
  await watch.fails();
  server.set('range', 51);
  await watch.shows(51, -7);
});

test('a server whose namespaces come in another order: the same nodes, by URI and by the index that they had', async () => {
  await using cleanup = new AsyncDisposableStack();
  const first = await UaTestServer.start();
  const { port, namespaceIndex } = first;
  const watch = cleanup.use(await WatchedSession.open({ endpointUrl: `opc.tcp://127.0.0.1:${port}` }));
  await watch.watch([
    node('range'),
    { ...node('speed', { scalar: 'float32' }), address: `ns=${namespaceIndex};s=speed` },
  ]);
  await watch.shows(50, 12.5);
  await first[Symbol.asyncDispose]();
  await watch.fails();
  const second = cleanup.use(await UaTestServer.start({ port, namespacesBefore: ['urn:one', 'urn:two'] }));
  expect(second.namespaceIndex).toBe(namespaceIndex + 2);
  await watch.shows(50, 12.5);
});

test('nodes that a server has no more after a restart are Bad, each for itself', async () => {
  await using cleanup = new AsyncDisposableStack();
  const first = await UaTestServer.start();
  const { port } = first;
  const watch = cleanup.use(await WatchedSession.open({ endpointUrl: `opc.tcp://127.0.0.1:${port}` }));
  await watch.watch(points);
  await watch.shows(50, -7);
  await first[Symbol.asyncDispose]();
  await watch.fails();
  cleanup.use(await UaTestServer.start({ port, without: ['count'] }));
  await watch.shows(50, 'BadNodeIdUnknown');
});

test('what is asked while the server is away is answered at once: reads unreachable, writes not sent', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { way, watch } = await watched(cleanup);
  way.refuse();
  way.dropConnections();
  await watch.fails();
  const plan = watch.session.prepareRead('machine', points);
  await expect(watch.session.read(plan, new ValueColumns(2), testCall({ timeoutMs: 60_000 }))).rejects.toMatchObject({
    kind: 'unreachable',
  });
  await expect(
    watch.session.write('machine', [{ point: points[0], value: 1 }], testCall({ timeoutMs: 60_000 })),
  ).rejects.toMatchObject({ kind: 'unreachable', writeOutcome: 'not-sent' });
  await way.accept();
  await watch.shows(50, -7);
});

test('a write that is under way when the connection breaks has an unknown outcome, and is not repeated', async () => {
  await using cleanup = new AsyncDisposableStack();
  const { server, way, watch } = await watched(cleanup);
  await watch.session.write('machine', [{ point: points[0], value: 52 }], testCall());
  await watch.shows(52, -7);
  const before = server.writes;
  way.toClient.silent = true;
  const writing = watch.session.write('machine', [{ point: points[0], value: 53 }], testCall({ timeoutMs: 20_000 }));
  await waitFor(() => server.writes > before, { what: 'the server to have it' });
  way.dropConnections();
  expect(await writing).toEqual([expect.objectContaining({ outcome: 'unknown' })]);
  way.toClient.silent = false;
  await watch.shows(53, -7);
  expect(server.writes - before).toBe(1);
});

test('a server that is away is asked once a pause, never faster', async () => {
  await using cleanup = new AsyncDisposableStack();
  const attemptsAtMs: number[] = [];
  const door = createServer((socket) => {
    attemptsAtMs.push(performance.now());
    socket.on('error', () => undefined);
    socket.destroy();
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  cleanup.defer(() => void door.close());
  const { port } = door.address() as AddressInfo;
  cleanup.use(
    await WatchedSession.open({
      endpointUrl: `opc.tcp://127.0.0.1:${port}`,
      reconnect: { initialMs: 100, maxMs: 200 },
    }),
  );
  await waitFor(() => attemptsAtMs.length >= 5, { what: 'five attempts', timeoutMs: 30_000 });
  const pausesMs = attemptsAtMs.slice(1).map((atMs, i) => atMs - attemptsAtMs[i]);
  // The first pause is at least 80 ms, the second at least 160 ms, and it stays so.
  expect(
    pausesMs.every((ms, i) => ms >= (i === 0 ? 78 : 155)),
    `pauses of ${pausesMs.map(Math.round).join(', ')} ms`,
  ).toBe(true);
});

test('addresses of one server are tried in turn', async () => {
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await UaTestServer.start());
  const nobody = await FaultProxy.listen({ targetPort: server.port });
  nobody.refuse();
  const watch = cleanup.use(
    await WatchedSession.open({ endpointUrl: `opc.tcp://127.0.0.1:${nobody.port}`, failoverUrls: [server.url] }),
  );
  await watch.watch(points);
  await watch.shows(50, -7);
});

test('a server with a new certificate is refused until that is trusted, without being asked again and again', async () => {
  await using cleanup = new AsyncDisposableStack();
  const folders = [cleanup.use(await temporaryDirectory()), cleanup.use(await temporaryDirectory())];
  const first = await UaTestServer.start({ isSecure: true, pki: folders[0].path });
  const { port } = first;
  const way = cleanup.use(await FaultProxy.listen({ targetPort: port }));
  const watch = cleanup.use(
    await WatchedSession.open({ endpointUrl: `opc.tcp://127.0.0.1:${way.port}`, securityMode: 'SignAndEncrypt' }),
  );
  await watch.watch(points);
  await watch.fails(/is not trusted here.*certs trust [0-9A-F]{12}/);
  await watch.trust();
  await watch.shows(50, -7);
  await first[Symbol.asyncDispose]();
  cleanup.use(await UaTestServer.start({ port, isSecure: true, pki: folders[1].path }));
  watch.failures.splice(0);
  await watch.fails(/is not trusted here/);
  const before = way.accepted;
  await watch.trust();
  await watch.shows(50, -7);
  // One to ask for its certificate, one that lasts: in between nobody asked the server, only the stores.
  expect(way.accepted - before).toBeLessThanOrEqual(3);
});

test('a node whose address names a namespace that the server does not have is Bad, its neighbours are not', async () => {
  await using cleanup = new AsyncDisposableStack();
  const server = cleanup.use(await UaTestServer.start());
  const watch = cleanup.use(await WatchedSession.open({ endpointUrl: server.url }));
  await watch.watch([
    ...points,
    { ...node('range'), address: 'nsu=urn:nowhere;s=range' },
    { ...node('range'), address: `nsu=${serverUri};i=5` },
  ]);
  await watch.shows(50, -7, 'BadNodeIdUnknown', 'BadNodeIdUnknown');
});
