import {
  delay,
  GatewayError,
  isGatewayError,
  statusCodes,
  type Clock,
  type StatusCode,
  type ValueColumns,
} from '@fieldwarden/core';
import type {
  CallContext,
  DiscoveredNode,
  DriverContext,
  DriverSession,
  PlanDescription,
  Point,
  ReadPlan,
  WriteItem,
  WriteResult,
} from '@fieldwarden/driver';
import { exampleAddresses, parseSimulatorAddress, type SimulatorAddress } from './address.js';
import { MemoryCells } from './memory-cells.js';
import type { SimulatorDeviceOptions, SimulatorOptions } from './options.js';
import { samplerFor, unparsableSampler, type Instant, type Sampler } from './sampler.js';
import { storedValue } from './stored-value.js';

export type SimulatorContext = DriverContext<SimulatorOptions, SimulatorDeviceOptions>;

interface SimulatorPlan extends ReadPlan {
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
  readonly #closing = new AbortController();

  constructor({ clock, options, random }: SimulatorContext) {
    this.clock = clock;
    this.options = options;
    this.#random = random;
    this.#startedAtMs = clock.monotonicMs();
  }

  close(): Promise<void> {
    this.#closing.abort(failure('cancelled', 'SIMULATOR_CLOSED', 'the simulator was closed', 'not-sent'));
    return Promise.resolve();
  }

  prepareRead(deviceId: string, points: readonly Point[]): SimulatorPlan {
    return { deviceId, points, samplers: points.map((point) => this.#sampler(deviceId, point)) };
  }

  describePlan({ points }: ReadPlan): PlanDescription {
    const requests =
      points.length === 0
        ? []
        : [{ what: `sample ${points.length}`, points: points.length, size: points.length, gap: 0 }];
    return { requests, estimatedCycleMs: this.options.latencyMs };
  }

  async read(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    await this.exchange(call);
    this.sample(plan, into);
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    await this.exchange(call);
    return items.map((item) => this.#store(deviceId, item));
  }

  async probe(_deviceId: string, call: CallContext): Promise<void> {
    await this.exchange(call);
  }

  async discover(_deviceId: string, parent: string | undefined, call: CallContext): Promise<readonly DiscoveredNode[]> {
    await this.exchange(call);
    return parent === undefined ? exampleAddresses.map(exampleNode) : [];
  }

  memoryFootprint(): number {
    return this.#cells.footprintBytes();
  }

  protected sample(plan: ReadPlan, into: ValueColumns): void {
    const { samplers } = plan as SimulatorPlan;
    const at: Instant = { elapsedMs: this.clock.monotonicMs() - this.#startedAtMs, wallMs: this.clock.wallMs() };
    samplers.forEach((sampler, row) => sampler(into, row, at));
  }

  /** The link to the device that isn't there: as slow and as unreliable as the options say. */
  protected async exchange(call: CallContext): Promise<void> {
    this.#closing.signal.throwIfAborted();
    const { latencyMs } = this.options;
    const remainingMs = call.deadlineMs - this.clock.monotonicMs();
    if (latencyMs > 0) await delay(this.clock, Math.max(0, Math.min(latencyMs, remainingMs)), this.#closing.signal);
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

function exampleNode(address: string): DiscoveredNode {
  const [name] = address.split('?');
  return { address, name, writable: name === 'memory', hasChildren: false };
}

function failure(
  kind: GatewayError['kind'],
  code: string,
  message: string,
  writeOutcome: GatewayError['writeOutcome'],
): GatewayError {
  return new GatewayError({ kind, code, message, writeOutcome });
}
