import { isGatewayError, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { TagColumnSource } from '@fieldwarden/service';
import { updateFrames } from '../../wire/batch-frames.js';
import { definitionColumns } from './definition-columns.js';
import { encodeToService } from '../service-codec.js';
import { tagCredits, tagFrames } from '../service-messages.js';
import { SentTags } from './sent-tags.js';
import { CarriedColumns } from './tag-columns.js';
import { WaitingHandles } from './waiting-handles.js';

/** A change waits so long for others: a frame for each would cost both processes more than its values do. */
const gatherMs = 5;

/** Frames of changes that never end go out so far apart; twice as often costs nearly twice as much. */
const betweenFramesMs = 20;

/** How often times (and values within a deadband) that nobody was told of are brought up to date. */
const refreshMs = 1_000;

/** Rows in one frame: 32 bytes each, so far below the frame limit unless objects are large. */
const rowsPerFrame = 8_192;

/** Definitions in one message: a few ms of work. */
const definitionsPerMessage = 1_000;

/** What a feed needs of the channel. */
export interface TagFeedPort {
  /** False while the transport is full. */
  writable(): boolean;
  /** Hands a frame over; only while writable. */
  sendFrame(frame: Uint8Array): void;
}

export interface MirrorFeedDependencies {
  readonly source: TagColumnSource;
  readonly port: TagFeedPort;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Brings the tags of the gateway to one Host: what there is, then what changes. Between two frames it keeps which handles changed, never
 * values: these are taken from the source when a frame is built. So a Host that does not read costs a few bytes a tag and gets the
 * newest value of each when it reads again. What is to be sent goes out in this order: tags that are gone, new tags, other definitions,
 * values; therefore no value comes before its tag, and a handle that is used again never shows the old tag's value.
 */
export class MirrorFeed implements Disposable {
  readonly #deps: MirrorFeedDependencies;
  readonly #stack = new DisposableStack();
  readonly #sent = new SentTags();
  readonly #defined = new Set<number>();
  readonly #redefined = new Set<number>();
  readonly #removed = new Set<number>();
  readonly #changed = new WaitingHandles();
  readonly #columns = new CarriedColumns(rowsPerFrame);
  #timer: Timer | undefined;
  #refreshTimer: Timer | undefined;
  /** Next handle that a refresh looks at; undefined while none is under way. */
  #refreshAt: number | undefined;
  #credits = tagCredits;
  #changesSentAtMs = -Infinity;
  /** Values of the tags that there were at the start, still to be sent; undefined while their definitions are. */
  #imageLeft: number | undefined;
  #toldComplete = false;
  /** Those who wait until the Host has what there was when they asked. */
  readonly #syncs: (() => void)[] = [];
  /** Of the handles that had changed then, those still to be sent. */
  #syncLeft = 0;
  /** Changes that a newer one of the same tag replaced before they could be sent. */
  conflatedValues = 0;

  constructor(deps: MirrorFeedDependencies) {
    this.#deps = deps;
  }

  /** Begins with all tags that there are. */
  start(): void {
    const { source } = this.#deps;
    for (const [, handle] of source.entries()) this.#defined.add(handle);
    this.#stack.use(source.onChange((handles, count) => this.#onChange(handles, count)));
    this.#stack.use(
      source.onDefinition({
        defined: (handles) => this.#onDefined(handles),
        redefined: (handles) => this.#onRedefined(handles),
        removed: (handles) => this.#onRemoved(handles),
      }),
    );
    this.#refreshLater();
    this.resume();
  }

  addCredits(amount: number): void {
    this.#credits += amount;
    this.resume();
  }

  /**
   * Calls `sent`, once, when everything that the Host does not have now is on its way to it, what nobody was told of included. Changes
   * that come meanwhile are not waited for, so that changes that never end do not hold it up.
   */
  sync(sent: () => void): void {
    this.#syncs.push(sent);
    this.#syncLeft = this.#changed.count;
    this.#refreshAt = 0;
    this.resume();
  }

  /** Sends what waits, as far as credits and the transport allow. */
  resume(): void {
    while (!this.#stack.disposed && this.#credits > 0 && this.#deps.port.writable()) {
      if (!this.#sendNext()) return;
    }
  }

  [Symbol.dispose](): void {
    this.#stack.dispose();
    this.#timer?.[Symbol.dispose]();
    this.#refreshTimer?.[Symbol.dispose]();
  }

  /** Called for every update of any tag of the gateway. */
  #onChange(handles: Uint32Array, count: number): void {
    const changed = this.#changed;
    for (let i = 0; i < count; i += 1) {
      const handle = handles[i];
      // What the Host does not know yet is sent with its definition.
      if (this.#sent.has(handle) && !changed.add(handle)) this.conflatedValues += 1;
    }
    this.#sendLater();
  }

  #onDefined(handles: Uint32Array): void {
    for (const handle of handles) this.#defined.add(handle);
    this.#sendLater();
  }

  #onRedefined(handles: Uint32Array): void {
    for (const handle of handles) if (this.#sent.has(handle)) this.#redefined.add(handle);
    this.#sendLater();
  }

  #onRemoved(handles: Uint32Array): void {
    for (const handle of handles) {
      this.#defined.delete(handle);
      this.#redefined.delete(handle);
      this.#changed.delete(handle);
      if (this.#sent.delete(handle)) this.#removed.add(handle);
    }
    this.#sendLater();
  }

  #sendLater(): void {
    if (this.#credits <= 0 || this.#timer) return;
    const { clock } = this.#deps;
    const sinceLastMs = clock.monotonicMs() - this.#changesSentAtMs;
    this.#timer = clock.setTimer(
      () => {
        this.#timer = undefined;
        this.resume();
      },
      Math.max(gatherMs, betweenFramesMs - sinceLastMs),
    );
  }

  /** False when nothing is left to be sent. */
  #sendNext(): boolean {
    if (this.#removed.size > 0) this.#sendRemoved();
    else if (this.#defined.size > 0) this.#sendDefined();
    else if (this.#redefined.size > 0) this.#sendRedefined();
    else if (!this.#toldComplete && (this.#imageLeft ??= this.#changed.count) <= 0) this.#sendComplete();
    else if (this.#changed.count > 0 && !this.#syncIsDue) this.#sendChanged();
    else if (this.#refreshAt !== undefined) this.#sendRefresh(this.#refreshAt);
    else if (this.#syncs.length > 0) for (const sent of this.#syncs.splice(0)) sent();
    else return false;
    return true;
  }

  /** What had changed when somebody asked was sent: what is left of the answer goes ahead of newer changes. */
  get #syncIsDue(): boolean {
    return this.#syncs.length > 0 && this.#syncLeft <= 0;
  }

  #sendRemoved(): void {
    const handles = Uint32Array.from(this.#removed);
    this.#removed.clear();
    this.#send(encodeToService({ type: 'tags-removed', handles }));
  }

  #sendDefined(): void {
    const handles = takeFirst(this.#defined, definitionsPerMessage);
    const end = handles.reduce((most, handle) => Math.max(most, handle + 1), 0);
    this.#sent.grow(end);
    this.#changed.grow(end);
    this.#sendDefinitions('tags-defined', handles, (handle) => {
      this.#sent.add(handle);
      this.#changed.add(handle);
    });
  }

  #sendRedefined(): void {
    this.#sendDefinitions('tags-redefined', takeFirst(this.#redefined, definitionsPerMessage), () => undefined);
  }

  /** Halves until each part fits a frame. A single tag that fits none is left out, and told. */
  #sendDefinitions(
    type: 'tags-defined' | 'tags-redefined',
    handles: Uint32Array<ArrayBuffer>,
    sent: (handle: number) => void,
  ): void {
    const { source, logger } = this.#deps;
    const definitions = Array.from(handles, (handle) => source.definition(handle)) as TagDefinition[];
    try {
      this.#send(encodeToService({ type, handles, columns: definitionColumns(definitions) }));
      handles.forEach(sent);
    } catch (error) {
      if (!isGatewayError(error) || error.code !== 'CHANNEL_MESSAGE_TOO_LARGE') throw error;
      if (handles.length === 1) return logger.error(`tag ${definitions[0].path} is too large to be told to a Host`);
      const middle = handles.length >>> 1;
      this.#sendDefinitions(type, handles.slice(0, middle), sent);
      this.#sendDefinitions(type, handles.slice(middle), sent);
    }
  }

  #sendChanged(): void {
    this.#changesSentAtMs = this.#deps.clock.monotonicMs();
    const count = this.#changed.take(this.#columns.handles, rowsPerFrame);
    // The oldest go first, so that even a Host that never catches up with the changes has seen each tag once.
    if (this.#imageLeft !== undefined) this.#imageLeft = Math.min(this.#imageLeft - count, this.#changed.count);
    this.#syncLeft -= count;
    this.#sendValues(tagFrames.changes, count);
  }

  #sendComplete(): void {
    this.#toldComplete = true;
    this.#send(encodeToService({ type: 'tags-complete' }));
  }

  /** Of the next handles those whose present is not what the Host has, though nobody was told of a change. */
  #sendRefresh(from: number): void {
    const { handles } = this.#columns;
    const to = Math.min(from + rowsPerFrame, this.#sent.end);
    this.#refreshAt = to < this.#sent.end ? to : undefined;
    let looked = 0;
    for (let handle = from; handle < to; handle += 1) {
      if (this.#sent.has(handle) && !this.#changed.has(handle)) handles[looked++] = handle;
    }
    this.#deps.source.copyRows(handles, looked, this.#columns);
    const count = this.#sent.keepDiffering(this.#columns, looked);
    if (count > 0) this.#sendValues(tagFrames.refresh, count);
  }

  #sendValues(id: number, count: number): void {
    const columns = this.#columns;
    this.#deps.source.copyRows(columns.handles, count, columns);
    this.#sent.note(columns, count);
    for (const frame of updateFrames(id, columns, columns.handles, 0, count)) this.#send(frame);
  }

  /** One credit each; what goes in halves overdraws for a moment. */
  #send(frame: Uint8Array): void {
    this.#credits -= 1;
    this.#deps.port.sendFrame(frame);
  }

  #refreshLater(): void {
    this.#refreshTimer = this.#deps.clock.setTimer(() => {
      // First of all: whatever a refresh stumbles over, the next one comes. Without it an old value would stay good.
      this.#refreshLater();
      this.#refreshAt ??= 0;
      this.resume();
    }, refreshMs);
    this.#refreshTimer.unref();
  }
}

function takeFirst(handles: Set<number>, limit: number): Uint32Array<ArrayBuffer> {
  const taken = new Uint32Array(Math.min(limit, handles.size));
  let count = 0;
  for (const handle of handles) {
    if (count === taken.length) break;
    taken[count++] = handle;
    handles.delete(handle);
  }
  return taken;
}
