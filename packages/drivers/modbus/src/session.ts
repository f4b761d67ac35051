import { isDeepStrictEqual } from 'node:util';
import { GatewayError, statusCodes, type Clock, type Logger, type ValueColumns } from '@fieldwarden/core';
import type {
  CallContext,
  DriverContext,
  DriverSession,
  PlanDescription,
  Point,
  ReadPlan,
  WriteItem,
  WriteResult,
} from '@fieldwarden/driver';
import { areaTraits, describeSpan, type Span } from './address/area.js';
import type { ModbusDeviceOptions } from './device-options.js';
import { DecodingReports } from './exchange/decoding-reports.js';
import type { Exchange } from './line/exchange.js';
import { HoleMemory } from './plan/hole-memory.js';
import { lineErrors } from './line/line-errors.js';
import { Line } from './line/line.js';
import type { LineOptions } from './options.js';
import { gapOf, type PlanLimits } from './plan/plan.js';
import { ProbeExchange } from './exchange/probe-exchange.js';
import { ReadExchange } from './exchange/read-exchange.js';
import { ModbusReadPlan } from './plan/read-plan.js';
import { TroubleReports } from './exchange/trouble-reports.js';
import { presumedTraits, type UnitTraits } from './exchange/unit-traits.js';
import { BroadcastExchange, broadcastProbe } from './exchange/broadcast-exchange.js';
import { broadcastUnitId } from './wire/expected-reply.js';
import { VitalSigns } from './exchange/vital-signs.js';
import type { Wire } from './wire/wire.js';
import { WriteExchange } from './exchange/write-exchange.js';
import { planWrites, protocolWriteLimits } from './plan/write-plan.js';
import type { WriteLimits } from './plan/write-step.js';

/** One unit behind the connection, and what has been learnt about it. */
interface Unit {
  readonly lane: number;
  /** Unit 0 of a serial line: all units at once. It is written to, and never answers. */
  readonly isBroadcast: boolean;
  readonly options: ModbusDeviceOptions;
  readonly readLimits: PlanLimits;
  readonly writeLimits: WriteLimits;
  readonly holes: HoleMemory;
  readonly vitalSigns: VitalSigns;
  readonly decodingReports: DecodingReports;
  readonly troubleReports: TroubleReports;
  readonly traits: UnitTraits;
  /** In use. */
  readonly plans: Set<ModbusReadPlan>;
}

/** Assumed for a plan's estimate before anything has been measured. */
const nominalRequestMs = 10;

/** Buffers of the line: receive, request, answer. */
const lineBufferBytes = 8 * 1024;
const bytesPerHole = 100;

/** All units behind one connection or on one serial line. */
export class ModbusSession implements DriverSession {
  readonly #line: Line;
  readonly #hasBroadcast: boolean;
  readonly #units = new Map<string, Unit>();
  readonly #options: LineOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #nextLane = 0;

  constructor(context: DriverContext<LineOptions, ModbusDeviceOptions>, wire: Wire) {
    const { options, devices, clock, logger, random } = context;
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#hasBroadcast = !wire.framing.hasTransactionIds;
    this.#line = new Line({ options, wire, clock, logger, random });
    for (const device of devices) this.#admit(device.id, device.options);
  }

  close(): Promise<void> {
    this.#line.close();
    return Promise.resolve();
  }

  /** The connection is that of all units: it stays, and so does what has been learnt of units that stay. */
  setDevices(devices: readonly { readonly id: string; readonly options: unknown }[]): Promise<void> {
    const wanted = new Map(devices.map(({ id, options }) => [id, options as ModbusDeviceOptions]));
    for (const [id, { lane, options }] of this.#units) {
      if (isDeepStrictEqual(wanted.get(id), options)) continue;
      this.#units.delete(id);
      this.#line.removeLane(lane);
    }
    for (const [id, options] of wanted) if (!this.#units.has(id)) this.#admit(id, options);
    return Promise.resolve();
  }

  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    const { options, readLimits, holes, plans } = this.#unit(deviceId);
    const plan = new ModbusReadPlan(deviceId, points, options, readLimits, holes, this.#clock);
    plans.add(plan);
    return plan;
  }

  /** What only this plan asked for is forgotten: should it be asked for again, the unit decides anew. */
  releaseRead(plan: ReadPlan): void {
    const unit = this.#units.get(plan.deviceId);
    const own = ownPlan(plan);
    if (!unit?.plans.delete(own)) return;
    const isAsked = (span: Span): boolean => [...unit.plans].some(({ addresses }) => addresses.touches(span));
    unit.holes.forget((hole) => {
      const isForgotten = own.addresses.touches(hole) && !isAsked(hole);
      if (isForgotten) unit.troubleReports.forget(hole);
      return isForgotten;
    });
    unit.decodingReports.forget(own.fallible.filter((point) => !isAsked(point)));
  }

  describePlan(plan: ReadPlan): PlanDescription {
    const { unit, own } = this.#asked(plan);
    if (unit.isBroadcast) return { requests: [], estimatedCycleMs: 0 };
    const { lane, options } = unit;
    const requests = own.reads.map((read) => ({
      what: `FC${areaTraits[read.area].readFunction} unit ${options.unitId} ${describeSpan(read)}`,
      points: read.part && !read.part.isFirst ? 0 : read.points.length,
      size: read.count,
      gap: gapOf(read),
    }));
    const pauseMs = Math.max(this.#options.interRequestDelayMs, options.interRequestDelayMs, this.#line.frameSilenceMs);
    const requestMs = (this.#line.meanRequestMs(lane) || nominalRequestMs) + pauseMs;
    const avoided = own.avoided();
    return { requests, estimatedCycleMs: requests.length * requestMs, ...(avoided.length > 0 && { avoided }) };
  }

  async read(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    const { unit, own } = this.#asked(plan);
    if (unit.isBroadcast) return this.#showUnreadable(own, into);
    const { lane, options, holes, vitalSigns, decodingReports, troubleReports } = unit;
    const nowMs = this.#clock.monotonicMs();
    const leftMs = call.deadlineMs - nowMs;
    await this.#exchange<void>(
      call,
      (done, failed) =>
        new ReadExchange(own, into, {
          lane,
          unitId: options.unitId,
          clock: this.#clock,
          holes,
          vitalSigns,
          decodingReports,
          troubleReports,
          deadlineMs: call.deadlineMs - lastWordMs(leftMs),
          doubtUntilMs: nowMs + Math.max(leftMs / 2, leftMs - this.#options.timeoutMs),
          done,
          failed,
        }),
    );
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    const { lane, options, writeLimits, traits, isBroadcast } = this.#unit(deviceId);
    const plan = planWrites(items, options, writeLimits);
    const { unitId } = options;
    const { deadlineMs } = call;
    if (isBroadcast)
      return this.#exchange(
        call,
        (done) => new BroadcastExchange(items.length, plan, { lane, deadlineMs, traits, done }),
      );
    return this.#exchange<WriteResult[]>(
      call,
      (done, failed) => new WriteExchange(items.length, plan, { lane, unitId, deadlineMs, traits, done, failed }),
    );
  }

  async probe(deviceId: string, call: CallContext): Promise<void> {
    const { lane, options, vitalSigns, isBroadcast } = this.#unit(deviceId);
    if (isBroadcast) throw broadcastProbe();
    const { unitId } = options;
    const { deadlineMs } = call;
    await this.#exchange<void>(
      call,
      (done, failed) => new ProbeExchange({ lane, unitId, deadlineMs, vitalSigns, done, failed }),
    );
  }

  memoryFootprint(): number {
    const holes = [...this.#units.values()].reduce((sum, unit) => sum + unit.holes.size, 0);
    return lineBufferBytes + holes * bytesPerHole;
  }

  #exchange<Result>(
    { signal }: CallContext,
    make: (done: (result: Result) => void, failed: (error: GatewayError) => void) => Exchange,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const onAbort = (): void => this.#line.cancel(exchange);
      const exchange = make(
        (result) => {
          signal.removeEventListener('abort', onAbort);
          resolve(result);
        },
        (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      );
      if (exchange.hasNothingToSend) return exchange.finish();
      if (signal.aborted) return exchange.fail(lineErrors.cancelled(), false);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#line.submit(exchange);
    });
  }

  /** Nobody answers unit 0, so it is not asked. */
  #showUnreadable({ size }: ModbusReadPlan, into: ValueColumns): void {
    const nowMs = this.#clock.wallMs();
    for (let row = 0; row < size; row += 1) into.setBad(row, statusCodes.BadNotReadable, nowMs);
  }

  #admit(id: string, options: ModbusDeviceOptions): void {
    const isBroadcast = options.unitId === broadcastUnitId && this.#hasBroadcast;
    const unit = { ...unitOf(this.#nextLane++, options, this.#options, this.#clock, this.#logger), isBroadcast };
    this.#units.set(id, unit);
    this.#line.addLane(unit.lane, options);
  }

  /** Throws kind `config` for a plan that has ended, with its device or its device's options. */
  #asked(plan: ReadPlan): { readonly unit: Unit; readonly own: ModbusReadPlan } {
    const unit = this.#unit(plan.deviceId);
    const own = ownPlan(plan);
    if (unit.plans.has(own)) return { unit, own };
    const message = `a plan of device ${plan.deviceId} was used after its end`;
    throw new GatewayError({ code: 'MODBUS_PLAN_ENDED', kind: 'config', message });
  }

  #unit(deviceId: string): Unit {
    const unit = this.#units.get(deviceId);
    if (unit) return unit;
    throw new GatewayError({ code: 'MODBUS_NO_SUCH_DEVICE', kind: 'config', message: `no device ${deviceId}` });
  }
}

function unitOf(
  lane: number,
  device: ModbusDeviceOptions,
  driver: LineOptions,
  clock: Clock,
  logger: Logger,
): Omit<Unit, 'isBroadcast'> {
  const maxRegisters = Math.min(driver.maxRegistersPerRequest, device.maxRegistersPerRequest ?? Infinity);
  const maxBits = Math.min(driver.maxBitsPerRequest, device.maxBitsPerRequest ?? Infinity);
  const plans = new Set<ModbusReadPlan>();
  return {
    lane,
    options: device,
    readLimits: { maxGap: driver.maxGap, maxRegisters, maxBits, bitAlignment: device.bitAlignment },
    writeLimits: {
      maxRegisters: device.maxRegistersPerWrite ?? Math.min(maxRegisters, protocolWriteLimits.maxRegisters),
      maxBits: device.maxBitsPerWrite ?? Math.min(maxBits, protocolWriteLimits.maxBits),
    },
    holes: new HoleMemory(clock),
    vitalSigns: new VitalSigns(() => [...plans].flatMap(({ spans }) => spans)),
    decodingReports: new DecodingReports(device.unitId, logger),
    troubleReports: new TroubleReports(logger),
    traits: presumedTraits(device),
    plans,
  };
}

/** By so much earlier a scan has to end that has read something: when its call ends, all of it is lost. */
function lastWordMs(leftMs: number): number {
  return Math.min(100, leftMs / 10);
}

function ownPlan(plan: ReadPlan): ModbusReadPlan {
  if (plan instanceof ModbusReadPlan) return plan;
  throw new GatewayError({
    code: 'MODBUS_FOREIGN_PLAN',
    kind: 'bug',
    message: 'this plan was not made by a Modbus session',
  });
}
