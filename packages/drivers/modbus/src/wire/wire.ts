import type { Framing } from './framing.js';

/** How bytes get to the units and back: all that a line needs to know of a TCP connection or a serial port. */
export interface Wire {
  /** As in messages: `10.0.0.1:502`, `/dev/ttyUSB0`. */
  readonly peer: string;
  /** Of the one line that uses this wire. */
  readonly framing: Framing;
  /** No request goes out before nothing has been heard for that long; 0 = at once. */
  readonly frameSilenceMs: number;
  /** How long one byte takes on the line; 0 where that is not known. */
  readonly byteMs: number;
  /** So many time-outs in a row, over all units, close the connection before the next request. */
  readonly timeoutsPerConnection: number;
  /** What to think of when a peer that has never answered is silent or hangs up. */
  readonly silenceHint?: string;
  /** Starts to connect. Called again only after `lost` or `drop`. */
  connect(events: ConnectionEvents): Connection;
}

/** One connection, from the attempt to its end. */
export interface Connection {
  /** `bytes` may be reused by the caller after the return. */
  send(bytes: Buffer): void;
  /** Closes without a word; no event follows. */
  drop(): void;
}

export interface ConnectionEvents {
  connected(): void;
  /** The connection could not be made, or is gone. Comes once, never after `drop`. */
  lost(why: string): void;
  /** The first `length` bytes of `chunk` have arrived; `chunk` is reused after the return. */
  received(chunk: Uint8Array, length: number): void;
}
