import { GatewayError, statusCodes, toGatewayError, type Timer } from '@fieldwarden/core';
import type { AlarmSink, AlarmSubscription, DriverContext, Point } from '@fieldwarden/driver';
import { DeviceAlarms, type Watched } from './alarms.js';
import { PointHistory, refusal, type HistoryExtent } from './history.js';
import type { SimulatorAlarmOptions, SimulatorDeviceOptions, SimulatorOptions } from '../options.js';
import type { Sampler } from '../signal/sampler.js';

interface Watch extends AlarmSubscription {
  readonly sink: AlarmSink;
}

/** What the devices of one session remember: values and alarms. */
export class SimulatedPast {
  readonly #context: DriverContext<SimulatorOptions, SimulatorDeviceOptions>;
  readonly #samplerOf: (deviceId: string, point: Point) => Sampler | undefined;
  /** On the monotonic clock. */
  readonly #startedAtMs: number;
  /** The same moment on the wall clock, as long as nobody sets that. */
  #startedAtWallMs: number;
  readonly #alarms = new Map<string, DeviceAlarms>();
  #timer: Timer | undefined;

  /** `samplerOf`: undefined for a point without a past. */
  constructor(
    context: DriverContext<SimulatorOptions, SimulatorDeviceOptions>,
    samplerOf: (deviceId: string, point: Point) => Sampler | undefined,
  ) {
    this.#context = context;
    this.#samplerOf = samplerOf;
    this.#startedAtMs = context.clock.monotonicMs();
    this.#startedAtWallMs = context.clock.wallMs();
    for (const { id, options } of context.devices) this.add(id, options);
  }

  add(deviceId: string, { alarms }: SimulatorDeviceOptions): void {
    this.#alarms.set(deviceId, this.#deviceAlarms(deviceId, alarms));
  }

  /** Its subscribers hear no more. */
  remove(deviceId: string): void {
    this.#alarms.delete(deviceId);
    this.#rest();
  }

  /** Throws `BadHistoryOperationUnsupported` for memory, kind `config` for an address that does not parse. */
  of(deviceId: string, point: Point): PointHistory {
    const sampler = this.#samplerOf(deviceId, point);
    if (sampler) return new PointHistory(sampler, point.type, this.#extent());
    const message = `${point.address} has no history`;
    throw refusal(statusCodes.BadHistoryOperationUnsupported, 'SIMULATOR_NO_HISTORY', message);
  }

  alarmsOf(deviceId: string): DeviceAlarms {
    const alarms = this.#alarms.get(deviceId);
    if (alarms) return alarms;
    throw new GatewayError({ code: 'SIMULATOR_DEVICE', kind: 'config', message: `there is no device ${deviceId}` });
  }

  watch(deviceId: string, sink: AlarmSink): AlarmSubscription {
    const alarms = this.alarmsOf(deviceId);
    alarms.subscribe(sink, this.#context.clock.wallMs());
    if (!this.#timer) this.#schedule();
    const watch: Watch = { deviceId, sink };
    return watch;
  }

  unwatch(subscription: AlarmSubscription): void {
    const { deviceId, sink } = subscription as Watch;
    this.#alarms.get(deviceId)?.unsubscribe(sink);
    this.#rest();
  }

  #rest(): void {
    if (![...this.#alarms.values()].some(({ isWatched }) => isWatched)) this.close();
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #schedule(): void {
    const { clock, options } = this.#context;
    this.#timer = clock.setTimer(() => {
      this.#look();
      this.#schedule();
    }, options.historyIntervalMs);
  }

  /** A sink that throws must not end the process that it lives in. */
  #look(): void {
    const { clock, logger } = this.#context;
    try {
      for (const alarms of this.#alarms.values()) alarms.look(clock.wallMs());
    } catch (error) {
      logger.error('whoever listens to alarms failed', { error: toGatewayError(error) });
    }
  }

  #deviceAlarms(deviceId: string, alarms: readonly SimulatorAlarmOptions[]): DeviceAlarms {
    const { clock, options } = this.#context;
    const watched = alarms.map((one) => this.#watched(deviceId, one));
    return new DeviceAlarms(deviceId, watched, options.historyIntervalMs, clock.wallMs());
  }

  #watched(deviceId: string, options: SimulatorAlarmOptions): Watched {
    const point: Point = { path: options.name, address: options.address, type: { scalar: 'float64' } };
    // A condition looks back as far as it has to, whatever the history keeps.
    const everything = { keptMs: Number.POSITIVE_INFINITY };
    const valueAt: Watched['valueAt'] = (atMs) =>
      new PointHistory(this.#samplerOf(deviceId, point)!, point.type, { ...this.#extent(), ...everything }).at(atMs);
    return { options, valueAt };
  }

  /** The waves go by the monotonic clock: where the wall clock was set, their past moves with it. */
  #extent(): HistoryExtent {
    const { clock, options } = this.#context;
    const nowMs = clock.wallMs();
    const measuredMs = nowMs - (clock.monotonicMs() - this.#startedAtMs);
    // Smaller differences are rounding and slewing; what was read once must read the same again.
    if (Math.abs(measuredMs - this.#startedAtWallMs) > 1_000) this.#startedAtWallMs = measuredMs;
    const startedAtMs = this.#startedAtWallMs;
    return { intervalMs: options.historyIntervalMs, keptMs: options.historyMs, nowMs, startedAtMs };
  }
}
