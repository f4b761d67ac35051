import { statusCodes } from '@fieldwarden/core';
import type { Decoder, Reading } from '../payload/decoder.js';
import type { ReceivedMessage } from '../payload/received-message.js';
import type { Feed } from './feed.js';

export interface ListenerSettings {
  readonly filter: string;
  readonly decoder: Decoder;
  /** Null: the topic may be silent for ever. */
  readonly silentAfterMs: number | null;
  readonly ignoresRetained: boolean;
}

/** How many times `silentAfterMs` it takes until an uncertain value is Bad. */
const badAfter = 3;

/** One point of a feed, and when it was heard of. */
export class Listener {
  readonly feed: Feed;
  readonly row: number;
  readonly settings: ListenerSettings;
  /** Monotonic; since when it has been quiet. */
  #heardAtMs: number;

  constructor(feed: Feed, row: number, settings: ListenerSettings, nowMs: number) {
    this.feed = feed;
    this.row = row;
    this.settings = settings;
    this.#heardAtMs = nowMs;
  }

  /** True when the feed has something to hand over. */
  hear(message: ReceivedMessage, nowMs: number): boolean {
    if (message.isRetained && this.settings.ignoresRetained) return false;
    const reading = this.settings.decoder.read(message);
    this.heard(nowMs, message.isRetained && reading?.hasOwnTime ? message.arrivedAtMs - reading.sourceAtMs : 0);
    if (!reading) return false;
    this.feed.tell(this.row, reading);
    return true;
  }

  /** Something was said of it, `ageMs` ago: what the broker kept is as old as its own time says. */
  heard(nowMs: number, ageMs = 0): void {
    this.#heardAtMs = nowMs - Math.max(0, ageMs);
  }

  told(reading: Reading, nowMs: number): void {
    this.heard(nowMs);
    this.feed.tell(this.row, reading);
  }

  /** Looks whether it has been silent for too long. True when the feed has something to hand over. */
  look(nowMs: number, wallMs: number): boolean {
    const { silentAfterMs } = this.settings;
    if (silentAfterMs === null) return false;
    const quietMs = nowMs - this.#heardAtMs;
    if (quietMs < silentAfterMs) return false;
    if (quietMs < badAfter * silentAfterMs) return this.feed.doubt(this.row);
    if (this.feed.hasStatus(this.row, statusCodes.BadNoCommunication)) return false;
    this.feed.fail(this.row, statusCodes.BadNoCommunication, wallMs);
    return true;
  }
}
