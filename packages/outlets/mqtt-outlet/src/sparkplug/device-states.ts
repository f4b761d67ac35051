import type { TagSource } from '@fieldwarden/service';
import { edgeDeviceId } from './plant-metrics.js';

const deviceState = /^_system\/devices\/([^/]+)\/([^/]+)\/state$/;

/** Which devices answer, from the system tags in which the gateway shows it (SPEC §8.5). */
export class DeviceStates {
  readonly #tags: TagSource;
  readonly #devices = new Map<number, string>();

  constructor(tags: TagSource) {
    this.#tags = tags;
    this.follow(Uint32Array.from(tags.entries(), ([, handle]) => handle));
  }

  /** Devices and whether each is online. */
  *entries(): IterableIterator<[device: string, isOnline: boolean]> {
    for (const [handle, device] of this.#devices) yield [device, this.#isOnline(handle)];
  }

  follow(handles: Uint32Array): void {
    for (const handle of handles) {
      const [, driverId, deviceId] = deviceState.exec(this.#tags.definition(handle)?.path ?? '') ?? [];
      if (driverId !== undefined) this.#devices.set(handle, edgeDeviceId(driverId, deviceId));
    }
  }

  forget(handles: Uint32Array): void {
    for (const handle of handles) this.#devices.delete(handle);
  }

  /** The device and its state where the tag is one that tells of it. */
  told(handle: number): readonly [device: string, isOnline: boolean] | undefined {
    const device = this.#devices.get(handle);
    return device === undefined ? undefined : [device, this.#isOnline(handle)];
  }

  #isOnline(handle: number): boolean {
    return this.#tags.value(handle) === 'connected';
  }
}
