import { delay, GatewayError, statusCodes, systemClock, ValueColumns, type ErrorKind } from '@fieldwarden/core';
import type {
  Acknowledgement,
  AlarmSink,
  AlarmSubscription,
  CallContext,
  DriverDefinition,
  DriverSession,
  EventHistoryQuery,
  EventPage,
  HistoricalValue,
  HistoryPage,
  MethodCall,
  MethodResult,
  PlanDescription,
  ProcessedHistoryQuery,
  RawHistoryQuery,
  Point,
  ReadPlan,
  Subscription,
  UpdateSink,
  WriteItem,
  WriteResult,
} from '@fieldwarden/driver';
import { z } from 'zod';
import type { DriverContractFixture } from '../fixture.js';
import { MemoryDevice } from './memory-device.js';

interface MemorySubscription extends Subscription {
  readonly listener: () => void;
}

interface MemoryAlarmSubscription extends AlarmSubscription {
  readonly sink: AlarmSink;
}

/** Keeps the whole contract; the flaws of the self-test override single members. */
export class MemorySession implements DriverSession {
  protected readonly device: MemoryDevice;
  readonly #closed = new AbortController();

  constructor(device: MemoryDevice) {
    this.device = device;
  }

  close(): Promise<void> {
    this.#closed.abort(memoryError('cancelled', 'MEMORY_CLOSED'));
    return Promise.resolve();
  }

  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    return { deviceId, points: [...points] };
  }

  describePlan({ points }: ReadPlan): PlanDescription {
    return {
      requests: [{ what: 'all at once', points: points.length, size: points.length, gap: 0 }],
      estimatedCycleMs: 1,
    };
  }

  async read({ points }: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    await this.exchange(call);
    points.forEach((point, row) => this.fill(into, row, point));
  }

  async write(_deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    await this.exchange(call);
    return items.map((item) => this.store(item));
  }

  async probe(_deviceId: string, call: CallContext): Promise<void> {
    await this.exchange(call);
  }

  async subscribe(
    deviceId: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    await this.exchange(call);
    const listener = (): void => this.push(points, sink);
    this.device.listeners.add(listener);
    listener();
    return { deviceId, listener } as MemorySubscription;
  }

  unsubscribe(subscription: Subscription): Promise<void> {
    this.device.listeners.delete((subscription as MemorySubscription).listener);
    return Promise.resolve();
  }

  async readRaw(_deviceId: string, _point: Point, query: RawHistoryQuery, call: CallContext): Promise<HistoryPage> {
    await this.exchange(call);
    return this.device.past.raw(query);
  }

  async readProcessed(
    _deviceId: string,
    _point: Point,
    query: ProcessedHistoryQuery,
    call: CallContext,
  ): Promise<HistoryPage> {
    await this.exchange(call);
    return this.device.past.processed(query);
  }

  async readAtTime(
    _deviceId: string,
    _point: Point,
    timesMs: readonly number[],
    call: CallContext,
  ): Promise<readonly HistoricalValue[]> {
    await this.exchange(call);
    return timesMs.map((atMs) => this.device.past.at(atMs));
  }

  async readEvents(_deviceId: string, query: EventHistoryQuery, call: CallContext): Promise<EventPage> {
    await this.exchange(call);
    return this.device.past.events(query);
  }

  async subscribeAlarms(deviceId: string, sink: AlarmSink, call: CallContext): Promise<AlarmSubscription> {
    await this.exchange(call);
    this.device.past.listen(sink);
    return { deviceId, sink } as MemoryAlarmSubscription;
  }

  unsubscribeAlarms(subscription: AlarmSubscription): Promise<void> {
    this.device.past.sinks.delete((subscription as MemoryAlarmSubscription).sink);
    return Promise.resolve();
  }

  async acknowledge(
    _deviceId: string,
    items: readonly Acknowledgement[],
    call: CallContext,
  ): Promise<readonly WriteResult[]> {
    await this.exchange(call);
    return items.map((item) => this.device.past.acknowledge(item));
  }

  async callMethod(_deviceId: string, method: MethodCall, call: CallContext): Promise<MethodResult> {
    await this.exchange(call);
    return this.device.past.call(method);
  }

  protected push(points: readonly Point[], sink: UpdateSink): void {
    if (this.device.gone) return sink.fail(memoryError('unreachable', 'MEMORY_GONE'));
    const columns = new ValueColumns(points.length);
    points.forEach((point, row) => this.fill(columns, row, point));
    sink.push({ length: points.length, rows: Uint32Array.from(points.keys()), columns });
  }

  protected async exchange(call: CallContext): Promise<void> {
    this.#closed.signal.throwIfAborted();
    if (this.device.gone) throw memoryError('unreachable', 'MEMORY_GONE');
    await delay(systemClock, 1, this.#closed.signal);
    if (!this.device.silent) return;
    await delay(systemClock, call.deadlineMs - systemClock.monotonicMs(), this.#closed.signal);
    throw memoryError('timeout', 'MEMORY_SILENT');
  }

  protected fill(into: ValueColumns, row: number, { address, type }: Point): void {
    const value = this.device.values.get(address);
    const now = systemClock.wallMs();
    if (address.includes(' ')) into.setBad(row, statusCodes.BadConfigurationError, now);
    else if (value === undefined) into.setBad(row, statusCodes.BadNodeIdUnknown, now);
    else into.set(row, type.scalar === 'float32' ? Math.fround(value as number) : value, type, now);
  }

  protected store({ point, value }: WriteItem): WriteResult {
    return this.device.store(point.address, value)
      ? { outcome: 'done', status: statusCodes.Good }
      : { outcome: 'rejected', status: statusCodes.BadNotWritable };
  }
}

export type MakeSession = (device: MemoryDevice) => DriverSession;

/** A fixture whose sessions come from `make`: the correct one, or one with a flaw. */
export function memoryContract(
  make: MakeSession = (device) => new MemorySession(device),
  flaws: Partial<DriverDefinition> = {},
): DriverContractFixture {
  let device = new MemoryDevice();
  const definition: DriverDefinition = {
    type: 'memory',
    version: '1.0.0',
    tier: 'A',
    entry: import.meta.url,
    options: z.strictObject({ delayMs: z.number() }),
    deviceOptions: z.strictObject({}),
    address: parseMemoryAddress,
    create: () => make(device),
    ...flaws,
  };
  return { definition, start: () => Promise.resolve((device = new MemoryDevice())) };
}

export function memoryError(kind: ErrorKind, code: string): GatewayError {
  return new GatewayError({ kind, code, message: `the memory device says ${kind}` });
}

function parseMemoryAddress(text: string): string {
  if (text.includes(' ')) throw memoryError('config', 'MEMORY_ADDRESS');
  return text;
}
