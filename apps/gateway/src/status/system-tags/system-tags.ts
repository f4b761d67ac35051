import type { Driver, HostRow } from '@fieldwarden/admin-contract';
import { systemPrefix } from '@fieldwarden/tags';
import type { GatewayFacts } from '../gateway-facts.js';
import { deviceTags, driverTags, gatewayTags, type SystemTagSpec } from './system-tag-catalogue.js';
import { SystemTagGroup, type SystemTagDependencies } from './system-tag-group.js';

/** A driver as people see it, with a row for each of its devices. */
export interface DriverStatus {
  readonly driver: Driver;
  readonly rows: readonly HostRow[];
}

/**
 * The gateway, its drivers and devices as tags (SPEC §8.5): in the tag store like any other, so every outlet has them. Values are
 * handed in by whoever knows that something has changed; one that is the same as before costs a comparison.
 */
export class SystemTags implements Disposable {
  readonly #define: <Source>(prefix: string, specs: readonly SystemTagSpec<Source>[]) => SystemTagGroup<Source>;
  readonly #gateway: SystemTagGroup<GatewayFacts>;
  readonly #drivers = new Map<string, SystemTagGroup<Driver>>();
  readonly #devices = new Map<string, Map<string, SystemTagGroup<HostRow>>>();

  constructor(deps: SystemTagDependencies) {
    this.#define = (prefix, specs) => new SystemTagGroup(deps, `${systemPrefix}${prefix}`, specs);
    this.#gateway = this.#define('', gatewayTags);
  }

  gateway(facts: GatewayFacts): void {
    this.#gateway.show(facts);
  }

  /** Shows a driver and its devices; tags of a new one are added, tags of devices that are gone removed. */
  driver({ driver, rows }: DriverStatus): void {
    let group = this.#drivers.get(driver.id);
    if (!group) {
      group = this.#define(`drivers/${driver.id}/`, driverTags);
      this.#drivers.set(driver.id, group);
    }
    group.show(driver);
    this.#showDevices(driver.id, rows);
  }

  /** Removes the tags of a driver that is gone, with those of its devices. */
  remove(driverId: string): void {
    this.#drivers.get(driverId)?.remove();
    this.#drivers.delete(driverId);
    for (const device of this.#devices.get(driverId)?.values() ?? []) device.remove();
    this.#devices.delete(driverId);
  }

  [Symbol.dispose](): void {
    for (const driverId of [...this.#drivers.keys()]) this.remove(driverId);
    this.#gateway.remove();
  }

  #showDevices(driverId: string, rows: readonly HostRow[]): void {
    const known = this.#devices.get(driverId) ?? new Map<string, SystemTagGroup<HostRow>>();
    this.#devices.set(driverId, known);
    const present = new Set(rows.map(({ device }) => device));
    for (const [device, group] of known) {
      if (present.has(device)) continue;
      group.remove();
      known.delete(device);
    }
    for (const row of rows) {
      let group = known.get(row.device);
      if (!group) {
        group = this.#define(`devices/${driverId}/${row.device}/`, deviceTags);
        known.set(row.device, group);
      }
      group.show(row);
    }
  }
}
