import type { DriverState } from '@fieldwarden/gateway-contract';
import { statusCodes, type GatewayError, type StatusCode } from '@fieldwarden/core';
import type { DeviceSet } from '../devices/device-set.js';
import { driverState } from './driver-state.js';
import type { InstanceTarget } from '../instance-target.js';
import type { Residence, ResidenceListener } from '../home/residence.js';
import type { HomeLoss } from '../home/session-home.js';
import { StateReport, type StateReportParts } from './state-report.js';

export interface CourseParts {
  readonly home: Residence;
  readonly devices: DeviceSet;
  readonly target: InstanceTarget;
}

/** What happens to the home of a driver, or to one of its devices: brought to all whom it concerns, in the tick in which it happens. */
export class InstanceCourse implements ResidenceListener {
  readonly #driverId: string;
  readonly #report: StateReport;
  #wasReady = false;
  /** Undefined while they are being made, with this as their listener. */
  #parts: CourseParts | undefined;

  constructor(parts: StateReportParts) {
    this.#driverId = parts.driverId;
    this.#report = new StateReport(parts);
  }

  /** Called once, when all is made. */
  concerns(parts: CourseParts): void {
    this.#parts = parts;
  }

  leaving(): void {
    this.#parts?.devices.pause();
  }

  ready(): void {
    const { home, devices, target } = this.#parts ?? {};
    if (!home?.session) return;
    target?.ready();
    this.#wasReady = true;
    devices?.run(home.session);
    this.#report.ready(this.#driverId, home.facts);
    this.stateMayHaveChanged();
  }

  lost(loss: HomeLoss): void {
    const { devices, target } = this.#parts ?? {};
    target?.gone();
    devices?.fail(loss.error.status);
    this.#report.lost(loss);
    this.stateMayHaveChanged();
  }

  phaseChanged(): void {
    const { home, devices } = this.#parts ?? {};
    if (home?.phase.type === 'failed') {
      this.#report.failed(home.phase.error);
      devices?.fail(home.phase.error.status);
    }
    this.stateMayHaveChanged();
  }

  deviceChanged(deviceId: string): void {
    const device = this.#parts?.devices.get(deviceId);
    if (!device) return;
    const { state } = device.invoker.status;
    if (state === 'demoted') device.fail(statusCodes.BadNoCommunication);
    if (state === 'connected') device.scanNow();
    this.#report.device(deviceId, device.invoker);
    this.stateMayHaveChanged();
  }

  /** The configuration is another one: whether it runs on that is to be seen. */
  begins(): void {
    this.#wasReady = false;
  }

  /** No session has become ready since then, and starts fail. */
  get startsInVain(): boolean {
    return this.#parts?.home.phase.type === 'recovering' && !this.#wasReady;
  }

  /** The newest thing that went wrong with the driver or any of its devices. */
  get lastError(): { readonly error: GatewayError; readonly atMs: number } | undefined {
    const devices = this.#parts?.devices.list ?? [];
    const errors = [this.#report.homeError, ...devices.map(({ invoker }) => invoker.status.lastError)];
    return errors.filter((entry) => entry !== undefined).sort((a, b) => b.atMs - a.atMs)[0];
  }

  get stateSinceMs(): number {
    return this.#report.stateSinceMs;
  }

  get state(): DriverState {
    if (!this.#parts) return 'Unknown';
    const { home, devices } = this.#parts;
    const withTags = devices.list.filter(({ handles }) => handles.length > 0);
    const reached = withTags.map(({ invoker }) => invoker.status.state);
    return driverState(home.phase, reached);
  }

  /** Status of tags that have no value and no session to get one from; undefined while there is one. */
  get absent(): StatusCode | undefined {
    const { home } = this.#parts ?? {};
    if (home?.session) return undefined;
    return home && 'error' in home.phase ? home.phase.error.status : statusCodes.BadOutOfService;
  }

  stateMayHaveChanged(): void {
    this.#report.state(this.state);
  }
}
