import { JsonLinesProcess } from '@fieldwarden/acceptance';
import { isGatewayError } from '@fieldwarden/core';
import { RunningPlant } from '@fieldwarden/gateway/testing';
import type { WriteReply } from '@fieldwarden/gateway-contract';
import { waitFor, testOrigin } from '@fieldwarden/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { BareWriter } from '../bare-writer.js';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { pollPlant, responder } from '../poll-plant.js';
import { median, quantile } from '../statistics.js';

const connections = 10;
const tagsEach = 10_000;
/** The one that is written; it is polled like the others. */
const writtenDriver = 0;
/** Answers until it is silenced; nobody but the last measurement writes it. */
const doomedDriver = 9;
const slowMs = 6;

const twoBlocks = [0, 5_000].flatMap((first) => Array.from({ length: 50 }, (_, i) => first + i));
/** So far apart that no two share a request, nor stand next to each other. */
const scattered = Array.from({ length: 100 }, (_, i) => 37 * i);

/**
 * SPEC §15: writes while 100,000 Modbus tags are polled each second, over the whole road from the request to the device's answer and
 * back. The gateway's drivers run in this process, the PLCs in one of their own. The written device is one of those that are polled: with
 * 6 ms for each answer it needs longer than a second for a scan, so that every write has to overtake a poll.
 */
export const writeUnderLoad: Benchmark = {
  name: 'write-under-load',
  title: '100 values written to a Modbus device while 10 × 10,000 tags are polled each second',
  run: async ({ quick }) => {
    await using plcs = new JsonLinesProcess(responder, [
      ...['--listeners', String(connections + 1)],
      ...['--registers', String(2 * tagsEach)],
    ]);
    const { ports } = await plcs.next<{ ports: readonly number[] }>();
    await using alone = new BareWriter(ports[connections]);
    await using plant = await RunningPlant.start(writablePlant(ports.slice(0, connections)));
    await waitFor(() => plant.read(pathOf(doomedDriver, tagsEach - 1)).status === 0, { what: 'polled values' });
    await sleep(3_000); // the compiler's and the collector's first work
    const bench: WriteBench = { plant, alone, rounds: quick ? 20 : 100 };
    const immediate = await measure(bench, immediateDevice);
    for (const listener of [writtenDriver, connections])
      await plcs.ask({ command: 'knobs', listener, knobs: { delayMs: slowMs } });
    return [...immediate, ...(await measure(bench, slowDevice)), ...(await toDeadDevice(plant, plcs))];
  },
};

interface WriteBench {
  readonly plant: RunningPlant;
  readonly alone: BareWriter;
  readonly rounds: number;
}

interface Device {
  readonly name: string;
  /** For two blocks, ms on average. */
  readonly targetMs: number;
  readonly gatewayInCMs: number;
}

const immediateDevice: Device = { name: 'immediate device', targetMs: 6, gatewayInCMs: 5 };
const slowDevice: Device = { name: `device that takes ${slowMs} ms`, targetMs: 40, gatewayInCMs: 212 };

async function measure({ plant, alone, rounds }: WriteBench, device: Device): Promise<BenchResult[]> {
  const { name, targetMs, gatewayInCMs } = device;
  const blocks = await times(rounds, () => writeDone(plant, twoBlocks));
  const addresses = scattered.map((tag) => 2 * tag);
  const own: number[] = [];
  const single = await times(Math.ceil(rounds / 2), async () => {
    own.push(await alone.write(addresses));
    return await writeDone(plant, scattered);
  });
  return [
    {
      metric: `${name}: 2 blocks of 50, average`,
      value: average(blocks),
      unit: 'ms',
      target: { atMost: targetMs },
      peer: { name: 'C gateway', value: gatewayInCMs },
    },
    { metric: `${name}: 2 blocks of 50, median`, value: median(blocks), unit: 'ms' },
    { metric: `${name}: 2 blocks of 50, p99`, value: quantile(blocks, 0.99), unit: 'ms' },
    {
      metric: `${name}: 100 scattered, average`,
      value: average(single),
      unit: 'ms',
      target: { atMost: 1.2 * average(own) },
      peer: { name: 'the device alone', value: average(own) },
    },
    {
      metric: `${name}: 100 scattered, median`,
      value: median(single),
      unit: 'ms',
      peer: { name: 'the device alone', value: median(own) },
    },
  ];
}

/** At odd moments, so that they meet scans at every point. */
async function times(rounds: number, measured: () => Promise<number>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(20 + ((round * 37) % 60));
    all.push(await measured());
  }
  return all;
}

let value = 0;

function write(plant: RunningPlant, driver: number, tags: readonly number[]): Promise<readonly WriteReply[]> {
  const items = tags.map((tag) => ({ handle: plant.handle(pathOf(driver, tag)), value: ++value % 1_000 }));
  return plant.writes.writeMany(items, testOrigin({ via: 'bench', correlationId: `bench-${value}` }));
}

async function writeDone(plant: RunningPlant, tags: readonly number[]): Promise<number> {
  const startMs = performance.now();
  const replies = await write(plant, writtenDriver, tags);
  const durationMs = performance.now() - startMs;
  const failed = replies.find((reply) => isGatewayError(reply) || reply.outcome !== 'done');
  if (failed) throw new Error(`a write to a device that answers was not done: ${failed.message}`);
  return durationMs;
}

/** Longest answer while the device turns silent, and once it is demoted. */
async function toDeadDevice(plant: RunningPlant, plcs: JsonLinesProcess): Promise<BenchResult[]> {
  await plcs.ask({ command: 'knobs', listener: doomedDriver, knobs: { silent: true } });
  const untilDemoted: number[] = [];
  const [device] = plant.driver(`plc-${doomedDriver}`).devices;
  while (!device.invoker.demoted) untilDemoted.push(await timeOf(plant));
  const demoted: number[] = [];
  for (let round = 0; round < 20; round++) demoted.push(await timeOf(plant));
  return [
    {
      metric: 'device that turned silent: 100 values refused or timed out, slowest',
      value: quantile(untilDemoted, 1),
      unit: 'ms',
      target: { atMost: 4_100 },
    },
    { metric: 'demoted device: 100 values refused, median', value: median(demoted), unit: 'ms', target: { atMost: 5 } },
  ];
}

async function timeOf(plant: RunningPlant): Promise<number> {
  const startMs = performance.now();
  const replies = await write(plant, doomedDriver, twoBlocks);
  const done = replies.some((reply) => !isGatewayError(reply) && reply.outcome === 'done');
  if (done) throw new Error('a device that does not answer confirmed a write');
  return performance.now() - startMs;
}

const average = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

const pathOf = (driver: number, tag: number): string => `line${driver}/block${Math.floor(tag / 100)}/value${tag}`;

function writablePlant(ports: readonly number[]): object {
  const { drivers, ...plant } = pollPlant(ports, tagsEach);
  const writable = drivers.map((driver) => ({
    ...driver,
    devices: driver.devices.map((device) => ({
      ...device,
      tags: device.tags.map((tag) => ({ ...tag, access: 'read-write' })),
    })),
  }));
  return { ...plant, drivers: writable };
}
