import {
  delay,
  GatewayError,
  statusCodes,
  systemClock,
  ValueColumns,
  type ErrorKind,
  type TagValue,
} from '@fieldwarden/core';
import type {
  CallContext,
  DriverDefinition,
  DriverSession,
  PlanDescription,
  Point,
  ReadPlan,
  Subscription,
  UpdateSink,
  WriteItem,
  WriteResult,
} from '@fieldwarden/driver';
import { z } from 'zod';
import type { ContractDevice, DriverContractFixture } from './fixture.js';

/** The device that the memory driver talks to: what the suite is tried on before it judges real drivers. */
export class MemoryDevice implements ContractDevice {
  readonly options = { delayMs: 1 };
  readonly devices = [{ id: 'store', options: {} }];
  readonly deviceId = 'store';
  readonly patienceMs = 500;
  readonly readable = [
    { point: pointAt('level', 'float32'), expected: 12.3 },
    { point: pointAt('running', 'bool'), expected: true },
    { point: pointAt('name', 'string'), expected: 'filler' },
    { point: pointAt('setpoint', 'int32'), expected: 5 },
    { point: pointAt('raw', 'bytes'), expected: new Uint8Array([1, 2]) },
    { point: pointAt('clock', 'datetime') },
  ];
  readonly writable = [
    { point: pointAt('setpoint', 'int32'), value: 7 },
    { point: pointAt('recipe', 'string'), value: 'lemon' },
  ];
  readonly rejected = { point: pointAt('locked', 'int32'), value: 9 };
  readonly missing = pointAt('nowhere', 'int32');
  readonly unparsable = pointAt('not an address', 'int32');

  readonly values = new Map<string, TagValue>([
    ['level', 12.3],
    ['running', true],
    ['name', 'filler'],
    ['setpoint', 5],
    ['recipe', 'cherry'],
    ['locked', 1],
    ['raw', new Uint8Array([1, 2])],
    ['clock', Date.UTC(2030, 0, 1)],
  ]);
  readonly listeners = new Set<() => void>();
  silent = false;
  gone = false;
  writes = 0;

  silence(): void {
    this.silent = true;
  }

  unsilence(): void {
    this.silent = false;
  }

  vanish(): void {
    this.gone = true;
    this.tell();
  }

  comeBack(): void {
    this.gone = false;
    this.tell();
  }

  writesSeen(): number {
    return this.writes;
  }

  store(address: string, value: TagValue): boolean {
    this.writes++;
    if (address === 'locked') return false;
    this.values.set(address, value);
    this.tell();
    return true;
  }

  tell(): void {
    for (const listener of this.listeners) listener();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

interface MemorySubscription extends Subscription {
  readonly listener: () => void;
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

function pointAt(address: string, scalar: Point['type']['scalar']): Point {
  return { path: `memory/${address.replaceAll(' ', '-')}`, address, type: { scalar } };
}
