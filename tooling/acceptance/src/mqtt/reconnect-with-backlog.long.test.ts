import type { ServiceAnswer } from '@fieldwarden/admin-contract';
import { Mosquitto } from '@fieldwarden/mqtt-link/testing';
import { waitFor } from '@fieldwarden/testkit';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { JsonLinesProcess } from '../processes/json-lines-process.js';

const responder = fileURLToPath(import.meta.resolve('@fieldwarden/sim-plc/modbus-responder'));
const isLong = process.env.FIELDWARDEN_LONG === '1';
const drivers = 10;
const tagsEach = isLong ? 9_800 : 1_000;
const scanMs = 1_000;

it(
  `a broker that comes back to ${drivers * tagsEach} waiting messages, each of another topic, makes no scan late (§2, §10.2)`,
  { timeout: 300_000 },
  async () => {
    await using broker = await Mosquitto.start();
    await broker.down();
    await using plcs = new JsonLinesProcess(responder, [
      ...['--listeners', String(drivers), '--registers', String(2 * tagsEach)],
    ]);
    const { ports } = await plcs.next<{ readonly ports: readonly number[] }>();
    await using gateway = await GatewayProcess.launch({ plant: plant(ports, broker.url), startLimitMs: 180_000 });
    const outlet = async (): Promise<Record<string, unknown>> =>
      (await gateway.get<ServiceAnswer>('/services/mqtt')).detail as Record<string, unknown>;
    await waitFor(async () => Number((await outlet()).pending) >= drivers * tagsEach, {
      what: 'all values to wait',
      timeoutMs: 120_000,
      intervalMs: 500,
    });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await plcs.ask({ command: 'reset' });
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const quiet = await pauses();
    await plcs.ask({ command: 'reset' });
    await broker.up();
    await waitFor(async () => (await outlet()).connected === true, { what: 'the connection', timeoutMs: 60_000 });
    const fromMs = performance.now();
    await waitFor(async () => Number((await outlet()).pending) < 100, { what: 'the backlog', timeoutMs: 120_000 });
    const drainMs = performance.now() - fromMs;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const busy = await pauses();
    console.log(JSON.stringify({ quiet, busy, drainMs: Math.round(drainMs) }));
    expect((await outlet()).dropped).toBe(0);

    async function pauses(): Promise<{ readonly longestMs: number; readonly missed: number; readonly late: number[] }> {
      const { readAtMs } = await plcs.ask<{ readonly readAtMs: readonly (readonly number[])[] }>({ command: 'times' });
      const intervals = readAtMs.map((times) => times.slice(1).map((time, i) => time - times[i]));
      const all = intervals.flat();
      return {
        longestMs: Math.round(Math.max(...all)),
        missed: intervals.flat().filter((ms) => ms > 1.8 * scanMs).length,
        late: all.filter((ms) => ms > scanMs + 50).map((ms) => Math.round(ms)),
      };
    }
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
            address: `HR${2 * i}`,
            dataType: 'float32',
            scanMs,
          })),
        },
      ],
    })),
  };
}
