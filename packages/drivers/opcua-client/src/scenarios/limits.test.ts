import { ValueColumns } from '@fieldwarden/core';
import { testCall } from '@fieldwarden/testkit';
import { describe, expect, test } from 'vitest';
import { node, WatchedSession } from '../testing/watched-session.js';
import { UaTestServer } from '../testing/ua-test-server.js';

const doubles = Array.from({ length: 100 }, (_, i) => node(`i${i}`));

describe('a server that takes little', () => {
  test('so many nodes a request, so many items a subscription: all its nodes are read and monitored', async () => {
    await using cleanup = new AsyncDisposableStack();
    const server = cleanup.use(
      await UaTestServer.start({
        doubles: 100,
        server: {
          serverCapabilities: {
            maxMonitoredItemsPerSubscription: 30,
            operationLimits: { maxMonitoredItemsPerCall: 7, maxNodesPerRead: 9, maxNodesPerWrite: 4 },
          },
        },
      }),
    );
    const watch = cleanup.use(await WatchedSession.open({ endpointUrl: server.url }));
    await watch.watch(doubles);
    await watch.shows(...doubles.map((_, i) => i));
    const into = new ValueColumns(doubles.length);
    await watch.session.read(watch.session.prepareRead('machine', doubles), into, testCall());
    expect([...into.values]).toEqual(doubles.map((_, i) => i));
    const written = await watch.session.write(
      'machine',
      doubles.map((point, i) => ({ point, value: i + 0.5 })),
      testCall(),
    );
    expect(new Set(written.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    await watch.shows(...doubles.map((_, i) => i + 0.5));
  });

  test('and says so only by refusing: subscriptions are divided anew, and what no subscription takes is Bad by its own code', async () => {
    await using cleanup = new AsyncDisposableStack();
    const server = cleanup.use(
      await UaTestServer.start({
        doubles: 100,
        server: { serverCapabilities: { maxMonitoredItemsPerSubscription: 30, maxMonitoredItems: 60 } },
      }),
    );
    server.hideLimit('MaxMonitoredItemsPerSubscription');
    const watch = cleanup.use(await WatchedSession.open({ endpointUrl: server.url }));
    await watch.watch(doubles);
    // one item of the 60 watches for changes of the model
    await watch.shows(...doubles.map((_, i) => (i < 59 ? i : 'BadTooManyMonitoredItems')));
  });

  test('a deadband that a node does not take is left out, and the node is told all the same', async () => {
    await using cleanup = new AsyncDisposableStack();
    const server = cleanup.use(await UaTestServer.start());
    const watch = cleanup.use(await WatchedSession.open({ endpointUrl: server.url }));
    await watch.watch([
      node('name', { scalar: 'string' }, { deadband: 1 }),
      node('range', { scalar: 'float64' }, { deadband: 1 }),
    ]);
    await watch.shows('lemon', 50);
    server.set('range', 50.5);
    server.set('name', 'lime');
    await watch.shows('lime', 50);
    server.set('range', 52);
    await watch.shows('lime', 52);
  });
});
