import { messageOf, statusCodes, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import type { PublishSettings } from '../settings.js';
import type { Topics } from '../topics.js';
import { DueTimes } from './due-times.js';
import { pathMatcher } from '@fieldwarden/gateway-contract';
import { PublishedTag, type SeenValue } from './published-tag.js';
import { SeenValues, type SeenChange } from './seen-values.js';
import type { ValueMessages } from './value-messages.js';

export interface ValueFeedDependencies {
  readonly tags: TagSource;
  readonly topics: Topics;
  readonly messages: Pick<ValueMessages, 'add' | 'flush' | 'apply'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Changes that may wait to be made into messages: some seconds of a large plant. */
const waitingChanges = 100_000;
/** How long messages are made at a stretch: nothing of this may delay a scan. */
const stretchMs = 4;
const changesALook = 32;
/** After something failed that never should. */
const afterErrorMs = 1_000;

/**
 * Follows the tags. Changes are taken down when they happen, so that none is lost when a tag changes twice in a moment, and made into messages
 * in short stretches.
 */
export class ValueFeed implements Disposable {
  readonly #deps: ValueFeedDependencies;
  readonly #byHandle: (PublishedTag | undefined)[] = [];
  readonly #seen = new SeenValues(waitingChanges);
  readonly #missed = new Set<PublishedTag>();
  readonly #held: DueTimes<PublishedTag>;
  readonly #quiet: DueTimes<PublishedTag>;
  readonly #following: Disposable[];
  #settings: PublishSettings;
  #isPublished: (path: string) => boolean;
  #timer: Timer | undefined;
  #conflated = 0;
  #size = 0;

  /** Begins at once, with the present value of every tag. */
  constructor(settings: PublishSettings, deps: ValueFeedDependencies) {
    this.#deps = deps;
    this.#settings = settings;
    this.#isPublished = matcherOf(settings);
    this.#held = new DueTimes(deps.clock, (tags) => this.#release(tags));
    this.#quiet = new DueTimes(deps.clock, (tags) => this.#look(tags));
    const { tags } = deps;
    this.#following = [
      tags.onChange((handles, count) => this.#changed(handles, count)),
      tags.onDefinition({
        defined: (handles) => this.#defined(handles),
        removed: (handles) => this.#removed(handles),
        redefined: (handles) => this.#redefined(handles),
      }),
    ];
    this.#defined(handlesOf(tags));
  }

  /** Tags that are published. */
  get size(): number {
    return this.#size;
  }

  /** Whether values of this path are published, in messages of their own. */
  publishes(path: string): boolean {
    const handle = this.#deps.tags.handleOf(path);
    const tag = handle === undefined ? undefined : this.#byHandle[handle];
    return tag !== undefined && (this.#settings.batch === 'none' || tag.batchTopic === undefined);
  }

  /** Changes that newer ones replaced before they were made into a message. */
  get conflated(): number {
    return this.#conflated;
  }

  /** Tags that are published from now on are published with their present value; times begin anew. */
  apply(settings: PublishSettings): void {
    this.#settings = settings;
    this.#isPublished = matcherOf(settings);
    this.#deps.messages.apply(settings);
    this.#held.clear();
    this.#quiet.clear();
    const tags = this.#published();
    for (const tag of tags) {
      tag.notBeforeMs = -Infinity;
      this.#beatLater(tag);
    }
    this.#release(tags);
    this.#redefined(handlesOf(this.#deps.tags));
  }

  /** Makes messages of all that waits. */
  flush(): void {
    this.#release(this.#published());
    while (this.#seen.length > 0 || this.#missed.size > 0) this.#drain(Infinity);
  }

  [Symbol.dispose](): void {
    for (const one of this.#following) one[Symbol.dispose]();
    this.#timer?.[Symbol.dispose]();
    this.#held[Symbol.dispose]();
    this.#quiet[Symbol.dispose]();
  }

  #published(): readonly PublishedTag[] {
    return this.#byHandle.filter((tag) => tag !== undefined);
  }

  #changed(handles: Uint32Array, count: number): void {
    const { tags } = this.#deps;
    for (let i = 0; i < count; i += 1) {
      const tag = this.#byHandle[handles[i]];
      if (!tag) continue;
      const { handle } = tag;
      try {
        this.#see(tag, tags.value(handle), tags.status(handle), tags.sourceAtMs(handle));
      } catch (error) {
        this.#miss(tag);
        this.#deps.logger.error(`the value of ${tag.path} can't be read: ${messageOf(error)}`, { error });
      }
    }
  }

  #see(tag: PublishedTag, value: SeenValue['value'], status: number, sourceAtMs: number): void {
    if (!tag.isMissed && this.#seen.push({ tag, value, status, sourceAtMs })) this.#drainLater(0);
    else this.#miss(tag);
  }

  /** Its present value is looked at when everything before it has become messages. */
  #miss(tag: PublishedTag): void {
    if (tag.isMissed) this.#conflated += 1;
    tag.isMissed = true;
    this.#missed.add(tag);
    this.#drainLater(0);
  }

  #defined(handles: Uint32Array): void {
    for (const handle of handles) {
      const definition = this.#deps.tags.definition(handle);
      if (!definition || definition.publish === false || !this.#isPublished(definition.path)) continue;
      if (!this.#byHandle[handle]) this.#size += 1;
      this.#byHandle[handle] = new PublishedTag(handle, definition, this.#deps.topics);
    }
    this.#changed(handles, handles.length);
  }

  #removed(handles: Uint32Array): void {
    for (const handle of handles) {
      const tag = this.#byHandle[handle];
      if (tag) this.#withdraw(tag);
    }
  }

  #redefined(handles: Uint32Array): void {
    const added: number[] = [];
    for (const handle of handles) {
      const definition = this.#deps.tags.definition(handle);
      const before = this.#byHandle[handle];
      const isPublished = definition && definition.publish !== false && this.#isPublished(definition.path);
      if (before && !isPublished) this.#withdraw(before);
      if (!before && isPublished) added.push(handle);
    }
    if (added.length > 0) this.#defined(Uint32Array.from(added));
  }

  /** Whoever has its last value kept learns that no more of this tag comes. */
  #withdraw(tag: PublishedTag): void {
    tag.isRemoved = true;
    tag.held = undefined;
    this.#byHandle[tag.handle] = undefined;
    this.#size -= 1;
    this.#held.delete(tag);
    this.#quiet.delete(tag);
    this.#see(tag, null, statusCodes.BadNodeIdUnknown, this.#deps.clock.wallMs());
  }

  #drainLater(delayMs: number): void {
    this.#timer ??= this.#deps.clock.setTimer(() => {
      this.#timer = undefined;
      try {
        this.#drain(stretchMs);
        if (this.#seen.length > 0 || this.#missed.size > 0) this.#drainLater(0);
      } catch (error) {
        this.#deps.logger.error(`values can't be published: ${messageOf(error)}`, { error });
        this.#drainLater(afterErrorMs);
      }
    }, delayMs);
  }

  #drain(forMs: number): void {
    const { clock, messages } = this.#deps;
    const untilMs = clock.monotonicMs() + forMs;
    for (let n = 1; n % changesALook !== 0 || clock.monotonicMs() < untilMs; n += 1) {
      const change = this.#seen.shift();
      if (!change) break;
      this.#take(change);
    }
    if (this.#seen.length === 0) this.#catchUp();
    messages.flush();
  }

  /** The queue is empty again: what was missed is seen as it is now. */
  #catchUp(): void {
    const { tags } = this.#deps;
    for (const tag of this.#missed) {
      if (this.#seen.length >= waitingChanges / 2) return;
      const { handle, isRemoved } = tag;
      const seen: SeenValue = isRemoved
        ? { value: null, status: statusCodes.BadNodeIdUnknown, sourceAtMs: this.#deps.clock.wallMs() }
        : { value: tags.value(handle), status: tags.status(handle), sourceAtMs: tags.sourceAtMs(handle) };
      this.#missed.delete(tag);
      tag.isMissed = false;
      this.#see(tag, seen.value, seen.status, seen.sourceAtMs);
    }
  }

  #take(change: SeenChange): void {
    const { tag } = change;
    const { minIntervalMs } = this.#settings;
    if (minIntervalMs > 0 && !tag.isRemoved) {
      const nowMs = this.#deps.clock.monotonicMs();
      if (nowMs < tag.notBeforeMs) {
        if (!tag.held) this.#held.put(tag, tag.notBeforeMs);
        tag.held = change;
        return;
      }
      tag.notBeforeMs = nowMs + minIntervalMs;
    }
    this.#deps.messages.add(change);
    this.#beatLater(tag);
  }

  #beatLater(tag: PublishedTag): void {
    const { heartbeatMs } = this.#settings;
    if (heartbeatMs !== null && !tag.isRemoved) this.#quiet.put(tag, this.#deps.clock.monotonicMs() + heartbeatMs);
  }

  /** Their shortest time between two values has passed. */
  #release(tags: readonly PublishedTag[]): void {
    for (const tag of tags) {
      const { held } = tag;
      if (!held) continue;
      tag.held = undefined;
      tag.notBeforeMs = -Infinity;
      this.#take({ ...held, tag });
    }
    this.#deps.messages.flush();
  }

  /** They did not change for the time of a heartbeat. */
  #look(tags: readonly PublishedTag[]): void {
    this.#changed(
      Uint32Array.from(tags, ({ handle }) => handle),
      tags.length,
    );
  }
}

function matcherOf({ include, exclude }: PublishSettings): (path: string) => boolean {
  const isIncluded = pathMatcher(include);
  const isExcluded = pathMatcher(exclude);
  return (path) => isIncluded(path) && !isExcluded(path);
}

function handlesOf(tags: TagSource): Uint32Array {
  return Uint32Array.from(tags.entries(), ([, handle]) => handle);
}
