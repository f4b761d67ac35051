import { GatewayProcess, JsonLinesProcess } from '@fieldwarden/acceptance';
import type { PublishAnswer } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { pollPlant, responder } from '../poll-plant.js';
import { measureTexts } from '../publish-text.js';
import { median, quantile } from '../statistics.js';

const connections = 10;
const scanMs = 1_000;
const changedTags = 10;

/** Long enough to be seen at the PLC. */
const betweenPublishesMs = 500;

interface Listener {
  readonly connections: number;
  readonly watched: { readonly count: number; readonly maxMs: number };
}

/**
 * SPEC §15: ten tags of one driver out of ten get another address, again and again, while all drivers scan once a second. From the POST to
 * the answer, which comes when the change is checked, numbered, sealed, committed and applied. Scans are counted by the PLCs, a process
 * of their own.
 *
 * Peer: the changed file and a restart of the gateway, from SIGTERM until all values are good again.
 */
export const publish: Benchmark = {
  name: 'publish',
  title: 'ten changed tags are published to a running gateway, beside a restart with the changed file',
  run: async ({ quick }) => {
    const results = [...(await measure(10_000, quick ? 5 : 20, quick))];
    if (!quick) results.push(...(await measure(100_000, 5, false)), ...(await measureTexts(100_000)));
    return results;
  },
};

async function measure(tags: number, publishes: number, quick: boolean): Promise<BenchResult[]> {
  const perDriver = tags / connections;
  const registers = String(2 * perDriver + 2);
  await using plcs = new JsonLinesProcess(responder, ['--listeners', String(connections), '--registers', registers]);
  const { ports } = await plcs.next<{ ports: readonly number[] }>();
  const plant = (changed: boolean): object => plantWith(ports, perDriver, changed);
  await using gateway = await GatewayProcess.launch({ plant: plant(false) });
  await allGood(gateway, tags);
  await sleep(quick ? 1_000 : 3_000); // the compiler's and the collector's first work
  await plcs.ask({ command: 'reset' });
  const startMs = performance.now();
  const bodies = [true, false].map((changed) => JSON.stringify({ message: 'bench', document: plant(changed) }));
  const rounds: Round[] = [];
  for (let i = 0; i < publishes; i += 1) {
    rounds.push(await publishOnce(gateway, bodies[i % 2]));
    await sleep(betweenPublishesMs);
  }
  const windowMs = performance.now() - startMs;
  const { listeners } = await plcs.ask<{ readonly listeners: readonly Listener[] }>({ command: 'stats' });
  const seen = { elsewhere: scansOf(listeners.slice(1), windowMs), changed: scansOf(listeners.slice(0, 1), windowMs) };
  const restartMs = await restart(gateway, plant(true), tags);
  return resultsOf(tags, { rounds, restartMs, ...seen });
}

interface Scans {
  readonly missed: number;
  readonly longestMs: number;
}

interface Round {
  readonly tookMs: number;
  /** Of the event loop, the worst percent of its delays meanwhile. */
  readonly lagMs: number;
}

interface Measured {
  readonly rounds: readonly Round[];
  readonly restartMs: number;
  readonly elsewhere: Scans;
  readonly changed: Scans;
}

function resultsOf(tags: number, { rounds, restartMs, elsewhere, changed }: Measured): BenchResult[] {
  const timesMs = rounds.map(({ tookMs }) => tookMs);
  const lagsMs = rounds.map(({ lagMs }) => lagMs);
  const name = (what: string): string => `${tags.toLocaleString('en-GB')} tags, ${changedTags} changed: ${what}`;
  const target = tags === 10_000 ? { target: { atMost: 500 } } : {};
  const peer = { name: 'restart', value: restartMs };
  return [
    { metric: name('POST to applied, p50'), value: median(timesMs), unit: 'ms', ...target, peer },
    { metric: name('POST to applied, slowest'), value: quantile(timesMs, 1), unit: 'ms' },
    { metric: name('missed scans elsewhere'), value: elsewhere.missed, unit: 'scans', target: { atMost: 0 } },
    { metric: name('longest interval elsewhere'), value: elsewhere.longestMs, unit: 'ms' },
    { metric: name('missed scans of the changed driver'), value: changed.missed, unit: 'scans' },
    { metric: name('lag of the event loop in a publish, p50'), value: median(lagsMs), unit: 'ms' },
    { metric: name('lag of the event loop in a publish, worst'), value: quantile(lagsMs, 1), unit: 'ms' },
  ];
}

/** A listener sees a scan each second, whatever the phase; those that are lacking were missed. */
function scansOf(listeners: readonly Listener[], windowMs: number): Scans {
  const expected = Math.floor(windowMs / scanMs);
  const missed = listeners.map(({ watched }) => Math.max(0, expected - (watched.count + 1)));
  return {
    missed: missed.reduce((sum, count) => sum + count, 0),
    longestMs: Math.max(...listeners.map(({ watched }) => watched.maxMs)),
  };
}

async function publishOnce(gateway: GatewayProcess, request: string): Promise<Round> {
  await lagMs(gateway); // since the last time that somebody asked
  const startMs = performance.now();
  const { status, body } = await gateway.ask<PublishAnswer>('POST', '/config/publish', request);
  const tookMs = performance.now() - startMs;
  if (status !== 200 || !body.published || body.failures.length > 0)
    throw new Error(`the publish failed with ${status}: ${JSON.stringify(body)}`);
  return { tookMs, lagMs: await lagMs(gateway) };
}

async function lagMs(gateway: GatewayProcess): Promise<number> {
  const { text } = await gateway.health('/metrics');
  const seconds = /^fieldwarden_event_loop_lag_seconds (\S+)$/m.exec(text)?.[1];
  if (seconds === undefined) throw new Error('the gateway does not tell its event loop lag');
  return 1000 * Number(seconds);
}

async function restart(gateway: GatewayProcess, plant: object, tags: number): Promise<number> {
  const startMs = performance.now();
  await gateway.stop();
  await using next = await GatewayProcess.launch({ plant, home: gateway.home });
  await allGood(next, tags);
  return performance.now() - startMs;
}

async function allGood(gateway: GatewayProcess, tags: number): Promise<void> {
  const isGood = async (): Promise<boolean> => (await gateway.status()).tags.good >= tags;
  await waitFor(isGood, { what: `${tags} good values`, timeoutMs: 60_000, intervalMs: 20 });
}

/** The first ten tags but one of the first driver; the watched register is read either way. */
function plantWith(ports: readonly number[], perDriver: number, changed: boolean): object {
  const plant = pollPlant(ports, perDriver);
  if (!changed) return plant;
  const [first, ...others] = plant.drivers;
  const [device] = first.devices;
  const tags = device.tags.map((tag, i) => (i > 0 && i <= changedTags ? { ...tag, address: `HR${2 * i + 1}` } : tag));
  return { ...plant, drivers: [{ ...first, devices: [{ ...device, tags }] }, ...others] };
}
