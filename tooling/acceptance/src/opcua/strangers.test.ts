import type { EventList, Service, ServiceList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attackMain } from '@fieldwarden/acceptance/opcua';
import type { AttackedServer, attacks } from './attacks.js';
import { CountingPlcs } from '../counting-plcs.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { JsonLinesProcess } from '../processes/json-lines-process.js';
import { processUsage } from '../processes/process-usage.js';
import { scanMs, threeLines } from '../three-lines.js';
import { HostileClient } from './hostile-client.js';
import type { hoarding } from './hoarding.js';
import { browse, createMonitoredItems, createSubscription, read } from './ua-requests.js';

const isLong = process.env.FIELDWARDEN_LONG === '1';
const timeoutMs = 120_000;
const manyTags = 2_000;

/** What an attack may cost the server's Host for as long as it lasts; without bounds it is gigabytes. */
const maxGrownBytes = 400_000_000;

const statusOf = {
  BadTooManyOperations: 0x8010_0000,
  BadDecodingError: 0x8007_0000,
  BadTcpMessageTooLarge: 0x8080_0000,
  BadTcpMessageTypeInvalid: 0x807e_0000,
  BadTimeout: 0x800a_0000,
};

const tags = Array.from({ length: manyTags }, (_, i) => ({ namespace: 2, id: `waves/value${i}` }));

const waves = {
  id: 'waves',
  type: 'simulator',
  options: {},
  devices: [
    {
      id: 'sea',
      tags: tags.map(({ id }) => ({ path: id, address: 'sine?periodMs=7000', dataType: 'float32', scanMs: 500 })),
    },
  ],
};

let plcs: CountingPlcs;
let gateway: GatewayProcess;
let server: AttackedServer;

beforeAll(async () => {
  plcs = await CountingPlcs.start(3);
  gateway = await GatewayProcess.launch({ plant: threeLines(plcs, { drivers: [waves] }) });
  for (const id of ['mixer', 'oven', 'press', 'waves']) await gateway.driverTurns(id, 'Healthy');
  server = { port: gateway.runFile.opcuaPort!, folder: { namespace: 2, id: 'waves' }, tags };
}, timeoutMs);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await plcs?.[Symbol.asyncDispose]();
});

async function opcua(): Promise<Service> {
  return (await gateway.get<ServiceList>('/services')).services.find(({ id }) => id === 'opcua')!;
}

/** Somebody else comes in, and reads. */
async function goodClientReads(): Promise<void> {
  const visit = async (): Promise<boolean> => {
    using client = await HostileClient.withSession(server.port, 10_000, 'urn:good-client');
    await client.ask(read([{ namespace: 2, id: 'press/force' }]));
    return true;
  };
  await waitFor(() => visit().catch(() => false), { what: 'a good client to get in', timeoutMs: 30_000 });
}

async function codeOf(client: HostileClient): Promise<number | undefined> {
  await client.ended();
  return client.error?.code;
}

type Name = keyof typeof hoarding | keyof typeof attacks;

const short: readonly Name[] = ['silent', 'burst', 'abandoned', 'unfinished', 'browse', 'deaf'];
const long: readonly Name[] = ['queues', 'publishes', 'diagnostics', 'undecodable', 'handshakes', 'subscriptions'];

describe('strangers at the OPC UA server (§10.1)', () => {
  it.each(isLong ? [...short, ...long] : short)(
    'keep nobody out, end nothing and cost no scan: %s',
    { timeout: timeoutMs },
    async (name) => {
      const before = await opcua();
      const bytesBefore = processUsage(before.pid!).privateBytes;
      await plcs.reset();
      {
        await using attacker = new JsonLinesProcess(attackMain, [name]);
        await attacker.ask(server);
        const blows = async (): Promise<number> => (await attacker.ask<{ readonly blows: number }>({})).blows;
        await waitFor(async () => (await blows()) > 0, { what: 'the attack', timeoutMs: 30_000 });
        for (let visit = 0; visit < (isLong ? 10 : 3); visit += 1) await goodClientReads();
        const isScanned = async (): Promise<boolean> =>
          (await plcs.counts()).every(({ watched }) => watched.count >= 2);
        await waitFor(isScanned, { what: 'scans under attack', timeoutMs: 30_000 });
        expect(processUsage(before.pid!).privateBytes - bytesBefore).toBeLessThan(maxGrownBytes);
      }
      await goodClientReads();
      const { pid, spawn, state } = await opcua();
      expect({ pid, spawn, state }).toEqual({ pid: before.pid, spawn: before.spawn, state: 'Healthy' });
      expect(await plcs.missedScans(scanMs)).toEqual([0, 0, 0]);
    },
  );

  it('are told by an ERR message what was wrong', { timeout: timeoutMs }, async () => {
    using request = await HostileClient.withSession(server.port);
    request.send({ typeId: 631, body: Buffer.alloc(3) });
    expect(await codeOf(request)).toBe(statusOf.BadDecodingError);
    using large = await HostileClient.connect(server.port);
    for (let chunk = 0; chunk < 20; chunk += 1) large.sendUnfinished(1_000);
    expect(await codeOf(large)).toBe(statusOf.BadTcpMessageTooLarge);
    expect(large.error?.reason).toContain('without a session a message has at most 16 chunks');
    const { body } = await gateway.ask<EventList>('GET', '/events', undefined, { accept: 'application/json' });
    const told = body.events.filter(({ type }) => type === 'service').map(({ message }) => message);
    expect(told).toContainEqual(expect.stringContaining('a request can not be decoded'));
  });

  if (isLong) {
    it('have 10 s for a message, however they trickle it', { timeout: timeoutMs }, async () => {
      using slow = await HostileClient.connect(server.port);
      while (slow.isConnected) {
        slow.sendUnfinished(100);
        await Promise.race([slow.ended(), sleep(1_000)]);
      }
      expect(slow.error?.code).toBe(statusOf.BadTimeout);
    });
  }

  it('get a Browse of 6,000 folders refused, and pages of one', { timeout: timeoutMs }, async () => {
    using client = await HostileClient.withSession(server.port);
    await expect(client.ask(browse(server.folder, 6_000))).rejects.toThrow(statusOf.BadTooManyOperations.toString(16));
    const answer = await client.ask(browse(server.folder, 50));
    // 20 full pages of the budget, and 30 nodes that are to be asked for once more.
    expect(answer.length).toBeLessThan(4_000_000);
  });

  it('get queues of 100, whatever they ask for', { timeout: timeoutMs }, async () => {
    using client = await HostileClient.withSession(server.port);
    const subscriptionId = HostileClient.firstNumber(await client.ask(createSubscription(1_000)));
    const answer = await client.ask(createMonitoredItems(subscriptionId, tags.slice(0, 1), 5_000));
    // After the header: number of results, status, id, sampling interval, queue size (OPC 10000-4, 5.13.2).
    expect(answer.readUInt32LE(28 + 4 + 4 + 4 + 8)).toBe(100);
  });
});
