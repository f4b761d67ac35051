import {
  GatewayError,
  isGatewayError,
  messageOf,
  statusCodes,
  type Clock,
  type Timer,
  type ValueColumns,
} from '@fieldwarden/core';
import {
  DeviceRoster,
  discoveredPage,
  type CallContext,
  type DiscoveredNode,
  type DiscoveredPage,
  type DiscoverQuery,
  type DriverContext,
  type DriverSession,
  type PlanDescription,
  type Point,
  type ReadPlan,
  type WriteItem,
  type WriteResult,
} from '@fieldwarden/driver';
import { chaosAddresses, parseChaosAddress, writableAddresses, type ChaosAddress } from './address.js';
import { CallGate } from './call-gate.js';
import { parseCommand } from './command.js';
import { DeviceCells } from './device-cells.js';
import { MemoryHoard, megabyteBytes } from './faults/memory-hoard.js';
import { obeyed, Obedience } from './obedience.js';
import type { ChaosDeviceOptions, ChaosOptions } from './options.js';
import { refuseStartFaults, sufferStart } from './faults/start-faults.js';

export type ChaosContext = DriverContext<ChaosOptions, ChaosDeviceOptions>;

interface ChaosPlan extends ReadPlan {
  /** One per point; undefined where the text is none. */
  readonly addresses: readonly (ChaosAddress | undefined)[];
}

/** A session that is polled. */
export class ChaosSession implements DriverSession {
  protected readonly clock: Clock;
  protected readonly options: ChaosOptions;
  protected readonly gate: CallGate;
  readonly #context: ChaosContext;
  readonly #isInHost: boolean;
  readonly #hoard: MemoryHoard;
  readonly #cache: MemoryHoard;
  readonly #obedience: Obedience;
  readonly #cells = new DeviceCells();
  readonly #devices: DeviceRoster<ChaosDeviceOptions>;
  readonly #schedule: Timer[] = [];

  /** `isInHost`: commands that break the process are obeyed. `push`: to all subscribers, in a session that has some. */
  constructor(context: ChaosContext, isInHost: boolean, push?: () => void) {
    const { clock, options, logger } = context;
    this.#context = context;
    this.#isInHost = isInHost;
    this.clock = clock;
    this.options = options;
    this.gate = new CallGate(clock);
    this.#devices = new DeviceRoster(context.devices);
    const hoard = (this.#hoard = new MemoryHoard(options.maxAllocateMb * megabyteBytes));
    const cache = (this.#cache = new MemoryHoard(options.maxAllocateMb * megabyteBytes));
    const setting = { clock, logger, options, gate: this.gate, hoard, cache, push };
    this.#obedience = new Obedience(setting, isInHost);
  }

  async open(signal: AbortSignal): Promise<void> {
    if (!this.#isInHost) this.#refuseHostOptions();
    await sufferStart(this.#context, signal);
    if (this.options.refuseStop) this.#obedience.obey('ignore-sigterm');
    for (const { afterMs, command } of this.options.schedule) {
      this.#schedule.push(this.clock.setTimer(() => this.#obeyScheduled(command), afterMs));
    }
  }

  close(): Promise<void> {
    if (this.#obedience.isInForce('ignore-sigterm')) return new Promise(() => undefined);
    for (const timer of this.#schedule) timer[Symbol.dispose]();
    this.gate.close();
    this.#obedience.undoAll();
    return Promise.resolve();
  }

  /** Commands stay in force: they are the driver's. */
  setDevices(devices: readonly { readonly id: string; readonly options: unknown }[]): Promise<void> {
    const { gone } = this.#devices.set(devices);
    for (const { id } of gone) this.#cells.remove(id);
    this.devicesGone(gone.map(({ id }) => id));
    return Promise.resolve();
  }

  /** For a session that keeps something of its devices. */
  protected devicesGone(_deviceIds: readonly string[]): void {
    // This one does not.
  }

  prepareRead(deviceId: string, points: readonly Point[]): ChaosPlan {
    this.#devices.get(deviceId);
    return { deviceId, points, addresses: points.map(addressOrUndefined) };
  }

  describePlan({ points }: ReadPlan): PlanDescription {
    const { length } = points;
    const requests = length === 0 ? [] : [{ what: `ask chaos for ${length}`, points: length, size: length, gap: 0 }];
    return { requests, estimatedCycleMs: this.gate.slowMs };
  }

  async read(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    await this.pass(plan.deviceId, call);
    this.sample(plan, into);
  }

  /** Commands are obeyed and answered at once, whatever is in force: `ok` has to get through. */
  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    this.#devices.get(deviceId);
    if (items.some(({ point }) => addressOrUndefined(point) !== 'command')) await this.pass(deviceId, call);
    return items.map((item) => this.#write(deviceId, item));
  }

  async probe(deviceId: string, call: CallContext): Promise<void> {
    await this.pass(deviceId, call);
  }

  async discover(deviceId: string, query: DiscoverQuery, call: CallContext): Promise<DiscoveredPage> {
    await this.pass(deviceId, call);
    if (query.parent === undefined) return discoveredPage(chaosAddresses.map(describeAddress), query);
    if (chaosAddresses.some((address) => address === query.parent)) return { nodes: [], nextCursor: undefined };
    throw new GatewayError({
      code: 'CHAOS_NODE',
      kind: 'rejected',
      status: statusCodes.BadNodeIdUnknown,
      message: `chaos has no ${query.parent}`,
    });
  }

  memoryFootprint(): number {
    return this.options.memoryFootprintBytes ?? this.#heldBytes();
  }

  flushOptionalCaches(): void {
    this.#cache.release();
  }

  /** Ends a `wedge`; a `wedge:hard` is still one afterwards, and says so. */
  async reinitialize(): Promise<void> {
    this.gate.reinitialize();
    this.#obedience.lifted('wedge');
  }

  /** Where every call of a device passes that is no command. Throws kind `config` for a device that there is not. */
  protected async pass(deviceId: string, call: CallContext): Promise<void> {
    const { going } = this.#devices.get(deviceId);
    await this.gate.pass(call, going);
  }

  protected sample(plan: ReadPlan, into: ValueColumns): void {
    const { deviceId, points, addresses } = plan as ChaosPlan;
    const atMs = this.clock.wallMs();
    if (addresses.includes('counter')) this.#cells.count(deviceId);
    points.forEach((point, row) => {
      const address = addresses[row];
      if (address === undefined) into.setBad(row, statusCodes.BadConfigurationError, atMs);
      else into.set(row, this.#valueAt(deviceId, point, address), point.type, atMs);
    });
  }

  #valueAt(deviceId: string, point: Point, address: ChaosAddress) {
    switch (address) {
      case 'counter':
        return this.#cells.counter(deviceId, point.type);
      case 'command':
        return this.#obedience.present;
      case 'value':
        return this.#cells.value(deviceId, point);
      case 'pid':
        return process.pid;
      case 'heldBytes':
        return this.#heldBytes();
    }
  }

  #heldBytes(): number {
    return this.#hoard.bytes + this.#cache.bytes;
  }

  #write(deviceId: string, { point, value }: WriteItem): WriteResult {
    switch (addressOrUndefined(point)) {
      case 'command':
        return commandResult(obeyed(this.#obedience, String(value)));
      case 'value':
        this.#cells.store(deviceId, point, value);
        return done;
      case undefined:
        return refused(statusCodes.BadConfigurationError, `${point.address} is no address of chaos`);
      default:
        return refused(statusCodes.BadNotWritable, `${point.address} cannot be written`);
    }
  }

  #obeyScheduled(command: string): void {
    const whyNot = obeyed(this.#obedience, command);
    if (whyNot !== undefined) this.#context.logger.warn('chaos: a scheduled command was refused', { command, whyNot });
  }

  #refuseHostOptions(): void {
    refuseStartFaults(this.options);
    for (const { command } of this.options.schedule) {
      try {
        this.#obedience.check(parseCommand(command));
      } catch (error) {
        const message = `schedule: ${messageOf(error)}`;
        throw new GatewayError({ code: 'CHAOS_NEEDS_HOST', kind: 'config', message, cause: error });
      }
    }
  }
}

const done: WriteResult = { outcome: 'done', status: statusCodes.Good };

function commandResult(whyNot: string | undefined): WriteResult {
  return whyNot === undefined ? done : refused(statusCodes.BadOutOfRange, whyNot);
}

function refused(status: number, message: string): WriteResult {
  return { outcome: 'rejected', status, message };
}

function addressOrUndefined({ address, type }: Point): ChaosAddress | undefined {
  try {
    return parseChaosAddress(address, type);
  } catch (error) {
    if (isGatewayError(error)) return undefined;
    throw error;
  }
}

function describeAddress(address: ChaosAddress): DiscoveredNode {
  return { address, name: address, writable: writableAddresses.includes(address), hasChildren: false };
}
