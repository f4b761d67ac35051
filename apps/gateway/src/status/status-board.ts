import { describeDriver } from '@fieldwarden/admin-api/views';
import type { HostRow } from '@fieldwarden/admin-contract';
import type { AlarmBook } from '@fieldwarden/alarms';
import type { Clock, Redactor } from '@fieldwarden/core';
import type { DriverInstance } from '@fieldwarden/instances';
import type { EventLog } from '@fieldwarden/observe';
import type { TagStore } from '@fieldwarden/tags';
import type { DeviceMemory } from './devices/device-memory.js';
import { DriverFaultAlarms } from './devices/driver-fault-alarms.js';
import type { GatewayFacts } from './gateway-facts.js';
import { hostRows, presentDevices } from './devices/host-rows.js';
import { LostDeviceAlarms } from './devices/lost-device-alarms.js';
import { RowEvents } from './devices/row-events.js';
import { StandingBadTags } from './devices/standing-bad.js';
import { StatusPulse, type Look } from './status-pulse.js';
import { SystemTags } from './system-tags/system-tags.js';
import { ValueRate } from './value-rate.js';

export interface StatusBoardDependencies {
  /** The drivers that there are now: read at every look, so those that come and go need not be announced. */
  readonly instances: ReadonlyMap<string, DriverInstance>;
  readonly store: TagStore;
  readonly events: EventLog;
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear' | 'end'>;
  readonly clock: Clock;
  readonly redactor?: Redactor;
  readonly memory: DeviceMemory;
  readonly gateway: () => Omit<GatewayFacts, 'valuesPerSecond'>;
  /** A driver was there at the last look and is no more. */
  readonly gone: (driverId: string) => void;
}

const everything: Look = { touched: new Set(), all: true };

/** Tells one story of drivers and devices everywhere: the same rows become system tags, `host` events and the answer to `GET /hosts`. */
export class StatusBoard implements Disposable {
  readonly #deps: StatusBoardDependencies;
  readonly #tags: SystemTags;
  readonly #rowEvents: RowEvents;
  readonly #lostDevices: LostDeviceAlarms;
  readonly #driverFaults: DriverFaultAlarms;
  readonly #standingBad = new StandingBadTags();
  readonly #pulse: StatusPulse;
  readonly #shown = new Set<string>();
  readonly #rate = new ValueRate();

  /** Defines the system tags of what is there already. */
  constructor(deps: StatusBoardDependencies) {
    this.#deps = deps;
    this.#tags = new SystemTags(deps);
    this.#rowEvents = new RowEvents(deps.events);
    this.#lostDevices = new LostDeviceAlarms(deps.alarms);
    this.#driverFaults = new DriverFaultAlarms(deps.alarms);
    this.#pulse = new StatusPulse(deps.clock, (what) => this.#look(what));
    this.#look(everything);
  }

  /** Something that people see may have changed in this driver. Cheap. */
  touch(driverId: string): void {
    this.#pulse.touch(driverId);
  }

  /** Drivers came or went: shows that at once instead of at the next look. */
  reconcile(): void {
    this.#look(everything);
  }

  /** Values that came from drivers, over the last seconds. */
  get valuesPerSecond(): number {
    return Math.round(this.#rate.perSecond);
  }

  rows(): readonly HostRow[] {
    return [...this.#deps.instances.values()].flatMap((instance) => this.#rowsOf(instance));
  }

  [Symbol.dispose](): void {
    this.#pulse[Symbol.dispose]();
    this.#tags[Symbol.dispose]();
  }

  #look({ touched, all }: Look): void {
    const { instances } = this.#deps;
    this.#rowEvents.begin();
    // A driver that was removed may still have said something while it ended.
    for (const driverId of new Set([...this.#shown, ...touched])) if (!instances.has(driverId)) this.#forget(driverId);
    for (const [id, instance] of instances) if (all || touched.has(id)) this.#show(instance);
    if (all) this.#showGateway();
  }

  #showGateway(): void {
    const { store, clock, gateway } = this.#deps;
    this.#rate.look(store.received, clock.monotonicMs());
    this.#tags.gateway({ ...gateway(), valuesPerSecond: this.valuesPerSecond });
  }

  #rowsOf(instance: DriverInstance): readonly HostRow[] {
    return hostRows(instance, { memory: this.#deps.memory, standingBad: this.#standingBad });
  }

  #show(instance: DriverInstance): void {
    const driver = describeDriver(instance);
    const rows = this.#rowsOf(instance);
    this.#shown.add(driver.id);
    this.#tags.driver({ driver, rows });
    this.#rowEvents.see(driver.id, rows);
    this.#standingBad.see(driver.id, rows, this.#deps.clock.wallMs());
    this.#driverFaults.see(driver);
    this.#lostDevices.see(driver.id, rows);
    this.#deps.memory.keep(instance.driver, presentDevices(instance), instance.facts.lastRecycleAtMs);
  }

  #forget(driverId: string): void {
    this.#shown.delete(driverId);
    this.#tags.remove(driverId);
    this.#rowEvents.forget(driverId);
    this.#standingBad.forget(driverId);
    this.#lostDevices.forget(driverId);
    this.#driverFaults.forget(driverId);
    this.#deps.memory.forget(driverId);
    this.#deps.gone(driverId);
  }
}
