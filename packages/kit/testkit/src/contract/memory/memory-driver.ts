import { delay, GatewayError, statusCodes, systemClock, ValueColumns, type ErrorKind } from '@fieldwarden/core';
import { discoveredPage, type DiscoveredNode } from '@fieldwarden/driver';
import type {
  Acknowledgement,
  AlarmSink,
  AlarmSubscription,
  CallContext,
  DiscoveredPage,
  DiscoverQuery,
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
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { DriverContractFixture } from '../fixture.js';
import { MemoryDevice } from './memory-device.js';

interface MemorySubscription extends Subscription {
  readonly listener: () => void;
}

interface MemoryAlarmSubscription extends AlarmSubscription {
  readonly sink: AlarmSink;
}

interface KnownDevice {
  readonly options: unknown;
  readonly gone: PromiseWithResolvers<never>;
}

function known(options: unknown): KnownDevice {
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => undefined);
  return { options, gone };
}

/** Keeps the whole contract; the flaws of the self-test override single members. */
export class MemorySession implements DriverSession {
  protected readonly device: MemoryDevice;
  readonly #closed = new AbortController();
  readonly #devices = new Map<string, KnownDevice>();

  constructor(device: MemoryDevice) {
    this.device = device;
    for (const { id, options } of device.devices) this.#devices.set(id, known(options));
  }

  setDevices(devices: readonly { readonly id: string; readonly options: unknown }[]): Promise<void> {
    if (devices.some(({ id }) => id === 'forbidden')) return Promise.reject(memoryError('config', 'MEMORY_NO_DEVICE'));
    const wanted = new Map(devices.map(({ id, options }) => [id, options]));
    for (const [id, { options, gone }] of this.#devices) {
      if (wanted.has(id) && isDeepStrictEqual(wanted.get(id), options)) continue;
      gone.reject(memoryError('cancelled', 'MEMORY_DEVICE_GONE'));
      this.#devices.delete(id);
    }
    for (const [id, options] of wanted) if (!this.#devices.has(id)) this.#devices.set(id, known(options));
    return Promise.resolve();
  }

  releaseRead(): void {
    // A plan is all that there is of it.
  }

  async discover(deviceId: string, query: DiscoverQuery, call: CallContext): Promise<DiscoveredPage> {
    await this.ask(deviceId, call);
    const { values } = this.device;
    if (query.parent !== undefined && !values.has(query.parent)) {
      const status = statusCodes.BadNodeIdUnknown;
      throw new GatewayError({ code: 'MEMORY_NODE', kind: 'rejected', status, message: `no ${query.parent}` });
    }
    const names = query.parent === undefined ? [...values.keys()] : [];
    return discoveredPage(
      names.map((name): DiscoveredNode => ({ address: name, name, hasChildren: false })),
      query,
    );
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

  async read({ deviceId, points }: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    await this.ask(deviceId, call);
    points.forEach((point, row) => {
      if (point.address === this.device.ignored) into.setBad(row, statusCodes.BadTimeout, systemClock.wallMs());
      else this.fill(into, row, point);
    });
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    await this.ask(deviceId, call);
    return items.map((item) => this.store(item));
  }

  async probe(deviceId: string, call: CallContext): Promise<void> {
    await this.ask(deviceId, call);
  }

  async subscribe(
    deviceId: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    await this.ask(deviceId, call);
    const listener = (): void => this.push(points, sink);
    this.device.listeners.add(listener);
    listener();
    return { deviceId, listener } as MemorySubscription;
  }

  unsubscribe(subscription: Subscription): Promise<void> {
    this.device.listeners.delete((subscription as MemorySubscription).listener);
    return Promise.resolve();
  }

  async readRaw(deviceId: string, _point: Point, query: RawHistoryQuery, call: CallContext): Promise<HistoryPage> {
    await this.ask(deviceId, call);
    return this.device.past.raw(query);
  }

  async readProcessed(
    deviceId: string,
    _point: Point,
    query: ProcessedHistoryQuery,
    call: CallContext,
  ): Promise<HistoryPage> {
    await this.ask(deviceId, call);
    return this.device.past.processed(query);
  }

  async readAtTime(
    deviceId: string,
    _point: Point,
    timesMs: readonly number[],
    call: CallContext,
  ): Promise<readonly HistoricalValue[]> {
    await this.ask(deviceId, call);
    return timesMs.map((atMs) => this.device.past.at(atMs));
  }

  async readEvents(deviceId: string, query: EventHistoryQuery, call: CallContext): Promise<EventPage> {
    await this.ask(deviceId, call);
    return this.device.past.events(query);
  }

  async subscribeAlarms(deviceId: string, sink: AlarmSink, call: CallContext): Promise<AlarmSubscription> {
    await this.ask(deviceId, call);
    this.device.past.listen(sink);
    return { deviceId, sink } as MemoryAlarmSubscription;
  }

  unsubscribeAlarms(subscription: AlarmSubscription): Promise<void> {
    this.device.past.sinks.delete((subscription as MemoryAlarmSubscription).sink);
    return Promise.resolve();
  }

  async acknowledge(
    deviceId: string,
    items: readonly Acknowledgement[],
    call: CallContext,
  ): Promise<readonly WriteResult[]> {
    await this.ask(deviceId, call);
    return items.map((item) => this.device.past.acknowledge(item));
  }

  async callMethod(deviceId: string, method: MethodCall, call: CallContext): Promise<MethodResult> {
    await this.ask(deviceId, call);
    return this.device.past.call(method);
  }

  protected push(points: readonly Point[], sink: UpdateSink): void {
    if (this.device.gone) return sink.fail(memoryError('unreachable', 'MEMORY_GONE'));
    const columns = new ValueColumns(points.length);
    points.forEach((point, row) => this.fill(columns, row, point));
    sink.push({ length: points.length, rows: Uint32Array.from(points.keys()), columns });
  }

  /** Rejects with kind `config` for a device that there is not, with `cancelled` when it goes meanwhile. */
  protected async ask(deviceId: string, call: CallContext): Promise<void> {
    const device = this.#devices.get(deviceId);
    if (!device) throw memoryError('config', 'MEMORY_NO_DEVICE');
    await Promise.race([this.exchange(call), device.gone.promise]);
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
    liveDevices: true,
    options: z.strictObject({ delayMs: z.number() }),
    deviceOptions: z.strictObject({ label: z.string().optional() }),
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
