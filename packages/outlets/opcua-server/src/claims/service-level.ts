import { isBad, type Clock } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';

/** Looked at anew after this, however often clients ask. */
const keptMs = 1_000;

const noData = 1;
const highestDegraded = 199;
const healthy = 255;

/** Of a device; `disabled` ones are not counted: somebody wants it so. */
const statePattern = /^_system\/devices\/.+\/state$/;

/**
 * How good the data of this server is (OPC 10000-4, 6.6.2.4.2): 255 all devices answer, 2 to 199 the share of those that do, 1 none does or the
 * gateway itself is not heard of. A plant without devices is as healthy as it can be.
 */
export class ServiceLevel {
  readonly #tags: TagSource;
  readonly #clock: Clock;
  #level = noData;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  /** Handles of the state tags, found again when tags come and go. */
  #states: readonly number[] | undefined;
  readonly #following: Disposable;

  constructor(tags: TagSource, clock: Clock) {
    this.#tags = tags;
    this.#clock = clock;
    const forget = (): void => void (this.#states = undefined);
    this.#following = tags.onDefinition({ defined: forget, removed: forget });
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
  }

  get level(): number {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookedAtMs >= keptMs) {
      this.#lookedAtMs = nowMs;
      this.#level = this.#look();
    }
    return this.#level;
  }

  #look(): number {
    this.#states ??= this.#find();
    let counted = 0;
    let connected = 0;
    for (const handle of this.#states) {
      const { value, status } = this.#tags.read(handle);
      if (!isBad(status) && value === 'disabled') continue;
      counted += 1;
      if (!isBad(status) && value === 'connected') connected += 1;
    }
    if (connected === counted) return healthy;
    return connected === 0 ? noData : Math.max(2, Math.floor((highestDegraded * connected) / counted));
  }

  #find(): readonly number[] {
    const found: number[] = [];
    for (const [path, handle] of this.#tags.entries()) if (statePattern.test(path)) found.push(handle);
    return found;
  }
}
