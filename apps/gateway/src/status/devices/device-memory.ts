import type { Clock, Logger } from '@fieldwarden/core';
import type { DeviceResilienceState } from '@fieldwarden/invoker';
import { configurationHash } from '@fieldwarden/stability';
import { DebouncedWrite, StateFile } from '@fieldwarden/storage';
import { differsAtAll, differsVisibly, parseDeviceRecords, type KeptDeviceRecord } from './device-records.js';

/** What of a driver's configuration says which devices it speaks to. */
export interface RememberedDriver {
  readonly id: string;
  readonly type: string;
  readonly options: unknown;
  readonly devices: readonly RememberedDevice[];
}

export interface RememberedDevice {
  readonly id: string;
  readonly options: unknown;
}

/** A device as it is now. */
export interface PresentDevice {
  readonly id: string;
  readonly resilience: DeviceResilienceState;
  /** Of the present pollers, which may have begun anew since the last look. */
  readonly overruns: number;
}

/** What a status row shows beyond the life of the gateway. */
export interface KeptFacts {
  readonly overruns: number;
  readonly lastRecycleAtMs: number | null;
}

/** How much may be lost when the gateway is killed: of what an operator sees, and of mere counts. */
const stateLossMs = 250;
const countLossMs = 10_000;

/** Overruns over all pollers of a device. */
interface Overruns {
  total: number;
  /** Of the present poller, at the last look. */
  seen: number;
}

/**
 * What is known of devices over restarts of the gateway (SPEC §5.8), in `<home>/devices.json`: one record per configured device,
 * hence bounded. A damaged file costs the memory only.
 */
export class DeviceMemory {
  readonly #file: StateFile<Map<string, KeptDeviceRecord>>;
  readonly #write: DebouncedWrite;
  /** As found at the start, until the device is seen for the first time. */
  readonly #found: Map<string, KeptDeviceRecord>;
  /** By driver, by device. */
  readonly #records = new Map<string, Map<string, KeptDeviceRecord>>();
  readonly #overruns = new Map<string, Overruns>();
  /** Hashing options costs more than a look; they are the same objects until they change. */
  readonly #hashes = new WeakMap<object, { readonly of: unknown; readonly hash: string }>();

  constructor(path: string, clock: Clock, logger: Logger) {
    this.#file = new StateFile({
      path,
      what: 'records of devices',
      version: 1,
      parse: parseDeviceRecords,
      content: () => ({ devices: Object.fromEntries(this.#all()) }),
      logger,
    });
    this.#write = new DebouncedWrite(this.#file, clock);
    this.#found = this.#file.read() ?? new Map<string, KeptDeviceRecord>();
  }

  /** What is remembered of a device that an invoker is about to be made for. */
  recall(driver: RememberedDriver, device: RememberedDevice): DeviceResilienceState | undefined {
    return this.#recordOf(driver, device)?.resilience;
  }

  /** Since the device was first configured, as far as anybody remembers. `overruns`: of the present pollers. */
  facts(driver: RememberedDriver, device: RememberedDevice, overruns: number): KeptFacts {
    const record = this.#recordOf(driver, device);
    const before = this.#overruns.get(keyOf(driver.id, device.id)) ?? { total: record?.overruns ?? 0, seen: 0 };
    return { overruns: totalOverruns(before, overruns), lastRecycleAtMs: record?.lastRecycleAtMs ?? null };
  }

  /** Remembers a driver's devices as they are now, and no others of it. `lastRecycleAtMs`: null if there was none in this run. */
  keep(driver: RememberedDriver, devices: readonly PresentDevice[], lastRecycleAtMs: number | null): void {
    const before = this.#records.get(driver.id);
    const after = new Map<string, KeptDeviceRecord>();
    const configured = new Map(driver.devices.map((device) => [device.id, device]));
    for (const present of devices) {
      const settings = configured.get(present.id);
      if (!settings) continue;
      const known = this.#recordOf(driver, settings);
      const record: KeptDeviceRecord = {
        configHash: this.#hashOf(driver, settings),
        resilience: present.resilience,
        overruns: this.#countOverruns(keyOf(driver.id, present.id), known, present.overruns),
        lastRecycleAtMs: lastRecycleAtMs ?? known?.lastRecycleAtMs ?? null,
      };
      after.set(present.id, record);
      if (!known || differsVisibly(known, record)) this.#write.within(stateLossMs);
      else if (differsAtAll(known, record)) this.#write.within(countLossMs);
    }
    this.#records.set(driver.id, after);
    for (const deviceId of before?.keys() ?? []) if (!after.has(deviceId)) this.#forgetDevice(driver.id, deviceId);
  }

  /** Of a driver that is not configured any more. */
  forget(driverId: string): void {
    for (const deviceId of this.#records.get(driverId)?.keys() ?? []) this.#forgetDevice(driverId, deviceId);
    this.#records.delete(driverId);
  }

  /** Resolves when everything is on disk, or failed to get there. */
  async close(): Promise<void> {
    this.#write.now();
    await this.#file.flushed();
  }

  #recordOf(driver: RememberedDriver, device: RememberedDevice): KeptDeviceRecord | undefined {
    const record = this.#records.get(driver.id)?.get(device.id) ?? this.#found.get(keyOf(driver.id, device.id));
    return record?.configHash === this.#hashOf(driver, device) ? record : undefined;
  }

  #hashOf({ type, options }: RememberedDriver, device: RememberedDevice): string {
    const known = isObject(device.options) ? this.#hashes.get(device.options) : undefined;
    if (known && known.of === options) return known.hash;
    const hash = configurationHash([type, options, device.options]);
    if (isObject(device.options)) this.#hashes.set(device.options, { of: options, hash });
    return hash;
  }

  #countOverruns(key: string, known: KeptDeviceRecord | undefined, now: number): number {
    const before = this.#overruns.get(key) ?? { total: known?.overruns ?? 0, seen: 0 };
    const total = totalOverruns(before, now);
    this.#overruns.set(key, { total, seen: now });
    return total;
  }

  #forgetDevice(driverId: string, deviceId: string): void {
    this.#overruns.delete(keyOf(driverId, deviceId));
    this.#found.delete(keyOf(driverId, deviceId));
    this.#write.within(countLossMs);
  }

  *#all(): Generator<[string, KeptDeviceRecord]> {
    for (const [driverId, devices] of this.#records) {
      for (const [deviceId, record] of devices) yield [keyOf(driverId, deviceId), record];
    }
  }
}

/** Unambiguous: neither id has a slash. */
const keyOf = (driverId: string, deviceId: string): string => `${driverId}/${deviceId}`;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A count that fell began anew. */
function totalOverruns({ total, seen }: Overruns, now: number): number {
  return total + (now >= seen ? now - seen : now);
}
