import type { DriverState } from '@fieldwarden/gateway-contract';
import type { Clock, GatewayError, Logger } from '@fieldwarden/core';
import type { DeviceInvoker, DeviceStatus } from '@fieldwarden/invoker';
import type { InstanceObserver } from '../instance-observer.js';
import type { HomeFacts, HomeLoss } from '../home/session-home.js';

export interface StateReportParts {
  readonly driverId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: InstanceObserver;
}

/** Says in events and in the log what becomes of one driver instance, each state once. */
export class StateReport {
  readonly #parts: StateReportParts;
  #last: DriverState = 'Unknown';
  /** By device, as it was told last: each probe in vain opens the breaker anew. */
  readonly #devices = new Map<string, DeviceStatus['state']>();
  #sinceMs: number;
  #homeError: { readonly error: GatewayError; readonly atMs: number } | undefined;

  constructor(parts: StateReportParts) {
    this.#parts = parts;
    this.#sinceMs = parts.clock.wallMs();
  }

  /** When the driver got into the state that was told last; ms since 1970 UTC. */
  get stateSinceMs(): number {
    return this.#sinceMs;
  }

  /** What last went wrong with the home of the session. */
  get homeError(): { readonly error: GatewayError; readonly atMs: number } | undefined {
    return this.#homeError;
  }

  ready(id: string, { pid, spawn }: HomeFacts): void {
    if (pid !== null) this.#parts.observer.event('host', `Host of ${id} is ready`, { data: { pid, spawn } });
  }

  lost({ error, planned, cause, spawn, postMortemId }: HomeLoss): void {
    const { observer, driverId: id } = this.#parts;
    observer.hostLost(cause);
    if (!planned) this.failed(error);
    const message = planned ? `Host of ${id} ended as asked` : `Host of ${id} is gone: ${error.message}`;
    observer.event('host', message, { data: { spawn, cause, ...(postMortemId !== undefined && { postMortemId }) } });
  }

  failed(error: GatewayError): void {
    this.#homeError = { error, atMs: this.#parts.clock.wallMs() };
  }

  device(deviceId: string, { status: { state, lastError } }: Pick<DeviceInvoker, 'status'>): void {
    const { observer, driverId } = this.#parts;
    if (this.#devices.get(deviceId) === state) return;
    this.#devices.set(deviceId, state);
    const reason = state !== 'connected' && lastError ? { reason: lastError.error.message } : {};
    observer.event('driver', `device ${driverId}/${deviceId} is ${state}`, {
      device: deviceId,
      data: { state, ...reason },
    });
  }

  /** The driver may be in another state than before. */
  state(state: DriverState): void {
    if (state === this.#last) return;
    const { observer, driverId, logger } = this.#parts;
    const from = this.#last;
    this.#last = state;
    this.#sinceMs = this.#parts.clock.wallMs();
    logger[state === 'Faulted' ? 'error' : 'info'](`driver is ${state}`, { from });
    observer.event('driver', `driver ${driverId} is ${state}`, { data: { from, to: state } });
    observer.stateChanged?.(state);
  }
}
