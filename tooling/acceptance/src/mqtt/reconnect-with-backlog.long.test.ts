import type { ServiceAnswer } from '@fieldwarden/admin-contract';
import { Mosquitto } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { ScanWatch } from '../faults/scan-watch.js';
import { GatewayProcess } from '../processes/gateway-process.js';

const isLong = process.env.FIELDWARDEN_LONG === '1';
/** Each with a PLC of its own that has eight float registers: tags share them, topics are their own. */
const drivers = 10;
const tagsEach = isLong ? 9_800 : 200;
const registersEach = 16;
const topics = drivers * tagsEach;
const scanMs = 1_000;

it(
  `a broker that comes back to ${topics} waiting messages, each of another topic, gets every one of them, while scans go on (§10.2)`,
  { timeout: 400_000 },
  async () => {
    await using broker = await Mosquitto.start();
    await broker.down();
    await using plcs = await ScanWatch.start(drivers);
    await using gateway = await GatewayProcess.launch({ plant: plant(plcs.ports, broker.url), startLimitMs: 180_000 });
    const outlet = async (): Promise<Record<string, unknown>> =>
      (await gateway.get<ServiceAnswer>('/services/mqtt')).detail as Record<string, unknown>;
    await waitFor(async () => Number((await outlet()).pending) >= topics, {
      what: 'all values to wait',
      timeoutMs: 180_000,
      intervalMs: 500,
    });
    for (const port of plcs.ports.keys()) await gateway.driverTurns(`plc-${port}`, 'Healthy', 60_000);
    await plcs.reset();
    await broker.up();
    const isDrained = async (): Promise<boolean> => {
      const { connected, pending } = await outlet();
      return connected === true && pending === 0;
    };
    await waitFor(isDrained, { what: 'the backlog to be gone', timeoutMs: 180_000, intervalMs: 500 });
    await waitFor(async () => (await plcs.record()).fewestScans >= 3, { what: 'scans', timeoutMs: 60_000 });
    const { longestIntervalMs, machineLagMs, stalledMs, windowMs } = await plcs.record();
    const rounded = { longestIntervalMs, machineLagMs, stalledMs, windowMs };
    console.log(
      `${topics} topics: ${JSON.stringify(rounded, (_, value: unknown) => (typeof value === 'number' ? Math.round(value) : value))}`,
    );
    const { published, dropped, tags } = await outlet();
    expect({ tags, dropped }).toEqual({ tags: topics, dropped: 0 });
    expect(published).toBeGreaterThanOrEqual(topics);
    // Two intervals, and what the machine itself takes away, as with faults.
    expect(longestIntervalMs).toBeLessThan(2 * scanMs + machineLagMs + stalledMs);
  },
);

function plant(ports: readonly number[], url: string): object {
  return {
    version: 1,
    site: 'backlog',
    opcua: { enabled: false },
    mqtt: { url },
    drivers: ports.map((port, driver) => ({
      id: `plc-${driver}`,
      type: 'modbus',
      options: { host: '127.0.0.1', port },
      devices: [
        {
          id: 'unit',
          options: { unitId: 1 },
          tags: Array.from({ length: tagsEach }, (_, i) => ({
            path: `line${driver}/block${Math.floor(i / 100)}/value${i}`,
            address: `HR${(2 * i) % registersEach}`,
            dataType: 'float32',
            scanMs,
          })),
        },
      ],
    })),
  };
}
