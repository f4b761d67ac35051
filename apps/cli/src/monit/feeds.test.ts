import { TestServer } from '@fieldwarden/admin-api/testing';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { systemClock } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { AdminClient } from '../gateway/admin-client.js';
import { targetOf } from '../gateway/target.js';
import { Feeds } from './feeds.js';

test('events go on after a gap, and what tells of the gap is no event', async () => {
  await using server = await TestServer.start();
  const gap = { afterSeq: 0, nextSeq: 1, restarted: true };
  server.control.events.gapAfter = () => gap;
  const seen: GatewayEvent[] = [];
  const over = new AbortController();
  const client = new AdminClient(targetOf({ home: server.home }, {}));
  const feeds = new Feeds(client, systemClock, over.signal, {
    figures: () => undefined,
    lost: () => undefined,
    records: () => undefined,
    events: (events) => seen.push(...events),
  });
  server.control.publish({ message: 'before' });
  const run = feeds.run();
  await waitFor(() => server.control.listeners === 1, { what: 'the stream' });
  server.control.publish({ message: 'after' });
  await waitFor(() => seen.length === 2, { what: 'both events' });
  expect(seen.map(({ seq, message }) => [seq, message])).toEqual([
    [1, 'before'],
    [2, 'after'],
  ]);
  over.abort();
  await run;
});
