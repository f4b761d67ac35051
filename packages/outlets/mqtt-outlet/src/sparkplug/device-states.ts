import type { TagSource } from '@fieldwarden/service';
import { edgeDeviceId } from './plant-metrics.js';

const deviceState = /^_system\/devices\/([^/]+)\/([^/]+)\/state$/;
const serviceState = /^_system\/services\/([^/]+)\/state$/;

/** States of a device that answers, and of a service that works. */
const online: ReadonlySet<unknown> = new Set(['connected', 'Healthy', 'Degraded']);

/** Which devices answer, and which services that bring tags work, from the system tags in which the gateway shows it (SPEC §8.5). */
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
      const path = this.#tags.definition(handle)?.path ?? '';
      const [, driverId, deviceId] = deviceState.exec(path) ?? [];
      const [, serviceId] = serviceState.exec(path) ?? [];
      if (driverId !== undefined) this.#devices.set(handle, edgeDeviceId(driverId, deviceId));
      else if (serviceId !== undefined) this.#devices.set(handle, serviceId);
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
    return online.has(this.#tags.value(handle));
  }
}
