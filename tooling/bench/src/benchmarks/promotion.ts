import { GatewayProcess, JsonLinesProcess } from '@fieldwarden/acceptance';
import { waitFor } from '@fieldwarden/testkit';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { median, quantile } from '../statistics.js';

const responder = fileURLToPath(import.meta.resolve('@fieldwarden/sim-plc/modbus-responder'));
const scanMs = 200;
const path = 'line/filler/speed';

/**
 * SPEC §15: a running Modbus driver moves into a Host and back. The gap is the longest pause between two values that a client saw, and
 * between two reads that the PLC saw.
 */
export const promotion: Benchmark = {
  name: 'promotion',
  title: `a Modbus driver, scanned at ${scanMs} ms, moves into a Host and back`,
  run: async ({ quick }) => [...(await move(quick ? 4 : 20, false)), ...(await move(quick ? 4 : 20, true))],
};

interface Gap {
  readonly clientMs: number;
  readonly plcMs: number;
  readonly notGoodMs: number;
}

async function move(rounds: number, overlap: boolean): Promise<BenchResult[]> {
  await using plc = new JsonLinesProcess(responder, ['--listeners', '1', '--registers', '16']);
  const { ports } = await plc.next<{ ports: readonly number[] }>();
  await using gateway = await GatewayProcess.start(plant(ports[0], overlap));
  await gateway.tagTurns(path, 'Good');
  const connectMs = await connectTimeMs(ports[0]);
  const still: Gap[] = [];
  for (let round = 0; round < rounds / 2; round += 1) still.push(await watch(gateway, plc, () => sleep(0)));
  const gaps: Gap[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const action = round % 2 === 0 ? 'promote' : 'demote';
    gaps.push(await watch(gateway, plc, async () => await gateway.operate('filler', action)));
  }
  const target = { atMost: Math.ceil(scanMs + 100 + connectMs) };
  const name = overlap ? 'two connections allowed' : 'one connection';
  const figure = (metric: string, values: readonly number[]): BenchResult[] => [
    { metric: `${name}: ${metric}, median`, value: median(values), unit: 'ms', target },
    { metric: `${name}: ${metric}, longest`, value: quantile(values, 1), unit: 'ms', target },
  ];
  return [
    ...figure('pause between values at the client', gaps.map(({ clientMs }) => clientMs)),
    ...figure('pause between reads at the PLC', gaps.map(({ plcMs }) => plcMs)),
    { metric: `${name}: the same at the client without a move, longest`, value: quantile(still.map(({ clientMs }) => clientMs), 1), unit: 'ms' },
    { metric: `${name}: not Good, longest`, value: quantile(gaps.map(({ notGoodMs }) => notGoodMs), 1), unit: 'ms' },
  ]; // prettier-ignore
}

/** The longest pauses around `action`. */
async function watch(gateway: GatewayProcess, plc: JsonLinesProcess, action: () => Promise<unknown>): Promise<Gap> {
  await plc.ask({ command: 'reset' });
  const client = new WatchingClient(gateway);
  await sleep(3 * scanMs);
  await action();
  await sleep(5 * scanMs);
  const { clientMs, notGoodMs } = await client.stop();
  const { listeners } = await plc.ask<{ listeners: readonly { watched: { maxMs: number } }[] }>({ command: 'stats' });
  await waitFor(async () => (await gateway.driver('filler')).state === 'Healthy', {
    what: 'the driver',
    timeoutMs: 30_000,
  });
  return { clientMs, notGoodMs, plcMs: listeners[0].watched.maxMs };
}

/** Looks at the tag all the time. */
class WatchingClient {
  readonly #gateway: GatewayProcess;
  readonly #done: Promise<void>;
  #stopped = false;
  #clientMs = 0;
  #notGoodMs = 0;

  constructor(gateway: GatewayProcess) {
    this.#gateway = gateway;
    this.#done = this.#watch();
  }

  async stop(): Promise<{ readonly clientMs: number; readonly notGoodMs: number }> {
    this.#stopped = true;
    await this.#done;
    return { clientMs: this.#clientMs, notGoodMs: this.#notGoodMs };
  }

  async #watch(): Promise<void> {
    let lastSource: string | null = null;
    let changedMs = performance.now();
    let lookedMs = changedMs;
    while (!this.#stopped) {
      const { status, sourceAt } = await this.#gateway.tag(path);
      const nowMs = performance.now();
      if (status !== 'Good') this.#notGoodMs += nowMs - lookedMs;
      else if (sourceAt !== lastSource) {
        if (lastSource !== null) this.#clientMs = Math.max(this.#clientMs, nowMs - changedMs);
        [lastSource, changedMs] = [sourceAt, nowMs];
      }
      lookedMs = nowMs;
      await sleep(2);
    }
  }
}

async function connectTimeMs(port: number): Promise<number> {
  const startMs = performance.now();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  return performance.now() - startMs;
}

function plant(port: number, overlap: boolean): object {
  return {
    version: 1,
    site: 'bench',
    opcua: { enabled: false },
    drivers: [
      {
        id: 'filler',
        type: 'modbus',
        isolation: 'in-process',
        supervision: { overlap },
        options: { host: '127.0.0.1', port },
        devices: [
          { id: 'unit', options: { unitId: 1 }, tags: [{ path, address: 'HR0', dataType: 'float32', scanMs }] },
        ],
      },
    ],
  };
}
