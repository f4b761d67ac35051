import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { documentDigest, type PlantDocument } from '@fieldwarden/config';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { SnapshotStore, type SealedGeneration, type SnapshotManifest } from '@fieldwarden/snapshots';
import { temporaryDirectory } from '@fieldwarden/testkit';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { readJsonFile, verifyJsonFile, writeJsonFile, type JsonFile } from '../peers/plain-json-file.js';
import { startFromSnapshot } from '../snapshot-start.js';
import { median, quantile } from '../statistics.js';

/** SPEC §15: seal and verify 100,000 tags, start from 1,000. Beside the seal the same document as a plain JSON file, written, flushed, hashed, parsed. */
export const snapshot: Benchmark = {
  name: 'snapshot',
  title: 'a generation is sealed, verified and read, beside a plain JSON file of the same document',
  async run({ quick }): Promise<BenchResult[]> {
    const results: BenchResult[] = [];
    for (const tags of [1_000, 10_000, 100_000]) results.push(...(await measure(tags, quick ? 3 : 10)));
    results.push(...(await startFromSnapshot(1_000, quick ? 3 : 10)));
    return results;
  },
};

/** All times in ms. */
interface Round {
  readonly seal: number;
  /** Longest pause of the event loop meanwhile. */
  readonly pause: number;
  readonly verify: number;
  readonly read: number;
  readonly readDriver: number;
  readonly jsonWrite: number;
  readonly jsonVerify: number;
  readonly jsonRead: number;
}

async function measure(tags: number, rounds: number): Promise<BenchResult[]> {
  await using home = await temporaryDirectory();
  const generation = generationOf(tags);
  const store = await openStore(home.path);
  const timed: Round[] = [];
  let sealed: { manifest: SnapshotManifest; json: JsonFile } | undefined;
  for (let round = 0; round <= rounds; round += 1) {
    const turn = await measureRound(store, { ...generation, generation: round + 1 }, home.path);
    sealed = turn;
    // The first one loads LMDB and warms the code up.
    if (round > 0) timed.push(turn.times);
    await rm(store.directory, { recursive: true });
  }
  const { manifest, json } = sealed!;
  const held = await heldBytes(store, generation);
  return [
    ...timeResults(tags, timed),
    ...sizeResults(tags, manifest, json, median(timed.map(({ pause }) => pause)), held),
  ];
}

async function measureRound(
  store: SnapshotStore,
  generation: SealedGeneration,
  home: string,
): Promise<{ times: Round; manifest: SnapshotManifest; json: JsonFile }> {
  const number = generation.generation;
  const pauses = monitorEventLoopDelay({ resolution: 1 });
  pauses.enable();
  const seal = await time(() => store.seal(generation));
  pauses.disable();
  const verify = await time(() => store.verify(number));
  const read = await time(() => store.read(number));
  const readDriver = await time(() => store.readDriver(number, 'driver-3'));
  const jsonWrite = await time(() => writeJsonFile(join(home, 'plant.json'), generation.document));
  const jsonVerify = await time(() => verifyJsonFile(jsonWrite.value));
  const jsonRead = await time(() => readJsonFile(jsonWrite.value));
  const all = { seal, verify, read, readDriver, jsonWrite, jsonVerify, jsonRead };
  const times = Object.fromEntries(Object.entries(all).map(([name, { ms }]) => [name, ms])) as Omit<Round, 'pause'>;
  return { times: { ...times, pause: pauses.max / 1e6 }, manifest: seal.value, json: jsonWrite.value };
}

function timeResults(tags: number, rounds: readonly Round[]): BenchResult[] {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const name = (what: string): string => `${tags.toLocaleString('en-GB')} tags: ${what}`;
  const json = (value: number): BenchResult['peer'] => ({ name: 'plain JSON', value });
  const both = rounds.map(({ seal, verify }) => seal + verify);
  const target = tags === 100_000 ? { target: { atMost: 2000 } } : {};
  return [
    { metric: name('seal and verify'), value: median(both), unit: 'ms', ...target, peer: json(of((r) => r.jsonWrite + r.jsonVerify)) },
    { metric: name('seal and verify, slowest'), value: quantile(both, 1), unit: 'ms', ...target },
    { metric: name('seal'), value: of((r) => r.seal), unit: 'ms', peer: json(of((r) => r.jsonWrite)) },
    { metric: name('verify'), value: of((r) => r.verify), unit: 'ms', peer: json(of((r) => r.jsonVerify)) },
    { metric: name('verify, open and read all'), value: of((r) => r.read), unit: 'ms', peer: json(of((r) => r.jsonRead)) },
    { metric: name('verify, open and read one driver of ten'), value: of((r) => r.readDriver), unit: 'ms', peer: json(of((r) => r.jsonRead)) },
  ]; // prettier-ignore
}

function sizeResults(
  tags: number,
  manifest: SnapshotManifest,
  json: JsonFile,
  pauseMs: number,
  heldBytes: number,
): BenchResult[] {
  const name = (what: string): string => `${tags.toLocaleString('en-GB')} tags: ${what}`;
  return [
    { metric: name('longest pause of the event loop while sealing, median'), value: pauseMs, unit: 'ms' },
    { metric: name('file'), value: manifest.fileLength / 1e6, unit: 'MB', peer: { name: 'plain JSON', value: json.bytes / 1e6 } },
    { metric: name('heap held after a seal and a read'), value: heldBytes / 1e6, unit: 'MB' },
  ]; // prettier-ignore
}

/** What stays in memory once a generation is sealed and was read, and nobody keeps what was read. */
async function heldBytes(store: SnapshotStore, generation: SealedGeneration): Promise<number> {
  const before = await usedBytes();
  await store.seal(generation);
  await store.read(generation.generation);
  return (await usedBytes()) - before;
}

async function usedBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 3; turn += 1) {
    collect();
    await nextTurn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function time<T>(action: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const startMs = performance.now();
  const value = await action();
  return { ms: performance.now() - startMs, value };
}

function openStore(home: string): Promise<SnapshotStore> {
  return SnapshotStore.open({
    home,
    site: 'bench',
    logger: silentLogger,
    clock: systemClock,
    product: 'fieldwarden bench',
  });
}

function generationOf(tags: number): SealedGeneration {
  const document = plantOf(tags);
  const origin = {
    site: 'bench',
    generation: 1,
    publishedAtMs: systemClock.wallMs(),
    author: 'bench',
    message: 'bench',
  };
  return { ...origin, rollbackOf: null, ...documentDigest(document), document };
}

/** Ten drivers of ten devices. */
function plantOf(tags: number): PlantDocument {
  const ten = Array.from({ length: 10 }, (_, i) => i);
  const tag = (d: number, v: number, t: number): TagDocument => ({
    path: `area${d}/line${v}/machine${t % 20}/signal${t}`,
    address: 400_001 + 2 * t,
    dataType: 'float32',
    scanMs: 1000,
    unit: '°C',
    limits: { min: 0, max: 120 },
  });
  const drivers = ten.map((d) => ({
    id: `driver-${d}`,
    type: 'modbus',
    options: { host: '127.0.0.1', port: 5020 + d },
    devices: ten.map((v) => ({
      id: `unit-${v}`,
      options: { unitId: v },
      tags: Array.from({ length: tags / 100 }, (_, t) => tag(d, v, t)),
    })),
  }));
  return { version: 1, site: 'bench', drivers };
}

type DriverDocument = NonNullable<PlantDocument['drivers']>[number];
type DeviceDocument = NonNullable<DriverDocument['devices']>[number];
type TagDocument = NonNullable<DeviceDocument['tags']>[number];
