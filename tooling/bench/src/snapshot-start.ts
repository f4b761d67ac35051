import { GatewayProcess, JsonLinesProcess } from '@fieldwarden/acceptance';
import type { BenchResult } from './benchmark.js';
import { pollPlant, responder } from './poll-plant.js';
import { median, quantile } from './statistics.js';

const drivers = 10;

/** SPEC §15: a gateway without a plant file, from the start of its process until `/livez` answers; all it has is its sealed snapshot. */
export async function startFromSnapshot(tags: number, rounds: number): Promise<readonly BenchResult[]> {
  const perDriver = tags / drivers;
  await using plcs = new JsonLinesProcess(responder, [
    '--listeners',
    String(drivers),
    '--registers',
    String(2 * perDriver),
  ]);
  const { ports } = await plcs.next<{ readonly ports: readonly number[] }>();
  await using first = await GatewayProcess.launch({ plant: pollPlant(ports, perDriver) });
  await first.stop();
  const timesMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) timesMs.push(await startOnce(first.home));
  const name = `${tags.toLocaleString('en-GB')} tags: process start to /livez`;
  const target = { target: { atMost: 5_000 } };
  return [
    { metric: `${name}, median`, value: median(timesMs), unit: 'ms', ...target },
    { metric: `${name}, slowest`, value: quantile(timesMs, 1), unit: 'ms', ...target },
  ];
}

async function startOnce(home: string): Promise<number> {
  const startMs = performance.now();
  const gateway = await GatewayProcess.launch({ home });
  const { status } = await gateway.health('/livez');
  const tookMs = performance.now() - startMs;
  await gateway.stop();
  if (status !== 200) throw new Error(`/livez answered ${status}`);
  return tookMs;
}
