import type { Driver, HostRow } from '@fieldwarden/admin-contract';
import { statusCodes, type Clock, type TagValue } from '@fieldwarden/core';
import { systemPrefix, type TagHandle, type TagStore } from '@fieldwarden/tags';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { GatewayFacts } from '../gateway-facts.js';
import { deviceTags, driverTags, gatewayTags, type SystemTagSpec } from './system-tag-catalogue.js';

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
  readonly #define: <Source>(prefix: string, specs: readonly SystemTagSpec<Source>[]) => TagGroup<Source>;
  readonly #gateway: TagGroup<GatewayFacts>;
  readonly #drivers = new Map<string, TagGroup<Driver>>();
  readonly #devices = new Map<string, Map<string, TagGroup<HostRow>>>();

  constructor(store: TagStore, clock: Pick<Clock, 'wallMs'>) {
    this.#define = (prefix, specs) => new TagGroup(store, clock, `${systemPrefix}${prefix}`, specs);
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
    const known = this.#devices.get(driverId) ?? new Map<string, TagGroup<HostRow>>();
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

/** The tags of one thing: a driver, a device, the gateway. */
class TagGroup<Source> {
  readonly #store: TagStore;
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #specs: readonly SystemTagSpec<Source>[];
  readonly #handles: Uint32Array<ArrayBuffer>;
  readonly #shown: (TagValue | null | undefined)[] = [];

  constructor(store: TagStore, clock: Pick<Clock, 'wallMs'>, prefix: string, specs: readonly SystemTagSpec<Source>[]) {
    this.#store = store;
    this.#clock = clock;
    this.#specs = specs;
    this.#handles = store.define(specs.map((spec) => definition(prefix, spec)));
  }

  show(source: Source): void {
    for (const [i, { read }] of this.#specs.entries()) {
      const value = read(source);
      if (Object.is(value, this.#shown[i])) continue;
      this.#shown[i] = value;
      this.#put(this.#handles[i], value);
    }
  }

  remove(): void {
    this.#store.remove(this.#handles);
  }

  #put(handle: TagHandle, value: TagValue | null): void {
    if (value === null) this.#store.fail(Uint32Array.of(handle), statusCodes.BadNoDataAvailable, this.#clock.wallMs());
    else this.#store.set(handle, value);
  }
}

function definition<Source>(prefix: string, spec: SystemTagSpec<Source>): TagDefinition {
  const { name, type, unit, description, access = 'read-only' } = spec;
  return {
    path: `${prefix}${name}`,
    type: { scalar: type },
    rawType: { scalar: type },
    access,
    driverId: null,
    deviceId: null,
    address: '',
    scanMs: 1_000,
    ...(unit !== undefined && { unit }),
    description,
    writeIdempotent: false,
    verify: false,
  };
}
