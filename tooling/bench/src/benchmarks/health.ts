import { GatewayProcess, JsonLinesProcess } from '@fieldwarden/acceptance';
import { waitFor } from '@fieldwarden/testkit';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { pollPlant, responder } from '../poll-plant.js';
import { quantile } from '../statistics.js';

const drivers = 10;
const tags = 100_000;

/** A pause between two questions, as a dense prober leaves it. */
const pauseMs = 10;

/**
 * SPEC §12.1: how long `/readyz` takes while 100,000 tags are polled each second, and while a Host hangs on top of that. The prober
 * keeps one connection open, as Kubernetes and Prometheus do.
 */
export const health: Benchmark = {
  name: 'health',
  title: '/readyz under full poll load, and while a Host hangs',
  run: async ({ quick }) => {
    const windowMs = quick ? 5_000 : 20_000;
    const perDriver = tags / drivers;
    await using plcs = new JsonLinesProcess(responder, [
      '--listeners',
      String(drivers),
      '--registers',
      String(2 * perDriver),
    ]);
    const { ports } = await plcs.next<{ ports: readonly number[] }>();
    await using gateway = await GatewayProcess.start(withHostThatHangs(pollPlant(ports, perDriver)));
    await waitFor(async () => (await gateway.drivers()).every(({ state }) => state === 'Healthy'), {
      what: 'healthy drivers',
      timeoutMs: 60_000,
    });
    await sleep(3_000); // the compiler's and the collector's first work
    const underLoad = await probe(gateway, '/readyz', windowMs);
    const scraped = await probe(gateway, '/metrics', windowMs);
    const { pid } = await gateway.driver('hangs');
    await gateway.write('hang/command', 'hang');
    const whileHung = await probe(gateway, '/readyz', windowMs);
    const stillHung = (await gateway.driver('hangs')).pid === pid;
    if (!stillHung) throw new Error('the Host was replaced while it was measured: the window is too long');
    return [
      ...figures('under full load', underLoad),
      ...figures('while a Host hangs', whileHung),
      { metric: '/metrics under full load, p99', value: quantile(scraped, 0.99), unit: 'ms' },
    ];
  },
};

/** One more driver, in a Host of its own that nobody kills before the measurement is over. */
function withHostThatHangs(plant: { readonly drivers: readonly object[] }): object {
  const hangs = {
    id: 'hangs',
    type: 'chaos',
    supervision: { hangKillMs: 120_000 },
    devices: [
      { id: 'cell', tags: [{ path: 'hang/command', address: 'command', dataType: 'string', access: 'read-write' }] },
    ],
  };
  return { ...plant, drivers: [...plant.drivers, hangs] };
}

async function probe(gateway: GatewayProcess, path: string, windowMs: number): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { healthPort } = gateway.runFile;
  const took: number[] = [];
  const endMs = performance.now() + windowMs;
  while (performance.now() < endMs) {
    const startMs = performance.now();
    await answered({ agent, port: healthPort, host: '127.0.0.1', path });
    took.push(performance.now() - startMs);
    await sleep(pauseMs);
  }
  agent.destroy();
  return took;
}

function answered(options: { agent: Agent; host: string; port: number; path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    get(options, (response) => response.resume().on('end', resolve).on('error', reject)).on('error', reject);
  });
}

function figures(when: string, took: readonly number[]): BenchResult[] {
  return [
    { metric: `/readyz ${when}, p50`, value: quantile(took, 0.5), unit: 'ms' },
    { metric: `/readyz ${when}, p99`, value: quantile(took, 0.99), unit: 'ms', target: { atMost: 50 } },
    { metric: `/readyz ${when}, slowest`, value: quantile(took, 1), unit: 'ms', target: { atMost: 500 } },
    { metric: `/readyz ${when}, answers`, value: took.length, unit: 'answers' },
  ];
}
