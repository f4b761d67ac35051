import { silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan } from '@fieldwarden/driver';
import modbusDriver from '@fieldwarden/driver-modbus';
import { DeviceInvoker, uniformCalls } from '@fieldwarden/invoker';
import { JsonLinesProcess } from '@fieldwarden/acceptance';
import { testCall } from '@fieldwarden/testkit';
import { fileURLToPath } from 'node:url';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { cockatielPipeline } from '../peers/cockatiel.js';
import { median } from '../statistics.js';

const responder = fileURLToPath(new URL('modbus-responder-main.js', import.meta.resolve('@fieldwarden/sim-plc')));

/** The most that one Modbus request reads (Modbus Application Protocol V1.1b3, 6.3). */
const registers = 125;

interface Rounds {
  readonly rounds: number;
  readonly calls: number;
  readonly reads: number;
}

/**
 * SPEC §5.7: what the road around a healthy read costs. The same exchange, settled at once, is called bare, through a DeviceInvoker
 * and through cockatiel's composition, turn by turn, so that all three see the same machine; the overhead is the difference to the
 * bare call. The Modbus read is the whole of the driver's: request, reply from a process of its own, 125 registers decoded.
 */
export const invoker: Benchmark = {
  name: 'invoker',
  title: 'the pipeline around a healthy read, beside the read of 125 Modbus registers that it surrounds',
  async run({ quick }): Promise<BenchResult[]> {
    const extent: Rounds = { rounds: quick ? 7 : 21, calls: quick ? 20_000 : 100_000, reads: quick ? 1_000 : 4_000 };
    const { ours, peer } = await overheads(extent);
    const read = await modbusReadNs(extent);
    return [
      { metric: 'pipeline around one call', value: ours, unit: 'ns', peer: { name: 'cockatiel 4', value: peer } },
      { metric: `loopback Modbus read of ${registers} registers`, value: read, unit: 'ns' },
      {
        metric: 'share of that read',
        value: (100 * ours) / read,
        unit: '%',
        target: { atMost: 1 },
        peer: { name: 'cockatiel 4', value: (100 * peer) / read },
      },
      { metric: 'against cockatiel', value: ours / peer, unit: '×', target: { atMost: 1 } },
    ];
  },
};

/** Nanoseconds per call above those of the bare exchange. */
async function overheads({ rounds, calls }: Rounds): Promise<{ readonly ours: number; readonly peer: number }> {
  const settled = Promise.resolve();
  const session: DriverSession = { close: () => settled, read: () => settled };
  const plan: ReadPlan = { deviceId: 'd', points: [] };
  const columns = new ValueColumns(0);
  const context = testCall();
  using road = invokerOf(session);
  const viaCockatiel = cockatielPipeline();
  const bare: number[] = [];
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round < rounds + 2; round += 1) {
    const results = [
      await nsPerCall(calls, () => session.read!(plan, columns, context)),
      await nsPerCall(calls, () => road.invoker.read(plan, columns)),
      await nsPerCall(calls, () => viaCockatiel(() => session.read!(plan, columns, context))),
    ];
    if (round < 2) continue; // the compiler's first work
    bare.push(results[0]);
    ours.push(results[1]);
    peer.push(results[2]);
  }
  return { ours: median(ours) - median(bare), peer: median(peer) - median(bare) };
}

async function modbusReadNs({ rounds, reads }: Rounds): Promise<number> {
  await using plc = new JsonLinesProcess(responder, ['--listeners', '1', '--registers', String(registers)]);
  const { ports } = await plc.next<{ ports: readonly number[] }>();
  const { options, deviceOptions } = modbusDriver;
  const session = modbusDriver.create({
    driverId: 'bench',
    options: options.parse({ host: '127.0.0.1', port: ports[0] }),
    devices: [{ id: 'unit', options: deviceOptions.parse({ unitId: 1 }) }],
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
  });
  try {
    const plan = session.prepareRead!(
      'unit',
      Array.from({ length: registers }, (_, row) => pointAt(row)),
    );
    const columns = new ValueColumns(registers);
    const times: number[] = [];
    for (let round = 0; round < rounds + 1; round += 1)
      times.push(await nsPerCall(reads, () => session.read!(plan, columns, testCall())));
    return median(times.slice(1));
  } finally {
    await session.close();
  }
}

function pointAt(register: number): Point {
  return { path: `bench/r${register}`, address: `HR${register}`, type: { scalar: 'uint16' } };
}

/** One after the other, as a scan class makes them. */
async function nsPerCall(calls: number, call: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  for (let i = 0; i < calls; i += 1) await call();
  return ((performance.now() - startMs) * 1e6) / calls;
}

function invokerOf(session: DriverSession): Disposable & { readonly invoker: DeviceInvoker } {
  const nothing = (): void => undefined;
  const invoker = new DeviceInvoker({
    driverId: 'bench',
    deviceId: 'd',
    session: () => session,
    settings: {
      calls: uniformCalls({ timeoutMs: 2_000, retries: 3 }),
      bulkhead: { concurrent: 8, queued: 128 },
      breaker: { failures: 5, probeMs: 5_000, maxProbeMs: 60_000 },
      writeWhileDemoted: 'refuse',
    },
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
    onSettled: nothing,
    onRetried: nothing,
    onLateReply: nothing,
    onStatusChanged: nothing,
  });
  return { invoker, [Symbol.dispose]: () => invoker.dispose() };
}
