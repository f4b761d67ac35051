import { systemClock, ValueColumns, type Clock } from '@fieldwarden/core';
import type { CallContext, DriverSession, Point } from '@fieldwarden/driver';
import { connectClient } from '../testing/connect-client.js';
import { spawnEchoChild } from '../testing/echo-child.js';

export interface ChannelBenchmarkOptions {
  /** How long each of the three measurements runs. */
  readonly durationMs: number;
  /** Values per batch and points per read. */
  readonly batchSize: number;
  readonly clock?: Clock;
}

export interface ChannelBenchmarkResult {
  /** Changes pushed by a child as fast as credits allow, counted in the subscriber. Target: ≥ 5,000,000. */
  readonly updatedValuesPerSecond: number;
  /** One read after the other, each of `batchSize` points. */
  readonly readValuesPerSecond: number;
  /** A call without arguments or result, one after the other. Target p50: ≤ 100 µs. */
  readonly roundTripP50Us: number;
  readonly roundTripP99Us: number;
  readonly roundTrips: number;
}

/** Measures the channel to a real child over its socket pair, with the client and server that the product uses. */
export async function benchmarkChannel(options: ChannelBenchmarkOptions): Promise<ChannelBenchmarkResult> {
  await using child = spawnEchoChild();
  const { session } = await connectClient(child.transport);
  const measure = { ...options, session, clock: options.clock ?? systemClock };
  const roundTripsUs = await measureRoundTrips(measure);
  const readValuesPerSecond = await measureReads(measure);
  const updatedValuesPerSecond = await measureUpdates(measure);
  return {
    updatedValuesPerSecond,
    readValuesPerSecond,
    roundTripP50Us: roundTripsUs[Math.floor(roundTripsUs.length * 0.5)],
    roundTripP99Us: roundTripsUs[Math.floor(roundTripsUs.length * 0.99)],
    roundTrips: roundTripsUs.length,
  };
}

interface Measurement {
  readonly session: DriverSession;
  readonly clock: Clock;
  readonly durationMs: number;
  readonly batchSize: number;
}

/** Ascending, in µs. */
async function measureRoundTrips({ session, clock, durationMs }: Measurement): Promise<number[]> {
  const durationsUs: number[] = [];
  const endMs = clock.monotonicMs() + durationMs;
  for (let startMs = clock.monotonicMs(); startMs < endMs;) {
    await session.probe!('device', callWithin(clock));
    const nowMs = clock.monotonicMs();
    durationsUs.push((nowMs - startMs) * 1000);
    startMs = nowMs;
  }
  return durationsUs.sort((a, b) => a - b);
}

async function measureReads({ session, clock, durationMs, batchSize }: Measurement): Promise<number> {
  const plan = session.prepareRead!('device', numberPoints(batchSize));
  const into = new ValueColumns(batchSize);
  const startMs = clock.monotonicMs();
  let values = 0;
  while (clock.monotonicMs() < startMs + durationMs) {
    await session.read!(plan, into, callWithin(clock));
    values += batchSize;
  }
  return perSecond(values, clock.monotonicMs() - startMs);
}

function measureUpdates({ session, clock, durationMs, batchSize }: Measurement): Promise<number> {
  return new Promise((resolve, reject) => {
    const startMs = clock.monotonicMs();
    let values = 0;
    const push = ({ length }: { length: number }): void => {
      values += length;
      const elapsedMs = clock.monotonicMs() - startMs;
      if (elapsedMs >= durationMs) resolve(perSecond(values, elapsedMs));
    };
    session.subscribe!('flood', numberPoints(batchSize), { push, fail: reject }, callWithin(clock)).catch(reject);
  });
}

function numberPoints(count: number): Point[] {
  return Array.from({ length: count }, (_, row) => ({
    path: `bench/point${row}`,
    address: `number:${row}`,
    type: { scalar: 'float64' as const },
  }));
}

const perSecond = (count: number, elapsedMs: number): number => (count / elapsedMs) * 1000;

function callWithin(clock: Clock): CallContext {
  const deadlineMs = clock.monotonicMs() + 10_000;
  return { correlationId: '0000000000000000', deadlineMs, signal: new AbortController().signal };
}
