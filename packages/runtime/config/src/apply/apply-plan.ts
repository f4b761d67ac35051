import type { ApplyStep } from '@fieldwarden/gateway-contract';
import type { DriverDefinition } from '@fieldwarden/driver';
import type { ServiceDefinition } from '@fieldwarden/service';
import type { PlantDocument } from '../document/plant-document.js';
import type { PlantTag } from '@fieldwarden/gateway-contract';
import type { Plant, PlantDevice, PlantDriver, PlantService } from '../resolve/plant.js';

/**
 * What has to be done so that a gateway that runs one plant runs another (SPEC §7.5). Pure data, made by `planApply`. Whatever is
 * not named stays untouched: its process, connections, subscriptions and rhythm.
 *
 * Paths and driver ids may leave one place and come up at another in the same plan (a tag that moves to another device is
 * `removed` there and `added` here; a driver that changes its type is a `remove` and an `add`): do all removals first.
 */
export interface ApplyPlan {
  /** Removed drivers first, then changed, then added ones; each driver at most once, but for `remove` + `add` of a new type. */
  readonly drivers: readonly DriverChange[];
  /** Removed services first, then changed, then added ones. */
  readonly services: readonly ServiceChange[];
  readonly gateway: GatewayChange;
  /** The same for people, in the order of `drivers`, then services, the gateway last. Empty exactly if nothing is to be done. */
  readonly steps: readonly ApplyStep[];
}

export type DriverChange = AddedDriver | RemovedDriver | ChangedDriver;

export interface AddedDriver {
  readonly kind: 'add';
  readonly driverId: string;
  /** Starts if it is enabled. */
  readonly driver: PlantDriver;
}

export interface RemovedDriver {
  readonly kind: 'remove';
  readonly driverId: string;
}

/** Parts of a driver's settings that take effect while it runs. */
export type LiveSettings = 'resilience' | 'supervision' | 'stability';

export interface ChangedDriver {
  readonly kind: 'change';
  readonly driverId: string;
  /** All of the driver as it is from now on. */
  readonly next: PlantDriver;
  /** The session was made for other options or devices: one that runs is closed, and a new one made. */
  readonly restart: boolean;
  /** `enabled` has changed; null = it has not, and what an operator started or stopped by hand stays so. */
  readonly run: 'start' | 'stop' | null;
  /** `isolation` has changed: where it lives from now on. Null = it has not, and a driver that an operator moved stays there. */
  readonly move: PlantDriver['isolation'] | null;
  /** What of `next` is to be taken over while it runs. */
  readonly settings: readonly LiveSettings[];
  /** Devices that are touched, removed ones first. */
  readonly devices: readonly DeviceChange[];
}

export type DeviceChange = AddedDevice | RemovedDevice | ChangedDevice;

export interface AddedDevice {
  readonly kind: 'add';
  readonly deviceId: string;
  readonly device: PlantDevice;
}

export interface RemovedDevice {
  readonly kind: 'remove';
  readonly deviceId: string;
}

export interface ChangedDevice {
  readonly kind: 'change';
  readonly deviceId: string;
  /** All of the device as it is from now on. */
  readonly device: PlantDevice;
  /** The session has to hear of it: live if the driver's `restart` is false, else with its new session. */
  readonly options: boolean;
  readonly tags: TagChanges;
}

/** Of one device. Lists without members are empty. */
export interface TagChanges {
  readonly added: readonly PlantTag[];
  /** Paths. */
  readonly removed: readonly string[];
  readonly changed: readonly ChangedTag[];
}

export interface ChangedTag {
  readonly next: PlantTag;
  /** Address, device type or scan interval differ: the read plans of the scan classes concerned are made anew. */
  readonly newPlan: boolean;
  /** What is shown now was not read under this definition (address, type or scaling differ): not Good until the next value. */
  readonly valueStale: boolean;
  /** The type that clients see differs: a new node. Otherwise the tag keeps its handle. */
  readonly newNode: boolean;
}

export type ServiceChange = AddedService | RemovedService | ChangedService;

export interface AddedService {
  readonly kind: 'add';
  readonly serviceId: string;
  /** Starts if it is enabled. */
  readonly service: PlantService;
}

export interface RemovedService {
  readonly kind: 'remove';
  readonly serviceId: string;
}

export interface ChangedService {
  readonly kind: 'change';
  readonly serviceId: string;
  /** All of the service as it is from now on. */
  readonly next: PlantService;
  /** It takes its new settings over while it runs; else it starts anew with them. */
  readonly live: boolean;
}

/** What concerns no driver and no service; null = as it was. */
export interface GatewayChange {
  readonly logging: Plant['logging'] | null;
  /** Of new connections. */
  readonly tls: Plant['tls'] | null;
  /** A gateway serves one site for as long as it runs: this one is for its next start. */
  readonly site: string | null;
}

export interface ApplyContext {
  /** What driver types and services can do while they run. */
  readonly drivers: { get(type: string): Pick<DriverDefinition, 'liveDevices'> | undefined };
  readonly services: {
    get(
      name: string,
    ): Pick<ServiceDefinition, 'title' | 'section' | 'rows' | 'changesLive' | 'disturbance'> | undefined;
  };
  /**
   * The documents behind both plants. Steps show values only as they are written there, where secrets are references: a plant
   * carries them in clear. Without documents steps name what has changed, and no value.
   */
  readonly written?: { readonly old: PlantDocument | null; readonly next: PlantDocument };
}

/** What a step is described from. */
export interface BothPlants {
  readonly old: Plant | null;
  readonly next: Plant;
  readonly context: ApplyContext;
}
