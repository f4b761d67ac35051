import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { again, inParallel, type Attack } from './attacks.js';
import { HostileClient } from './hostile-client.js';
import { createMonitoredItems, createSubscription, publish, read, undecodable } from './ua-requests.js';

/** Attacks that take places and memory rather than time: connections, sessions, unfinished messages, queues. */
export const hoarding = {
  /** Three hundred connections that say nothing, made anew when they are cut. */
  async silent({ port }, did, signal) {
    await inParallel(300, signal, async () => {
      const socket = await connected(port);
      did();
      await Promise.race([once(socket, 'close'), aborted(signal)]);
      socket.destroy();
    });
  },

  /** Two thousand connections at once, and again. */
  async burst({ port }, did, signal) {
    await again(signal, async () => {
      const sockets = await Promise.allSettled(Array.from({ length: 2_000 }, () => connected(port)));
      did();
      await sleep(500);
      for (const made of sockets) if (made.status === 'fulfilled') made.value.destroy();
    });
  },

  /** Without a session: messages of up to 15 MiB that never end. */
  async unfinished({ port }, did, signal) {
    await inParallel(40, signal, async () => {
      using client = await HostileClient.connect(port);
      for (let chunk = 0; chunk < 250 && client.isConnected && !signal.aborted; chunk += 1) {
        client.sendUnfinished(60_000);
        did();
        await sleep(5);
      }
      await Promise.race([client.ended(), sleep(30_000), aborted(signal)]);
    });
  },

  /** Sessions that are left without a word, for as long as the server lets them live. */
  async abandoned({ port }, did, signal) {
    await inParallel(10, signal, async () => {
      using _client = await HostileClient.withSession(port, 1e12);
      did();
    });
  },

  /** Long queues on tags that change, and nobody who fetches them. */
  async queues(server, did, signal) {
    await again(signal, async () => {
      using client = await HostileClient.withSession(server.port);
      const subscriptionId = HostileClient.firstNumber(await client.ask(createSubscription(0)));
      await client.ask(createMonitoredItems(subscriptionId, server.tags.slice(0, 2_000), 5_000));
      did();
      await Promise.race([client.ended(), aborted(signal)]);
    });
  },

  /** Twenty thousand requests in one piece. */
  async publishes({ port }, did, signal) {
    await again(signal, async () => {
      using client = await HostileClient.withSession(port);
      for (let i = 0; i < 20_000; i += 1) client.send(publish());
      did();
      await Promise.race([client.ended(), sleep(5_000), aborted(signal)]);
    });
  },

  /** Ten thousand times the same array of structures. */
  async diagnostics({ port }, did, signal) {
    const request = read(Array.from({ length: 10_000 }, () => ({ namespace: 0, id: 2_289 })));
    await again(signal, async () => {
      using client = await HostileClient.withSession(port);
      for (; client.isConnected && !signal.aborted; did()) await client.ask(request).catch(() => undefined);
    });
  },

  /** Requests that are none. */
  async undecodable({ port }, did, signal) {
    await inParallel(5, signal, async () => {
      using client = await HostileClient.withSession(port);
      client.send(undecodable());
      did();
      await Promise.race([client.ended(), sleep(5_000), aborted(signal)]);
    });
  },
} satisfies Record<string, Attack>;

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
