import {
  delay,
  GatewayError,
  isGatewayError,
  statusCodes,
  type Clock,
  type StatusCode,
  type ValueColumns,
} from '@fieldwarden/core';
import {
  DeviceRoster,
  discoveredPage,
  type Acknowledgement,
  type AlarmSink,
  type AlarmSubscription,
  type CallContext,
  type DiscoveredNode,
  type DiscoveredPage,
  type DiscoverQuery,
  type DriverContext,
  type DriverSession,
  type EventHistoryQuery,
  type EventPage,
  type HistoricalValue,
  type HistoryPage,
  type MethodCall,
  type MethodResult,
  type PlanDescription,
  type ProcessedHistoryQuery,
  type RawHistoryQuery,
  type Point,
  type ReadPlan,
  type RosterDevice,
  type WriteItem,
  type WriteResult,
} from '@fieldwarden/driver';
import { exampleAddresses, parseSimulatorAddress, type SimulatorAddress } from './address.js';
import { MemoryCells } from './signal/memory-cells.js';
import type { SimulatorDeviceOptions, SimulatorOptions } from './options.js';
import { SimulatedPast } from './past/simulated-past.js';
import { samplerFor, unparsableSampler, type Instant, type Sampler } from './signal/sampler.js';
import { storedValue } from './signal/stored-value.js';

export type SimulatorContext = DriverContext<SimulatorOptions, SimulatorDeviceOptions>;

interface SimulatorPlan extends ReadPlan {
  readonly device: RosterDevice<SimulatorDeviceOptions>;
  /** One per point. */
  readonly samplers: readonly Sampler[];
}

/** A session that is polled. */
export class SimulatorSession implements DriverSession {
  protected readonly clock: Clock;
  protected readonly options: SimulatorOptions;
  readonly #random: () => number;
  readonly #startedAtMs: number;
  readonly #cells = new MemoryCells();
  readonly #past: SimulatedPast;
  #isClosed = false;
  readonly #devices: DeviceRoster<SimulatorDeviceOptions>;

  constructor(context: SimulatorContext) {
    const { clock, options, random } = context;
    this.clock = clock;
    this.options = options;
    this.#random = random;
    this.#startedAtMs = clock.monotonicMs();
    this.#devices = new DeviceRoster(context.devices);
    this.#past = new SimulatedPast(context, (deviceId, point) => this.#pastSampler(deviceId, point));
  }

  close(): Promise<void> {
    this.#past.close();
    this.#isClosed = true;
    this.#devices.clear(closed());
    return Promise.resolve();
  }

  /** What a device remembers goes with it. */
  setDevices(devices: readonly { readonly id: string; readonly options: unknown }[]): Promise<void> {
    const { gone, come } = this.#devices.set(devices);
    for (const { id } of gone) {
      this.#cells.remove(id);
      this.#past.remove(id);
    }
    for (const { id, options } of come) this.#past.add(id, options);
    return Promise.resolve();
  }

  prepareRead(deviceId: string, points: readonly Point[]): SimulatorPlan {
    const device = this.#devices.get(deviceId);
    return { deviceId, device, points, samplers: points.map((point) => this.#sampler(deviceId, point)) };
  }

  describePlan({ points }: ReadPlan): PlanDescription {
    const requests =
      points.length === 0
        ? []
        : [{ what: `sample ${points.length}`, points: points.length, size: points.length, gap: 0 }];
    return { requests, estimatedCycleMs: this.options.latencyMs };
  }

  async read(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    if (!this.isCurrent(plan)) throw this.#isClosed ? closed() : planEnded(plan.deviceId);
    await this.exchange(plan.deviceId, call);
    this.sample(plan, into);
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    await this.exchange(deviceId, call);
    return items.map((item) => this.#store(deviceId, item));
  }

  async probe(deviceId: string, call: CallContext): Promise<void> {
    await this.exchange(deviceId, call);
  }

  async discover(deviceId: string, query: DiscoverQuery, call: CallContext): Promise<DiscoveredPage> {
    await this.exchange(deviceId, call);
    if (query.parent === undefined) return discoveredPage(exampleAddresses.map(exampleNode), query);
    if (exampleAddresses.includes(query.parent)) return { nodes: [], nextCursor: undefined };
    throw new GatewayError({
      code: 'SIMULATOR_NODE',
      kind: 'rejected',
      status: statusCodes.BadNodeIdUnknown,
      message: `the simulator offers no ${query.parent}`,
    });
  }

  async readRaw(deviceId: string, point: Point, query: RawHistoryQuery, call: CallContext): Promise<HistoryPage> {
    await this.exchange(deviceId, call);
    return this.#past.of(deviceId, point).raw(query);
  }

  async readProcessed(
    deviceId: string,
    point: Point,
    query: ProcessedHistoryQuery,
    call: CallContext,
  ): Promise<HistoryPage> {
    await this.exchange(deviceId, call);
    return this.#past.of(deviceId, point).processed(query);
  }

  async readAtTime(
    deviceId: string,
    point: Point,
    timesMs: readonly number[],
    call: CallContext,
  ): Promise<readonly HistoricalValue[]> {
    await this.exchange(deviceId, call);
    const history = this.#past.of(deviceId, point);
    return timesMs.map((atMs) => history.at(atMs));
  }

  async readEvents(deviceId: string, query: EventHistoryQuery, call: CallContext): Promise<EventPage> {
    await this.exchange(deviceId, call);
    return this.#past.alarmsOf(deviceId).events(query, this.clock.wallMs());
  }

  async subscribeAlarms(deviceId: string, sink: AlarmSink, call: CallContext): Promise<AlarmSubscription> {
    await this.exchange(deviceId, call);
    return this.#past.watch(deviceId, sink);
  }

  unsubscribeAlarms(subscription: AlarmSubscription): Promise<void> {
    this.#past.unwatch(subscription);
    return Promise.resolve();
  }

  async acknowledge(
    deviceId: string,
    items: readonly Acknowledgement[],
    call: CallContext,
  ): Promise<readonly WriteResult[]> {
    await this.exchange(deviceId, call);
    const alarms = this.#past.alarmsOf(deviceId);
    return items.map((item) => alarms.acknowledge(item, this.clock.wallMs()));
  }

  /** `resetMemory()` → how many cells went back to their initial values. */
  async callMethod(deviceId: string, { method, inputs }: MethodCall, call: CallContext): Promise<MethodResult> {
    await this.exchange(deviceId, call);
    if (method !== 'resetMemory') return notCalled(statusCodes.BadMethodInvalid, `there is no method ${method}`);
    if (inputs.length > 0) return notCalled(statusCodes.BadTooManyArguments, 'resetMemory takes no inputs');
    return { outcome: 'done', status: statusCodes.Good, outputs: [this.#cells.clear(deviceId)] };
  }

  memoryFootprint(): number {
    return this.#cells.footprintBytes();
  }

  /** Its device is still there, under the same options. */
  protected isCurrent(plan: ReadPlan): boolean {
    const { deviceId, device } = plan as SimulatorPlan;
    return this.#devices.find(deviceId) === device;
  }

  protected sample(plan: ReadPlan, into: ValueColumns): void {
    const { samplers } = plan as SimulatorPlan;
    const at: Instant = { elapsedMs: this.clock.monotonicMs() - this.#startedAtMs, wallMs: this.clock.wallMs() };
    samplers.forEach((sampler, row) => sampler(into, row, at));
  }

  /** The link to the device that isn't there: as slow and as unreliable as the options say. */
  protected async exchange(deviceId: string, call: CallContext): Promise<void> {
    if (this.#isClosed) throw closed();
    const { going } = this.#devices.get(deviceId);
    const { latencyMs } = this.options;
    const remainingMs = call.deadlineMs - this.clock.monotonicMs();
    if (latencyMs > 0) await delay(this.clock, Math.max(0, Math.min(latencyMs, remainingMs)), going);
    if (latencyMs > remainingMs) {
      throw failure(
        'timeout',
        'SIMULATOR_TIMEOUT',
        `latencyMs ${latencyMs} is longer than the call may take`,
        'not-sent',
      );
    }
    this.throwIfDue();
  }

  /** Fails as often as `failRate` says. */
  protected throwIfDue(): void {
    if (this.#random() < this.options.failRate) {
      throw failure('unreachable', 'SIMULATOR_FAILED', 'failed because of failRate', 'not-sent');
    }
  }

  #sampler(deviceId: string, point: Point): Sampler {
    const address = parsedOrUndefined(point);
    if (!address) return unparsableSampler;
    return samplerFor(address, point.type, (memory) => this.#cells.of(deviceId, point, memory));
  }

  /** Memory has no past: what was written before is gone. */
  #pastSampler(deviceId: string, point: Point): Sampler | undefined {
    const address = parseSimulatorAddress(point.address, point.type);
    return address.kind === 'memory' ? undefined : this.#sampler(deviceId, point);
  }

  #store(deviceId: string, { point, value }: WriteItem): WriteResult {
    const address = parsedOrUndefined(point);
    if (!address) return refused(statusCodes.BadConfigurationError, `${point.address} is no simulator address`);
    if (address.kind !== 'memory') {
      return refused(statusCodes.BadNotWritable, `${point.address} cannot be written; only memory can`);
    }
    this.#cells.of(deviceId, point, address).value = storedValue(value, point.type);
    return { outcome: 'done', status: statusCodes.Good };
  }
}

function parsedOrUndefined({ address, type }: Point): SimulatorAddress | undefined {
  try {
    return parseSimulatorAddress(address, type);
  } catch (error) {
    if (isGatewayError(error)) return undefined;
    throw error;
  }
}

function refused(status: StatusCode, message: string): WriteResult {
  return { outcome: 'rejected', status, message };
}

function notCalled(status: StatusCode, message: string): MethodResult {
  return { outcome: 'rejected', status, outputs: [], message };
}

function exampleNode(address: string): DiscoveredNode {
  const [name] = address.split('?');
  return { address, name, writable: name === 'memory', hasChildren: false };
}

function closed(): GatewayError {
  return failure('cancelled', 'SIMULATOR_CLOSED', 'the simulator was closed', 'not-sent');
}

function planEnded(deviceId: string): GatewayError {
  return failure('config', 'SIMULATOR_PLAN_ENDED', `a plan of device ${deviceId} was used after its end`, 'not-sent');
}

function failure(
  kind: GatewayError['kind'],
  code: string,
  message: string,
  writeOutcome: GatewayError['writeOutcome'],
): GatewayError {
  return new GatewayError({ kind, code, message, writeOutcome });
}
