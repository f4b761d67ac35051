import type { ChangedDriver } from '@fieldwarden/config';
import { toGatewayError, type Logger } from '@fieldwarden/core';
import type { SessionInvoker } from '@fieldwarden/invoker';
import type { DeviceSet } from '../devices/device-set.js';
import type { DriverSettings } from '../driver-settings.js';
import type { Residence } from './residence.js';

export interface SessionChangeParts {
  readonly home: Residence;
  readonly devices: DeviceSet;
  readonly services: SessionInvoker;
  readonly logger: Logger;
}

/** How the session of a driver follows a change of its configuration, after its tags and settings have. */
export class SessionChange {
  readonly #parts: SessionChangeParts;

  constructor(parts: SessionChangeParts) {
    this.#parts = parts;
  }

  /** False for tags and settings: the session needs to hear nothing of them. */
  static concerns(change: ChangedDriver): boolean {
    return change.restart || change.run !== null || change.move !== null || hasOtherDevices(change);
  }

  /** Resolves when the session is as the driver is configured now, or it is clear why not. Rejects if a move did not succeed. */
  async carryOut(change: ChangedDriver, driver: DriverSettings, wanted: boolean): Promise<void> {
    const { home } = this.#parts;
    const isolation = change.move ?? home.isolation;
    if (change.restart) return await this.#renew(driver, isolation, wanted);
    if (hasOtherDevices(change) && !(await this.#setDevices(driver))) {
      home.outdate();
      return await this.#renew(driver, isolation, wanted);
    }
    if (change.move) await home.move(change.move);
    if (change.run === 'start') await home.start();
  }

  /** Writes that are under way come to their end first. */
  async #renew({ supervision }: DriverSettings, isolation: 'in-process' | 'host', run: boolean): Promise<void> {
    const { home, devices } = this.#parts;
    await devices.drained(supervision.drainMs);
    devices.halt();
    await home.renew(isolation, { run });
  }

  /** True if the session has them, or the next one will. */
  async #setDevices({ devices }: DriverSettings): Promise<boolean> {
    const { home, services, logger } = this.#parts;
    if (!home.session) return true;
    try {
      await services.setDevices(devices);
      if (home.session) this.#parts.devices.runIdle(home.session);
      return true;
    } catch (error) {
      logger.warn(`the session does not take the devices, it is made anew: ${toGatewayError(error).message}`);
      return false;
    }
  }
}

function hasOtherDevices({ devices }: ChangedDriver): boolean {
  return devices.some((device) => device.kind !== 'change' || device.options);
}
