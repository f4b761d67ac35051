import type { PolledTag } from './device-poller.js';
import { TagSubscription, type SubscriberDependencies } from './tag-subscription.js';
import type { TagHandle } from '../store/tag-registry.js';

/** Further subscriptions beside the first; one more, and all tags are subscribed anew as one. */
const maxParts = 8;

/** Keeps the tags of a device subscribed whose driver reports changes by itself: at first as one, what comes later apart. */
export class DeviceSubscriber {
  readonly #deps: SubscriberDependencies;
  #parts: TagSubscription[] = [];

  constructor(deps: SubscriberDependencies) {
    this.#deps = deps;
  }

  start(tags: readonly PolledTag[]): void {
    if (tags.length === 0) return;
    const part = new TagSubscription(tags, this.#deps);
    this.#parts.push(part);
    part.start();
  }

  stop(): void {
    for (const part of this.#parts.splice(0)) part.stop();
  }

  /**
   * These tags from now on (SPEC §7.5): only the difference is subscribed. `outdated`: tags that are gone, whose point is
   * another one, or whose value counts no more.
   */
  reshape(tags: readonly PolledTag[], outdated: ReadonlySet<TagHandle>): void {
    const staying = new Set(tags.map(({ handle }) => handle).filter((handle) => !outdated.has(handle)));
    for (const part of this.#parts) part.keepOnly(staying);
    this.#parts.filter(({ handles }) => handles.length === 0).forEach((part) => part.stop());
    this.#parts = this.#parts.filter(({ handles }) => handles.length > 0);
    const held = new Set(this.#parts.flatMap(({ handles }) => handles));
    const newcomers = tags.filter(({ handle }) => !held.has(handle));
    if (newcomers.length > 0 && this.#parts.length > maxParts) {
      this.stop();
      this.start(tags);
    } else this.start(newcomers);
  }
}
