import type { AlarmList, EventList, Service, ServiceList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CountingPlcs } from '../counting-plcs.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { processUsage } from '../processes/process-usage.js';
import { pressReads, scanMs, threeLines, Untouched } from '../three-lines.js';
import { SubscribedClients } from './subscribed-clients.js';

const manyTags = 2_000;

/** A Host is killed as hung after 15 s without an answer. */
const timeoutMs = 150_000;

/** Beside the three lines, many tags in one folder. */
const waves = (scanMs: number): object => ({
  id: 'waves',
  type: 'simulator',
  options: {},
  devices: [
    {
      id: 'sea',
      tags: Array.from({ length: manyTags }, (_, i) => ({
        path: `waves/value${i}`,
        address: 'sine?periodMs=7000',
        dataType: 'float32',
        scanMs,
      })),
    },
  ],
});

/** Each test has its own, as each waits long for a Host to be killed. */
class Scene implements AsyncDisposable {
  readonly plcs: CountingPlcs;
  readonly gateway: GatewayProcess;
  readonly #before: Service;
  readonly #untouched: Untouched;

  private constructor(plcs: CountingPlcs, gateway: GatewayProcess, before: Service, untouched: Untouched) {
    this.plcs = plcs;
    this.gateway = gateway;
    this.#before = before;
    this.#untouched = untouched;
  }

  static async start(drivers: readonly object[] = []): Promise<Scene> {
    const plcs = await CountingPlcs.start(3);
    const gateway = await GatewayProcess.launch({ plant: threeLines(plcs, { drivers }) });
    await pressReads(gateway, 2005);
    return new Scene(plcs, gateway, await opcua(gateway), await Untouched.since(gateway, plcs));
  }

  get hostPid(): number {
    return this.#before.pid!;
  }

  /** The server's Host is another one, where the first was. */
  async replaced(cause: string): Promise<void> {
    const back = async (): Promise<boolean> => {
      const { state, pid } = await opcua(this.gateway);
      return state === 'Healthy' && pid !== this.hostPid;
    };
    await waitFor(back, { what: 'another Host of the OPC UA server', timeoutMs: 90_000 });
    const { spawn, lastCause, url } = await opcua(this.gateway);
    expect({ spawn, lastCause, url }).toEqual({ spawn: 2, lastCause: cause, url: this.#before.url });
  }

  /** Nobody else noticed: processes, connections and scans are as before. */
  async othersWentOn(): Promise<void> {
    const { now, before } = await this.#untouched.identities();
    expect(now).toEqual(before);
    expect((await this.gateway.drivers()).map(({ state }) => state)).toEqual(
      (await this.gateway.drivers()).map(() => 'Healthy'),
    );
    expect(await this.plcs.missedScans(scanMs)).toEqual([0, 0, 0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.plcs[Symbol.asyncDispose]();
  }
}

async function opcua(gateway: GatewayProcess): Promise<Service> {
  return (await gateway.get<ServiceList>('/services')).services.find(({ id }) => id === 'opcua')!;
}

async function serviceEvents(gateway: GatewayProcess): Promise<EventList['events']> {
  const { body } = await gateway.ask<EventList>('GET', '/events', undefined, { accept: 'application/json' });
  return body.events.filter(({ type }) => type === 'service');
}

function postMortem({ home }: GatewayProcess): unknown {
  const folder = join(home, 'post-mortem-services', 'opcua');
  return JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), 'utf8'));
}

describe('the OPC UA server in a Host (§16.4)', () => {
  it.concurrent(
    'killed under its clients, is back for them, and no scan was missed',
    { timeout: timeoutMs },
    async () => {
      await using scene = await Scene.start();
      const { gateway } = scene;
      const port = gateway.runFile.opcuaPort!;
      await using clients = await SubscribedClients.connect(port, [{ namespace: 2, id: 'press/force' }], 10);
      process.kill(scene.hostPid, 'SIGKILL');
      await waitFor(async () => (await opcua(gateway)).pid !== scene.hostPid, { what: 'the end of the Host' });
      await clients.firstValues();
      await scene.replaced('signal');
      await scene.othersWentOn();
      expect(postMortem(gateway)).toMatchObject({ serviceId: 'opcua', cause: 'signal', signal: 'SIGKILL' });
      const events = await serviceEvents(gateway);
      expect(events).toContainEqual(
        expect.objectContaining({ serviceId: 'opcua', data: expect.objectContaining({ cause: 'signal', spawn: 1 }) }),
      );
      expect(events.at(-1)!.message).toBe('service opcua is Healthy');
      expect((await gateway.get<AlarmList>('/alarms?all=true')).alarms).toEqual([]);
    },
  );

  it.concurrent(
    'stopped under many changes, costs the gateway no memory, and is replaced',
    { timeout: timeoutMs },
    async () => {
      await using scene = await Scene.start([waves(100)]);
      const { gateway } = scene;
      const before = await opcua(gateway);
      const bytesBefore = processUsage(gateway.pid).privateBytes;
      process.kill(scene.hostPid, 'SIGSTOP');
      await waitFor(async () => (await opcua(gateway)).conflatedValues > before.conflatedValues + 10 * manyTags, {
        what: 'values that newer ones replaced',
        timeoutMs: 60_000,
      });
      await scene.replaced('hang');
      // What was replaced was not kept: as values in frames it would be ten times as much.
      expect(processUsage(gateway.pid).privateBytes - bytesBefore).toBeLessThan(100_000_000);
      await scene.othersWentOn();
    },
  );
});
