import { isDeepStrictEqual } from 'node:util';
import { GatewayError } from '@fieldwarden/core';
import type { DeviceContext } from './define-driver.js';

/** A device for as long as the session has it under these options. */
export interface RosterDevice<Options> extends DeviceContext<Options> {
  /** Aborts when it goes, with a reason of kind `cancelled`: for whatever is under way to it. */
  readonly going: AbortSignal;
}

export interface RosterChange<Options> {
  readonly gone: readonly RosterDevice<Options>[];
  readonly come: readonly RosterDevice<Options>[];
}

interface Listed<Options> {
  readonly device: RosterDevice<Options>;
  readonly end: AbortController;
}

/**
 * Which devices a session has, for drivers whose devices may come and go (`liveDevices`) and need not share a connection. A device with
 * other options is another one: the old goes, the new comes.
 */
export class DeviceRoster<Options> {
  readonly #byId = new Map<string, Listed<Options>>();

  constructor(devices: readonly DeviceContext<Options>[]) {
    for (const device of devices) this.#admit(device);
  }

  get list(): readonly RosterDevice<Options>[] {
    return [...this.#byId.values()].map(({ device }) => device);
  }

  find(deviceId: string): RosterDevice<Options> | undefined {
    return this.#byId.get(deviceId)?.device;
  }

  /** Throws kind `config` for a device that the session does not have. */
  get(deviceId: string): RosterDevice<Options> {
    const device = this.find(deviceId);
    if (device) return device;
    throw new GatewayError({ code: 'DEVICE_UNKNOWN', kind: 'config', message: `there is no device ${deviceId}` });
  }

  /** The devices from now on, as `setDevices` is given them; those that stay as they were stay the same objects. */
  set(devices: readonly { readonly id: string; readonly options: unknown }[]): RosterChange<Options> {
    const wanted = new Map(devices.map(({ id, options }) => [id, options]));
    const gone = [...this.#byId.values()].filter(
      ({ device: { id, options } }) => !wanted.has(id) || !isDeepStrictEqual(wanted.get(id), options),
    );
    for (const { device, end } of gone) {
      this.#byId.delete(device.id);
      end.abort(cancelled('DEVICE_GONE', `device ${device.id} is gone`));
    }
    const come = [...wanted].filter(([id]) => !this.#byId.has(id));
    return {
      gone: gone.map(({ device }) => device),
      come: come.map(([id, options]) => this.#admit({ id, options: options as Options })),
    };
  }

  /** All go; `reason` of kind `cancelled`. */
  clear(reason: GatewayError): void {
    for (const { end } of this.#byId.values()) end.abort(reason);
    this.#byId.clear();
  }

  #admit({ id, options }: DeviceContext<Options>): RosterDevice<Options> {
    const end = new AbortController();
    const device = { id, options, going: end.signal };
    this.#byId.set(id, { device, end });
    return device;
  }
}

function cancelled(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'cancelled', message, writeOutcome: 'not-sent' });
}
