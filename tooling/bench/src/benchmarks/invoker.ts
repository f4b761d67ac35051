import { silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan } from '@fieldwarden/driver';
import modbusDriver from '@fieldwarden/driver-modbus';
import { DeviceInvoker, uniformCalls } from '@fieldwarden/invoker';
import { JsonLinesProcess } from '@fieldwarden/acceptance';
import { testCall, testBelongings } from '@fieldwarden/testkit';
import { fileURLToPath } from 'node:url';
import type { Benchmark, BenchResult } from '../benchmark.js';
import { cockatielPipeline } from '../peers/cockatiel.js';

const responder = fileURLToPath(import.meta.resolve('@fieldwarden/sim-plc/modbus-responder'));

/** The most that one Modbus request reads (Modbus Application Protocol V1.1b3, 6.3). */
const registers = 125;

interface Extent {
  readonly rounds: number;
  readonly calls: number;
  readonly reads: number;
}

/** Nanoseconds per call. */
interface Round {
  readonly bare: number;
  readonly ours: number;
  readonly peer: number;
  readonly read: number;
}

/**
 * SPEC §5.7: what the road around a healthy read costs. The same exchange, settled at once, is called bare, through a DeviceInvoker
 * and through cockatiel's composition, and a Modbus read beside them, turn by turn, so that all see the same machine; the overhead
 * is the difference to the bare call. Whatever else the machine does only adds, so that the quietest round of each counts. The
 * Modbus read is the whole of the driver's: request, reply from a process of its own, 125 registers decoded.
 */
export const invoker: Benchmark = {
  name: 'invoker',
  title: 'the pipeline around a healthy read, beside the read of 125 Modbus registers that it surrounds',
  async run({ quick }): Promise<BenchResult[]> {
    const extent: Extent = { rounds: quick ? 9 : 25, calls: quick ? 20_000 : 100_000, reads: quick ? 1_000 : 4_000 };
    const rounds = await measure(extent);
    const quietest = (of: (round: Round) => number): number => Math.min(...rounds.map(of));
    const bare = quietest((round) => round.bare);
    const ours = quietest((round) => round.ours) - bare;
    const peer = quietest((round) => round.peer) - bare;
    const read = quietest((round) => round.read);
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

async function measure({ rounds, calls, reads }: Extent): Promise<readonly Round[]> {
  const settled = Promise.resolve();
  const session: DriverSession = { close: () => settled, read: () => settled };
  const plan: ReadPlan = { deviceId: 'd', points: [] };
  const columns = new ValueColumns(0);
  const context = testCall();
  using road = invokerOf(session);
  await using plc = await connectPlc();
  const viaCockatiel = cockatielPipeline();
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    measured.push({
      bare: await nsPerCall(calls, () => session.read!(plan, columns, context)),
      ours: await nsPerCall(calls, () => road.invoker.read(plan, columns)),
      peer: await nsPerCall(calls, () => viaCockatiel(() => session.read!(plan, columns, context))),
      read: await nsPerCall(reads, plc.read),
    });
  }
  return measured.slice(2); // before it, the compiler's first work
}

/** A PLC in a process of its own, and one read of all its registers. */
async function connectPlc(): Promise<AsyncDisposable & { readonly read: () => Promise<void> }> {
  const plc = new JsonLinesProcess(responder, ['--listeners', '1', '--registers', String(registers)]);
  const { ports } = await plc.next<{ ports: readonly number[] }>();
  const { options, deviceOptions } = modbusDriver;
  const session = modbusDriver.create({
    driverId: 'bench',
    options: options.parse({ host: '127.0.0.1', port: ports[0] }),
    devices: [{ id: 'unit', options: deviceOptions.parse({ unitId: 1 }) }],
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    ...testBelongings(),
  });
  const plan = session.prepareRead!(
    'unit',
    Array.from({ length: registers }, (_, row) => pointAt(row)),
  );
  const columns = new ValueColumns(registers);
  return {
    read: () => session.read!(plan, columns, testCall()),
    async [Symbol.asyncDispose]() {
      await session.close();
      await plc[Symbol.asyncDispose]();
    },
  };
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
    session: { current: session },
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
