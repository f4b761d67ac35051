import type { Clock, TagValue } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import type { Topics } from '../topics.js';
import type { StateTopics } from './state-topics.js';

export interface GatewayStatesDependencies {
  readonly tags: TagSource;
  readonly topics: Topics;
  readonly states: Pick<StateTopics, 'set'>;
  readonly clock: Pick<Clock, 'wallMs'>;
}

const driverState = /^_system\/drivers\/([^/]+)\/state$/;
/** `<row> <hash>` */
const auditHead = '_system/auditHead';
const deviceState = /^_system\/devices\/([^/]+)\/([^/]+)\/state$/;

interface Followed {
  readonly topic: string;
  /** Of a driver; undefined for a device. */
  readonly driverId: string | undefined;
}

/** States of drivers and devices, and the head of the audit, from the system tags in which the gateway shows them (SPEC §8.5, §13.4). */
export class GatewayStates implements Disposable {
  readonly #deps: GatewayStatesDependencies;
  readonly #followed = new Map<number, Followed>();
  readonly #drivers = new Map<string, string>();
  #auditHandle: number | undefined;
  readonly #following: Disposable[];

  constructor(deps: GatewayStatesDependencies) {
    this.#deps = deps;
    const { tags } = deps;
    this.#following = [
      tags.onChange((handles, count) => this.#changed(handles, count)),
      tags.onDefinition({
        defined: (handles) => handles.forEach((handle) => this.#follow(handle)),
        removed: (handles) => handles.forEach((handle) => this.#forget(handle)),
      }),
    ];
    for (const [, handle] of tags.entries()) this.#follow(handle);
  }

  /** State of each driver by its id. */
  get drivers(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#drivers);
  }

  /** What a tag of the gateway's own reads: `generation`. */
  system(name: string): TagValue | null {
    const { tags } = this.#deps;
    const handle = tags.handleOf(`_system/${name}`);
    return handle === undefined ? null : tags.value(handle);
  }

  [Symbol.dispose](): void {
    for (const one of this.#following) one[Symbol.dispose]();
  }

  #changed(handles: Uint32Array, count: number): void {
    for (let i = 0; i < count; i += 1) {
      if (handles[i] === this.#auditHandle) this.#showAudit(handles[i]);
      const followed = this.#followed.get(handles[i]);
      if (followed) this.#show(handles[i], followed);
    }
  }

  #follow(handle: number): void {
    const path = this.#deps.tags.definition(handle)?.path;
    if (path === undefined) return;
    if (path === auditHead) this.#showAudit((this.#auditHandle = handle));
    const { topics } = this.#deps;
    const [, ofDriver] = driverState.exec(path) ?? [];
    const [, driverId, deviceId] = deviceState.exec(path) ?? [];
    if (ofDriver === undefined && driverId === undefined) return;
    const topic = ofDriver === undefined ? topics.device(driverId, deviceId) : topics.driver(ofDriver);
    const followed: Followed = { topic, driverId: ofDriver };
    this.#followed.set(handle, followed);
    this.#show(handle, followed);
  }

  #show(handle: number, { topic, driverId }: Followed): void {
    const value = this.#deps.tags.value(handle);
    const state = typeof value === 'string' ? value : 'Unknown';
    if (driverId !== undefined) this.#drivers.set(driverId, state);
    this.#set(topic, state);
  }

  /** Kept by the broker: what is on the gateway's own disk proves nothing to whom its owner is. */
  #showAudit(handle: number): void {
    const { tags, topics, states, clock } = this.#deps;
    const value = tags.value(handle);
    const [row, hash] = typeof value === 'string' ? value.split(' ') : [];
    if (hash === undefined) return; // not told yet
    states.set(topics.audit, { row: Number(row), hash, at: new Date(clock.wallMs()).toISOString() });
  }

  /** Whoever has the last state kept learns that there is no such thing any more. */
  #forget(handle: number): void {
    const followed = this.#followed.get(handle);
    if (!followed) return;
    this.#followed.delete(handle);
    if (followed.driverId !== undefined) this.#drivers.delete(followed.driverId);
    this.#set(followed.topic, 'Removed');
  }

  #set(topic: string, state: string): void {
    this.#deps.states.set(topic, { state, at: new Date(this.#deps.clock.wallMs()).toISOString() });
  }
}
