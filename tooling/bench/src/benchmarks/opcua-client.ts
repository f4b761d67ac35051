import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { silentLogger, systemClock } from '@fieldwarden/core';
import type { DriverSession, Point, UpdateBatch } from '@fieldwarden/driver';
import { opcUaClientDriver } from '@fieldwarden/driver-opcua-client';
import { serverUri } from '@fieldwarden/driver-opcua-client/testing';
import { temporaryDirectory, testBelongings, testCall, waitFor } from '@fieldwarden/testkit';
import type { Benchmark, BenchResult } from '../benchmark.js';

const itemCount = 10_000;
const perSecond = 10_000;

/** A server in its own process, so that what the driver costs is counted apart. */
class Server implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(port = 0): Promise<Server> {
    const main = fileURLToPath(new URL('../ua-server-main.js', import.meta.url));
    const child = spawn(process.execPath, [main, '--doubles', String(itemCount), '--port', String(port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return new Server(child, (JSON.parse(line) as { url: string }).url);
  }

  change(): void {
    this.#child.stdin!.write(`${JSON.stringify({ command: 'change', perSecond })}\n`);
  }

  async kill(): Promise<void> {
    const ended = once(this.#child, 'exit');
    if (this.#child.kill('SIGKILL')) await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}

/** What the runtime would be told, counted. */
class Told {
  readonly #isValued = new Uint8Array(itemCount);
  valued = 0;
  changes = 0;
  failures = 0;

  push({ length, rows, columns }: UpdateBatch): void {
    this.changes += length;
    for (let i = 0; i < length; i += 1) {
      if (columns.statuses[i] !== 0 || this.#isValued[rows[i]] === 1) continue;
      this.#isValued[rows[i]] = 1;
      this.valued += 1;
    }
  }

  fail(): void {
    this.failures += 1;
    this.forget();
  }

  forget(): void {
    this.#isValued.fill(0);
    this.valued = 0;
  }
}

const points: readonly Point[] = Array.from({ length: itemCount }, (_, i) => ({
  path: `bench/i${i}`,
  address: `nsu=${serverUri};s=i${i}`,
  type: { scalar: 'float64' },
  samplingIntervalMs: 1_000,
}));

function sessionTo(endpointUrl: string, folder: string): DriverSession {
  return opcUaClientDriver.create({
    driverId: 'bench',
    options: opcUaClientDriver.options.parse({ endpointUrl, securityMode: 'None' }),
    devices: [{ id: 'machine', options: {} }],
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    ...testBelongings(folder),
  });
}

async function run({ quick }: { readonly quick: boolean }): Promise<readonly BenchResult[]> {
  await using cleanup = new AsyncDisposableStack();
  const { path } = cleanup.use(await temporaryDirectory());
  const server = cleanup.use(await Server.start());
  // The library and the driver's certificate are there: what is measured is what each connection costs.
  const warm = sessionTo(server.url, path);
  await warm.open!(AbortSignal.timeout(30_000));
  // eslint-disable-next-line fieldwarden/capabilities-through-invoker -- the driver by itself is measured
  await warm.probe!('machine', testCall({ timeoutMs: 10_000 }));
  await warm.close();

  const told = new Told();
  const session = sessionTo(server.url, path);
  cleanup.defer(() => session.close());
  const startedMs = performance.now();
  await session.open!(AbortSignal.timeout(30_000));
  // eslint-disable-next-line fieldwarden/capabilities-through-invoker -- the driver by itself is measured
  await session.subscribe!('machine', points, told, testCall({ timeoutMs: 30_000 }));
  await all(told);
  const valuedMs = performance.now() - startedMs;

  server.change();
  await waitFor(() => told.changes > itemCount + perSecond, { what: 'changes', timeoutMs: 30_000 });
  const before = { cpu: process.cpuUsage(), atMs: performance.now(), changes: told.changes };
  await new Promise((resolve) => setTimeout(resolve, quick ? 3_000 : 10_000));
  const { user, system } = process.cpuUsage(before.cpu);
  const elapsedMs = performance.now() - before.atMs;
  const rate = ((told.changes - before.changes) / elapsedMs) * 1_000;

  const backMs = await restart(server, told, cleanup);
  return [
    {
      metric: `${itemCount} items connected, subscribed, valued`,
      value: valuedMs,
      unit: 'ms',
      target: { atMost: 1_000 },
    },
    { metric: 'changes', value: rate, unit: '1/s', target: { atLeast: perSecond * 0.95 } },
    {
      metric: 'processor at that rate',
      value: ((user + system) / 1_000 / elapsedMs) * 100,
      unit: '% of a core',
      target: { atMost: 5 },
    },
    { metric: 'server killed: all values after it is back', value: backMs, unit: 'ms', target: { atMost: 1_000 } },
  ];
}

async function all(told: Told): Promise<void> {
  await waitFor(() => told.valued === itemCount, { what: 'all values', timeoutMs: 60_000, intervalMs: 1 });
}

/** From the moment at which the new server says that it listens. */
async function restart(server: Server, told: Told, cleanup: AsyncDisposableStack): Promise<number> {
  await server.kill();
  await waitFor(() => told.failures > 0, { what: 'word that the server is gone', timeoutMs: 30_000 });
  told.forget();
  cleanup.use(await Server.start(Number(new URL(server.url).port)));
  const backMs = performance.now();
  await all(told);
  return performance.now() - backMs;
}

/** SPEC §15: the OPC UA client driver against node-opcua's own server, in a process of its own. */
export const opcUaClient: Benchmark = {
  name: 'opcua-client',
  title: 'the OPC UA client driver: connecting, changes, a server that was killed',
  run,
};
